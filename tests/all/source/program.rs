//! The program: what it takes from its environment, and what it says.

use std::path::Path;
use std::process::{Command, Output};

use keelmark_bad_plugins::Behaviour;

use crate::store::plugin;
use crate::support::bad_plugin::module;
use crate::support::registry::{PASSWORD, Registry, USER, log_in};
use crate::support::server::{Authority, Reply, Server};

/// The program in an environment of its own, with a store and a docker config in `home`.
pub fn keelmark(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keelmark-under-test"));
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command.env("HOME", home).env("KEELMARK_STORE_DIR", home.join("store"));
    command.env("KEELMARK_CACHE_DIR", crate::support::cache_dir());
    command.args(args);
    command
}

/// What it printed, after checking its exit code.
pub fn expect(output: Output, code: i32) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{stdout}\n{stderr}");
    (stdout, stderr)
}

pub fn run(home: &Path, args: &[&str], code: i32) -> (String, String) {
    expect(keelmark(home, args).output().unwrap(), code)
}

/// A folder with a good plugin in it.
fn with_plugin() -> (tempfile::TempDir, String) {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("p.wasm");
    std::fs::write(&file, plugin("hostile", "1.0.0")).unwrap();
    let file = file.display().to_string();
    (home, file)
}

#[test]
fn push_prints_what_can_be_installed() {
    let registry = Registry::open();
    let (home, file) = with_plugin();
    let destination = format!("oci://{}/acme/hostile:1.0.0", registry.host());
    let (pushed, _) = run(home.path(), &["plugin", "push", &file, &destination], 0);
    assert!(pushed.starts_with(&format!("{destination}@sha256:")), "{pushed}");
    let (json, _) = run(home.path(), &["plugin", "push", &file, &destination, "--output", "json"], 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["reference"], pushed.trim(), "pushed again, it is the same");
    assert_eq!((json["id"].as_str(), json["is-signed"].as_bool()), (Some("hostile"), Some(false)));
    let (installed, _) = run(home.path(), &["plugin", "install", pushed.trim(), "--grant-all"], 0);
    assert!(installed.contains("installed hostile 1.0.0 (pinned)"), "{installed}");
    let (installed, _) = run(home.path(), &["plugin", "install", &destination, "--grant-all"], 0);
    assert!(installed.contains("(local)"), "a tag pins nothing: {installed}");
}

#[test]
fn what_nobody_could_install_is_not_pushed() {
    let registry = Registry::open();
    let (home, file) = with_plugin();
    let destination = format!("oci://{}/acme/hostile:1.0.0", registry.host());
    let broken = home.path().join("broken.wasm").display().to_string();
    for (bytes, expected) in [
        (b"hello".to_vec(), "not WebAssembly"),
        (module(Behaviour::BehavesWell), "core WebAssembly module"),
        (plugin("cis-docker-1.8.0-5", "1.0.0"), "built-in"),
    ] {
        std::fs::write(&broken, bytes).unwrap();
        let (_, error) = run(home.path(), &["plugin", "push", &broken, &destination], 64);
        assert!(error.contains(expected) && error.contains("broken.wasm"), "{error}");
    }
    std::fs::write(format!("{file}.minisig"), "untrusted comment: x\nrubbish\n").unwrap();
    let (_, error) = run(home.path(), &["plugin", "push", &file, &destination], 64);
    assert!(error.contains("signature"), "{error}");
    let (_, error) = run(home.path(), &["plugin", "push", &file, "https://registry.example/p"], 64);
    assert!(error.contains("pushed to oci://"), "{error}");
    assert!(
        run(home.path(), &["plugin", "install", &destination], 64).1.contains("there is no tag"),
        "nothing was pushed"
    );
}

