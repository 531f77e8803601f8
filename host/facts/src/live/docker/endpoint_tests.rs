use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::*;

fn environment() -> Environment {
    Environment { default_socket: "/var/run/docker.sock".into(), is_root: true, ..Environment::default() }
}

fn resolve(explicit: &str) -> Result<String, String> {
    let endpoint = Endpoint::resolve(Some(explicit), &environment());
    endpoint.map(|endpoint| endpoint.as_str().to_owned()).map_err(|error| error.to_string())
}

#[test]
fn addresses_are_read_as_docker_reads_them() {
    let table = [
        ("unix:///run/x.sock", "unix:///run/x.sock"),
        ("unix://", "unix:///var/run/docker.sock"),
        ("tcp://host", "tcp://host:2375"),
        ("tcp://", "tcp://localhost:2375"),
        ("tcp://:1234", "tcp://localhost:1234"),
        ("10.0.0.1:2375", "tcp://10.0.0.1:2375"),
        ("http://host:80/", "tcp://host:80"),
        ("tcp://[::1]:9", "tcp://[::1]:9"),
        ("tcp://[::1]", "tcp://[::1]:2375"),
    ];
    for (value, display) in table {
        assert_eq!(resolve(value).as_deref(), Ok(display), "{value}");
    }
}

#[test]
fn addresses_that_do_not_work_say_what_would() {
    let table = [
        ("ssh://user:hunter2@host", "keelmark audit --replay host.json"),
        ("ssh://host", "keelmark audit --replay host.json"),
        ("npipe:////./pipe/docker_engine", SCHEMES),
        ("fd://", SCHEMES),
        ("/var/run/docker.sock", "has no scheme"),
        ("unix://var/run/docker.sock", "write unix:///var/run/docker.sock"),
        ("tcp://user:secret@host", "user names and passwords"),
        ("tcp://host:99999", "no valid port"),
        ("tcp://host:", "no valid port"),
        ("tcp://host/path", "has a path"),
        ("tcp://ho st", "no valid host"),
        ("tcp://[::1]9", "no colon after ]"),
        ("tcp://::1:9", "no valid port"),
        ("tcp://host\r\nX: y", "no valid host"),
        ("https://host", "DOCKER_CERT_PATH"),
    ];
    for (value, words) in table {
        let error = resolve(value).unwrap_err();
        assert!(error.starts_with("--docker-host: ") && error.contains(words), "{value}: {error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn tls_variables_mean_what_they_mean_to_docker() {
    let verify = Environment {
        docker_host: Some("tcp://host".into()),
        tls_verify: true,
        cert_path: Some("/certs".into()),
        config_dir: Some(DockerConfig::named("/home/.docker".into())),
        ..environment()
    };
    let endpoint = Endpoint::resolve(None, &verify).unwrap();
    assert_eq!(endpoint.as_str(), "tcp://host:2376");
    assert_eq!(endpoint.tls, Some(TlsFiles::below(Path::new("/certs"))));
    let at_home = Environment { cert_path: None, ..verify.clone() };
    assert_eq!(Endpoint::resolve(None, &at_home).unwrap().tls, Some(TlsFiles::below(Path::new("/home/.docker"))));

    // A certificate path alone demands nothing; https:// does.
    let plain = Environment { tls_verify: false, ..verify.clone() };
    assert_eq!(Endpoint::resolve(None, &plain).unwrap().tls, None);
    assert!(Endpoint::resolve(Some("https://host"), &plain).unwrap().tls.is_some());

    let unverified = Environment { tls: true, ..plain };
    let error = Endpoint::resolve(None, &unverified).unwrap_err().to_string();
    assert!(error.contains("DOCKER_TLS asks for TLS that verifies nothing"), "{error}");
    assert!(Endpoint::resolve(Some("unix:///x"), &unverified).is_ok());
    let error = Endpoint::resolve(Some("http://host"), &verify).unwrap_err().to_string();
    assert!(error.contains("DOCKER_TLS_VERIFY demands it"), "{error}");
    let homeless = Environment { cert_path: None, config_dir: None, ..verify };
    assert!(Endpoint::resolve(None, &homeless).unwrap_err().to_string().contains("where ca.pem is"));
}

/// A `~/.docker` with one context, "far", that is in use.
fn config_dir(host: &str, skip_tls_verify: bool) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let digest = format!("{:x}", Sha256::digest("far"));
    let meta = dir.path().join("contexts/meta").join(&digest);
    fs::create_dir_all(&meta).unwrap();
    let json = serde_json::json!({
        "Name": "far", "Metadata": {}, "Endpoints": { "docker": { "Host": host, "SkipTLSVerify": skip_tls_verify } },
    });
    fs::write(meta.join("meta.json"), json.to_string()).unwrap();
    fs::write(dir.path().join("config.json"), r#"{"auths":{},"currentContext":"far"}"#).unwrap();
    fs::create_dir_all(dir.path().join("contexts/tls").join(&digest).join("docker")).unwrap();
    dir
}

#[test]
fn contexts_name_engines() {
    let dir = config_dir("tcp://far", false);
    let environment = Environment { config_dir: Some(DockerConfig::named(dir.path().into())), ..environment() };
    let endpoint = Endpoint::resolve(None, &environment).unwrap();
    assert_eq!(endpoint.as_str(), "tcp://far:2376");
    let material = dir.path().join("contexts/tls").join(format!("{:x}", Sha256::digest("far"))).join("docker");
    assert_eq!(endpoint.tls, Some(TlsFiles::below(&material)));

    // What is more explicit wins.
    let by_host = Environment { docker_host: Some("unix:///x".into()), ..environment.clone() };
    assert_eq!(Endpoint::resolve(None, &by_host).unwrap().as_str(), "unix:///x");
    assert_eq!(Endpoint::resolve(Some("unix:///y"), &by_host).unwrap().as_str(), "unix:///y");
    let by_default = Environment { docker_context: Some("default".into()), ..environment.clone() };
    assert_eq!(Endpoint::resolve(None, &by_default).unwrap().as_str(), "unix:///var/run/docker.sock");

    let unknown = Environment { docker_context: Some("../near".into()), ..environment };
    let error = Endpoint::resolve(None, &unknown).unwrap_err().to_string();
    assert_eq!(error, "DOCKER_CONTEXT: there is no context \"../near\"; known contexts: \"far\"");
}

#[test]
fn contexts_that_do_not_work_say_why() {
    let message = |dir: &Path| {
        let environment = Environment { config_dir: Some(DockerConfig::named(dir.into())), ..environment() };
        Endpoint::resolve(None, &environment).unwrap_err().to_string()
    };
    assert!(message(config_dir("ssh://host", false).path()).contains("context \"far\""));
    assert!(message(config_dir("tcp://host", true).path()).contains("SkipTLSVerify"));
    assert!(message(config_dir("", false).path()).contains("Host is empty"));
    let broken = config_dir("tcp://host", false);
    fs::write(broken.path().join("config.json"), "{").unwrap();
    assert!(message(broken.path()).contains("config.json: not the JSON docker writes"));
    fs::remove_file(broken.path().join("config.json")).unwrap();
    fs::create_dir(broken.path().join("config.json")).unwrap();
    assert!(message(broken.path()).contains("not a regular file"));
}

#[test]
fn a_rootless_engine_is_found_when_there_is_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let rootless = dir.path().join("docker.sock");
    fs::write(&rootless, "").unwrap();
    let user = Environment {
        runtime_dir: Some(dir.path().into()),
        default_socket: dir.path().join("absent"),
        is_root: false,
        ..Environment::default()
    };
    let found = |environment: &Environment| Endpoint::resolve(None, environment).unwrap().address;
    assert_eq!(found(&user), Address::Unix(rootless.clone()));
    let root = Environment { is_root: true, ..user.clone() };
    assert_eq!(found(&root), Address::Unix(root.default_socket.clone()));
    let both = Environment { default_socket: rootless.clone(), ..user };
    assert_eq!(found(&both), Address::Unix(rootless));
}
