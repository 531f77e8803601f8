//! `keelmark doctor`: what is well, what is not, and what to do about it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use keelmark_bad_plugins::Behaviour;
use serde_json::Value;

use crate::cli::{Done, keelmark};
use crate::third_party::installed::Host;

/// Runs it with a cache and a settings file in a folder of its own.
fn examine(folder: &Path, args: &[&str]) -> (Done, Vec<Value>) {
    let mut command = keelmark();
    command.env("KEELMARK_CACHE_DIR", folder.join("cache")).env("KEELMARK_STORE_DIR", folder.join("store"));
    command.env("HOME", folder).args(["doctor", "--output", "json"]).args(args);
    let done = Done::from(command.output().unwrap());
    let diagnoses = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {}", done.stderr));
    (done, diagnoses)
}

fn find<'d>(diagnoses: &'d [Value], item: &str) -> &'d Value {
    diagnoses.iter().find(|diagnosis| diagnosis["item"] == item).unwrap_or_else(|| panic!("no {item}: {diagnoses:?}"))
}

fn has(diagnosis: &Value, state: &str, found: &str, advice: &str) {
    assert_eq!(diagnosis["state"], state, "{diagnosis}");
    assert!(diagnosis["found"].as_str().unwrap().contains(found), "{diagnosis}");
    assert!(diagnosis["advice"].as_str().unwrap_or_default().contains(advice), "{diagnosis}");
}

#[test]
fn an_absent_engine_is_a_problem_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let (done, diagnoses) = examine(folder.path(), &[]);
    assert_eq!(done.code, Some(1));
    has(find(&diagnoses, "engine"), "problem", "/nonexistent/docker.sock", "systemctl start docker");
    has(find(&diagnoses, "edition"), "note", "cis-docker-1.8.0", "--benchmark");
    // Everything that is not well says what to do.
    for diagnosis in diagnoses.iter().filter(|diagnosis| diagnosis["state"] != "ok") {
        assert!(!diagnosis["advice"].as_str().unwrap().is_empty(), "{diagnosis}");
    }
    // Looking leaves nothing behind.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_wrong_address_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (_, diagnoses) = examine(folder.path(), &["--docker-host", "ssh://host"]);
    has(find(&diagnoses, "engine"), "problem", "does not open ssh connections", "correct --docker-host");
}

#[test]
fn settings_are_read_and_their_owner_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keelmark.toml");
    let name = path.display().to_string();
    let with = |text: &str, mode: u32| {
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let (_, diagnoses) = examine(folder.path(), &["--config", &name]);
        find(&diagnoses, "settings").clone()
    };
    has(&with("trusted-users = []", 0o600), "ok", &name, "");
    has(&with("trusted-users = []", 0o666), "problem", "can be written by others (mode 0666)", "chmod go-w");
    has(&with("trusted-user = []", 0o600), "problem", "unknown field `trusted-user`", "correct the file");
    let (_, diagnoses) = examine(folder.path(), &["--config", "/nonexistent.toml"]);
    has(find(&diagnoses, "settings"), "problem", "/nonexistent.toml", "");
}

#[test]
fn a_cache_that_others_can_write_is_a_problem() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let (_, diagnoses) = examine(folder.path(), &[]);
    has(find(&diagnoses, "cache"), "ok", "is empty", "");
    std::fs::create_dir(&cache).unwrap();
    std::fs::set_permissions(&cache, std::fs::Permissions::from_mode(0o700)).unwrap();
    std::fs::write(cache.join("x.cwasm"), "code").unwrap();
    std::fs::set_permissions(cache.join("x.cwasm"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let (_, diagnoses) = examine(folder.path(), &[]);
    has(find(&diagnoses, "cache"), "ok", "1 compiled plugins", "");
    std::fs::set_permissions(&cache, std::fs::Permissions::from_mode(0o777)).unwrap();
    let (done, diagnoses) = examine(folder.path(), &[]);
    has(find(&diagnoses, "cache"), "problem", "can be written by others", "root's or yours");
    assert_eq!(done.code, Some(1));
}

#[test]
fn a_host_root_has_to_look_like_one() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    std::fs::create_dir_all(root.join("etc")).unwrap();
    let name = root.display().to_string();
    let (_, diagnoses) = examine(folder.path(), &["--host-root", &name]);
    has(find(&diagnoses, "host-root"), "problem", "has no proc", "--host-root");
    std::fs::create_dir(root.join("proc")).unwrap();
    let (_, diagnoses) = examine(folder.path(), &["--host-root", &name]);
    has(find(&diagnoses, "host-root"), "ok", &name, "");
}

#[test]
fn toolchains_are_notes_with_the_command_that_installs_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = keelmark();
    command.env("PATH", folder.path()).args(["doctor", "-o", "json"]);
    let done = Done::from(command.output().unwrap());
    let diagnoses: Vec<Value> = serde_json::from_str(&done.stdout).unwrap();
    for (item, install) in [
        ("rust plugins", "rustup.rs"),
        ("python plugins", "apt-get install python3"),
        ("javascript plugins", "apt-get install nodejs"),
        ("c plugins", "apt-get install clang"),
        ("go plugins", "go.dev"),
    ] {
        has(find(&diagnoses, item), "note", "on the PATH", install);
    }
}

#[test]
fn the_text_has_a_line_for_each_and_a_sum() {
    let folder = tempfile::tempdir().unwrap();
    let done = Done::from(keelmark().env("HOME", folder.path()).arg("doctor").output().unwrap());
    assert!(done.stdout.contains("problem  engine"), "{}", done.stdout);
    assert!(done.stdout.contains("-> start the engine"), "{}", done.stdout);
    assert!(done.stdout.trim_end().lines().last().unwrap().contains("1 problem"), "{}", done.stdout);
}

#[test]
fn the_store_and_its_plugins_are_looked_at() {
    let host = Host::with(Behaviour::BehavesWell, &[]);
    let examine = |args: &[&str]| -> Vec<Value> {
        let done = host.run(&[&["doctor", "-o", "json"], args].concat());
        serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {}", done.stderr))
    };
    let diagnoses = examine(&[]);
    has(find(&diagnoses, "store"), "ok", "1 installed", "");
    has(find(&diagnoses, "plugin"), "problem", "asks for what is not granted", "keelmark plugin grant hostile");
    has(find(&diagnoses, "trusted keys"), "note", "none", "keelmark plugin trust add");
    let granted = host.run(&["plugin", "grant", "hostile", "--all"]);
    assert_eq!(granted.code, Some(0), "{}", granted.stderr);
    has(find(&examine(&[]), "plugin"), "note", "nobody vouches for it", "--sha256");
    let settings = host.recorded.join("keelmark.toml");
    let name = settings.display().to_string();
    std::fs::write(&settings, "[plugins]\nrequire = \"signed\"\n").unwrap();
    has(find(&examine(&["--config", &name]), "plugin"), "problem", "its level is local", "require");
    std::fs::write(&settings, "[plugins]\ndeny = [\"exec\"]\n").unwrap();
    has(find(&examine(&["--config", &name]), "plugin"), "problem", "is forbidden", "[plugins]");
    let store = host.recorded.join("store");
    std::fs::set_permissions(&store, std::fs::Permissions::from_mode(0o777)).unwrap();
    has(find(&examine(&[]), "store"), "problem", "can be written by others", "writable to nobody else");
    std::fs::set_permissions(&store, std::fs::Permissions::from_mode(0o700)).unwrap();
    std::fs::write(store.join("keelmark.lock"), "rubbish").unwrap();
    has(find(&examine(&[]), "store"), "problem", "keelmark.lock", "install the plugins again");
}