#[test]
fn credentials_come_from_the_docker_config_and_its_helpers() {
    let registry = Registry::private();
    let (home, file) = with_plugin();
    let destination = format!("oci://{}/acme/hostile:1", registry.host());
    let push = ["plugin", "push", file.as_str(), destination.as_str()];
    let (_, nobody) = run(home.path(), &push, 64);
    assert!(nobody.contains(&format!("docker login {}", registry.host())), "{nobody}");

    // ~/.docker/config.json
    let docker = home.path().join(".docker");
    std::fs::create_dir(&docker).unwrap();
    log_in(&docker, registry.host(), USER, PASSWORD);
    run(home.path(), &push, 0);

    // DOCKER_CONFIG, and a helper on the PATH that knows this registry alone.
    let other = home.path().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("config.json"), r#"{"credsStore": "of-the-tests"}"#).unwrap();
    let helper = other.join("docker-credential-of-the-tests");
    let script = format!(
        "#!/bin/sh\nread -r server\nif [ \"$1 $server\" = 'get {}' ]; then\n\
         echo '{{\"ServerURL\": \"\", \"Username\": \"{USER}\", \"Secret\": \"{PASSWORD}\"}}'\n\
         else echo 'credentials not found in native keychain'; exit 1; fi\n",
        registry.host()
    );
    std::fs::write(&helper, script).unwrap();
    std::fs::set_permissions(&helper, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let with_helper = |args: &[&str]| {
        let path = format!("{}:/usr/bin:/bin", other.display());
        keelmark(home.path(), args).env("DOCKER_CONFIG", &other).env("PATH", path).output().unwrap()
    };
    let (installed, _) = expect(with_helper(&["plugin", "install", &destination, "--grant-all"]), 0);
    assert!(installed.contains("hostile 1.0.0"), "{installed}");
    let elsewhere = Registry::private();
    let (_, error) = expect(with_helper(&["plugin", "install", &format!("oci://{}/p:1", elsewhere.host())]), 64);
    assert!(error.contains("asks for credentials (401)"), "what the helper has not found is no failure: {error}");
    let mut without = keelmark(home.path(), &push);
    let (_, error) = expect(without.env("DOCKER_CONFIG", &other).output().unwrap(), 64);
    assert!(error.contains("docker-credential-"), "{error}");
}

#[test]
fn certificates_come_from_the_environment() {
    let (home, file) = with_plugin();
    let bytes = std::fs::read(&file).unwrap();
    let authority = Authority::of("127.0.0.1");
    let server = Server::tls(&authority, move |request| match request.path.as_str() {
        "/p.wasm" => Reply::ok(bytes.clone()),
        _ => Reply::status(404),
    });
    let pem = home.path().join("ca.pem");
    std::fs::write(&pem, &authority.pem).unwrap();
    let url = server.url("/p.wasm");
    let digest = keelmark_contract::digest(&std::fs::read(&file).unwrap());
    let install = ["plugin", "install", url.as_str(), "--grant-all", "--sha256", digest.as_str()];
    let (installed, _) = expect(keelmark(home.path(), &install).env("SSL_CERT_FILE", &pem).output().unwrap(), 0);
    assert!(installed.contains("(pinned)"), "{installed}");
    let mut unproven = keelmark(home.path(), &["plugin", "install", &url, "--grant-all"]);
    let (_, error) = expect(unproven.env("SSL_CERT_FILE", &pem).output().unwrap(), 64);
    assert!(error.contains("--sha256") && error.contains("signed"), "TLS says nothing of the author: {error}");
    let another = home.path().join("another.pem");
    std::fs::write(&another, Authority::of("127.0.0.1").pem).unwrap();
    let mut command = keelmark(home.path(), &install);
    let (_, error) = expect(command.env("SSL_CERT_FILE", &another).output().unwrap(), 64);
    assert!(error.contains("signed by an authority that this host does not know"), "{error}");
}

#[test]
fn what_cannot_be_reached_has_an_exit_code_of_its_own() {
    let home = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (_, error) = run(home.path(), &["plugin", "install", &format!("oci://{port}/p:1")], 69);
    assert!(error.contains("the connection was refused"), "{error}");
    let (_, error) = run(home.path(), &["plugin", "install", "http://registry.example/p.wasm"], 64);
    assert!(error.contains("not fetched over plain http"), "{error}");
}

#[test]
fn a_proxy_of_the_environment_is_not_asked_for_this_very_host() {
    let registry = Registry::open();
    let proxy = Server::plain(|_| Reply::status(500));
    let (home, file) = with_plugin();
    let destination = format!("oci://{}/p:1", registry.host());
    let mut command = keelmark(home.path(), &["plugin", "push", &file, &destination]);
    command.env("HTTPS_PROXY", proxy.url("")).env("HTTP_PROXY", proxy.url("")).env("ALL_PROXY", proxy.url(""));
    expect(command.output().unwrap(), 0);
    assert!(proxy.seen().is_empty());
    let mut command = keelmark(home.path(), &["plugin", "install", "https://registry.example/p.wasm"]);
    let (_, error) = expect(command.env("HTTPS_PROXY", proxy.url("")).output().unwrap(), 69);
    assert!(error.contains("the proxy of the environment does not connect"), "{error}");
    assert_eq!(proxy.seen()[0].method, "CONNECT");
}
