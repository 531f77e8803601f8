//! Updates: newer, wider, older, other.

use super::{ASKED, CAPABILITIES, Place, head, plugin, with_manifest};

const WIDER: &str = r#"
[[capability]]
op = "fs.read-text"
paths = ["/etc/docker/daemon.json"]
why = "2.x reads the daemon's configuration"
"#;

#[test]
fn an_update_fetches_from_where_it_came() {
    let place = Place::new();
    let file = place.file("acme.wasm", plugin("acme", "1.0.0"));
    place.ok(&["install", &file, "--grant-all"]);
    place.ok(&["update"]).assert(0, &["acme 1.0.0 was installed already (local)"]);
    place.file("acme.wasm", plugin("acme", "1.1.0"));
    let rows = place.ok(&["update", "--output", "json"]).json();
    assert_eq!((rows[0]["outcome"].as_str(), rows[0]["replaced"].as_str()), (Some("updated"), Some("1.0.0")));
    let row = place.row("acme");
    assert_eq!((row["version"].as_str(), row["source"].as_str()), (Some("1.1.0"), Some(file.as_str())));
    assert_eq!(place.granted("acme"), ASKED, "what was granted stays granted");
    let elsewhere = place.file("elsewhere.wasm", plugin("acme", "1.2.0"));
    let done = place.ok(&["update", "acme", "--from", &elsewhere]);
    done.assert(0, &["updated acme 1.2.0", &format!("(the installed one came from {file})")]);
    assert_eq!(place.row("acme")["source"], elsewhere.as_str());
    // The old components are gone.
    let wasm = place.tree().into_keys().filter(|path| path.extension().is_some_and(|kind| kind == "wasm")).count();
    assert_eq!(wasm, 1);
}

#[test]
fn a_wider_request_is_asked_for_again() {
    let place = Place::new();
    let file = place.file("acme.wasm", plugin("acme", "1.0.0"));
    place.ok(&["install", &file, "--grant-all"]);
    place.file("acme.wasm", with_manifest(&(head("acme", "1.1.0") + CAPABILITIES + WIDER)));
    let done = place.ok(&["update", "acme"]);
    done.assert(0, &["New in this version", "fs.read-text: /etc/docker/daemon.json", "plugin grant acme --all"]);
    assert!(!done.stderr.contains("fs.stat"), "only what is new is shown: {}", done.stderr);
    assert_eq!(place.granted("acme"), ASKED, "no more than before");
    assert_eq!(place.missing("acme"), ["fs.read-text=/etc/docker/daemon.json"]);
    // What a version no longer asks for is shown, and is not kept for a later one.
    let narrow = CAPABILITIES.replace(", \"/run/docker.sock\"", "");
    place.file("acme.wasm", with_manifest(&(head("acme", "1.2.0") + &narrow)));
    place.ok(&["update", "acme"]).assert(0, &["No longer asked for", "fs.stat: /run/docker.sock", "nothing new"]);
    place.file("acme.wasm", plugin("acme", "1.3.0"));
    place.ok(&["update", "acme"]).assert(0, &["New in this version", "fs.stat: /run/docker.sock"]);
    assert_eq!(place.missing("acme"), ["fs.stat=/run/docker.sock"]);
    place.file("acme.wasm", with_manifest(&(head("acme", "1.4.0") + CAPABILITIES + WIDER)));
    place.ok(&["update", "acme", "--grant-all"]);
    assert_eq!(place.missing("acme"), [""; 0]);
}

/// A wider pattern is new as a whole, though a part of it was granted.
#[test]
fn a_wider_pattern_is_new() {
    let place = Place::new();
    let file = place.file("acme.wasm", plugin("acme", "1.0.0"));
    place.ok(&["install", &file, "--grant-all"]);
    let wider = CAPABILITIES.replace("/etc/docker/**", "/etc/**");
    place.file("acme.wasm", with_manifest(&(head("acme", "1.1.0") + &wider)));
    place.ok(&["update"]).assert(0, &["fs.stat: /etc/**"]);
    assert_eq!(place.granted("acme")[2], "fs.stat=/run/docker.sock /etc/docker/**");
    assert_eq!(place.missing("acme"), ["fs.stat=/etc/**"]);
}

#[test]
fn a_downgrade_is_refused_unless_asked_for() {
    let place = Place::new();
    let old = place.file("old.wasm", plugin("acme", "1.0.0"));
    place.install("acme", "1.2.0");
    let before = place.tree();
    place.run(&["install", &old]).assert(64, &["old.wasm", "version 1.0.0 is older than 1.2.0", "--allow-downgrade"]);
    assert_eq!(place.tree(), before);
    place.ok(&["install", &old, "--allow-downgrade"]).assert(0, &["replaces 1.2.0"]);
    // What was installed once stays the mark.
    let between = place.file("between.wasm", plugin("acme", "1.1.0"));
    place.run(&["install", &between]).assert(64, &["1.1.0 is older than 1.2.0, which was installed before"]);
    let pre = place.file("pre.wasm", plugin("acme", "1.2.0-rc.1"));
    place.run(&["install", &pre]).assert(64, &["1.2.0-rc.1 is older than 1.2.0"]);
}

#[test]
fn another_plugin_is_no_update() {
    let place = Place::new();
    let file = place.file("acme.wasm", plugin("acme", "1.0.0"));
    place.ok(&["install", &file]);
    place.file("acme.wasm", plugin("evil", "9.0.0"));
    place.run(&["update"]).assert(64, &["acme.wasm", "holds another plugin: \"evil\""]);
    assert_eq!(place.row("acme")["version"], "1.0.0");
    assert_eq!(place.row("evil"), serde_json::Value::Null);
}

/// One that cannot be updated does not keep the others from it.
#[test]
fn updates_do_not_wait_for_each_other() {
    let place = Place::new();
    let (one, two) = (place.install("one", "1.0.0"), place.install("two", "1.0.0"));
    std::fs::remove_file(&one).unwrap();
    std::fs::write(&two, plugin("two", "2.0.0")).unwrap();
    place.run(&["update"]).assert(64, &["one: ", "one-1.0.0.wasm", "updated two 2.0.0"]);
    assert_eq!(
        (place.row("one")["version"].clone(), place.row("two")["version"].clone()),
        ("1.0.0".into(), "2.0.0".into())
    );
    place.run(&["update", "--sha256", &"0".repeat(64)]).assert(64, &["about one plugin"]);
}
