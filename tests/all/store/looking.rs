//! `list`, `show` and `verify`: they change nothing, and say what is.

use keelmark_bad_plugins::Behaviour;

use super::{CAPABILITIES, Place, head, plugin, with_manifest};
use crate::support::bad_plugin;

/// None of a file's code runs: one that panics when it describes itself is shown like any other.
#[test]
fn a_file_is_shown_without_running_it() {
    let place = Place::new();
    let manifest = head("acme", "1.4.0") + CAPABILITIES;
    let file = place.file("acme.wasm", bad_plugin::plugin(Behaviour::DescribesInPanic, &manifest));
    let done = place.ok(&["show", &file]);
    done.assert(
        0,
        &[
            "acme 1.4.0",
            "fs.stat: /etc/docker/**, /run/docker.sock",
            "Its code imports:",
            "keelmark:plugin/fs@0.1.0 stat",
            "covered by op = \"fs.stat\"",
            "with its interface; denied, since no op = \"fs.read-text\" is asked for",
        ],
    );
    assert!(!place.store().exists(), "looking at a file makes no store");
    let row = place.ok(&["show", &file, "--output", "json"]).json();
    assert_eq!((row["installed"].clone(), row["state"].clone()), (false.into(), "not installed".into()));
    let imports = row["imports"].as_array().unwrap();
    assert!(imports.iter().all(|import| import["covered"] == true) && imports.len() > 20, "{imports:?}");
}

#[test]
fn what_the_manifest_does_not_cover_is_shown() {
    let place = Place::new();
    let kept: Vec<&str> =
        CAPABILITIES.split("[[capability]]").filter(|entry| !entry.contains("process.find")).collect();
    let file = place.file("acme.wasm", with_manifest(&(head("acme", "1.0.0") + &kept.join("[[capability]]"))));
    let done = place.run(&["show", &file]);
    done.assert(1, &["keelmark:plugin/process@0.1.0 find", "NOT COVERED", "It would not be installed"]);
    let row = place.run(&["show", &file, "--output", "json"]).json();
    let uncovered: Vec<_> = row["imports"].as_array().unwrap().iter().filter(|i| i["covered"] == false).collect();
    assert_eq!(uncovered.len(), 1);
    assert_eq!(uncovered[0]["op"], "process.find");
}

#[test]
fn an_installed_plugin_is_shown_with_its_grants() {
    let place = Place::new();
    let file = place.install("acme", "1.0.0");
    place.ok(&["revoke", "acme", "exec"]);
    place.ok(&["show", "acme"]).assert(0, &["acme 1.0.0", "Not granted:", "exec: systemctl show", &file, "local"]);
    let row = place.ok(&["show", "acme", "--output", "json"]).json();
    assert_eq!(super::capabilities(&row["missing"]), ["exec=systemctl show {unit}"]);
    assert_eq!(row["granted"][1]["why"], "7.1 needs the swarm's state", "reasons are the manifest's");
    place.ok(&["list"]).assert(0, &["needs grants", "5 of 6", "keelmark plugin grant acme --all"]);
}

#[test]
fn bad_files_are_named_by_show() {
    let place = Place::new();
    for (bytes, expected) in [(&b"x"[..], "not WebAssembly"), (&bad_plugin::module(Behaviour::BehavesWell), "core")] {
        let file = place.file("bad.wasm", bytes);
        place.run(&["show", &file]).assert(64, &["bad.wasm", expected]);
    }
}

/// A keelmark that speaks another contract leaves the plugin alone, and says which one would run it.
#[test]
fn an_incompatible_plugin_says_which_keelmark_would_do() {
    let place = Place::new();
    place.install("acme", "1.0.0");
    // As if another keelmark had installed it: the lock names bytes whose manifest asks for a newer contract.
    let newer = with_manifest(&(head("acme", "1.0.0") + CAPABILITIES).replace("api = \"0.1\"", "api = \"0.2\""));
    let digest = keelmark_contract::digest(&newer);
    let row = place.row("acme");
    let lock = place.store().join("keelmark.lock");
    let text = std::fs::read_to_string(&lock).unwrap();
    let text = text.replace(row["sha256"].as_str().unwrap(), &digest);
    let text = text.replace(&format!("size = {}", row["size"]), &format!("size = {}", newer.len()));
    std::fs::write(&lock, text).unwrap();
    std::fs::write(place.store().join(format!("plugins/{digest}.wasm")), &newer).unwrap();
    place
        .ok(&["list"])
        .assert(0, &["unusable", "api is \"0.2\"", "it needs a newer keelmark, one that speaks \"0.2\""]);
    place.run(&["verify"]).assert(1, &["BAD   acme", "a newer keelmark"]);
    place.install("other", "1.0.0");
    assert_eq!(place.row("other")["state"], "ready", "one that cannot run does not keep others from it");
    place.ok(&["remove", "acme"]);
    assert_eq!(place.row("acme"), serde_json::Value::Null);
}

#[test]
fn verify_looks_at_everything_again() {
    let place = Place::new();
    place.ok(&["verify"]).assert(0, &["nothing is installed"]);
    place.install("acme", "1.0.0");
    place.install("other", "1.0.0");
    place.ok(&["verify"]).assert(0, &["good  acme 1.0.0", "good  other 1.0.0"]);
    let rows = place.ok(&["verify", "other", "--output", "json"]).json();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!((rows[0]["good"].clone(), rows[0]["native-code"].clone()), (true.into(), "whole".into()));
}

#[test]
fn verify_looks_at_native_code_too() {
    let place = Place::new();
    let cache = place.path("cache");
    let file = place.file("acme.wasm", plugin("acme", "1.0.0"));
    let run = |args: &[&str]| {
        let mut command = place.keelmark();
        super::Done::from(command.arg("plugin").args(args).env("KEELMARK_CACHE_DIR", &cache).output().unwrap())
    };
    run(&["install", &file]).assert(0, &[]);
    let native = std::fs::read_dir(&cache).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&native).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&native, bytes).unwrap();
    run(&["verify"]).assert(0, &["good  acme", "its cached native code is damaged, and compiled anew"]);
}
