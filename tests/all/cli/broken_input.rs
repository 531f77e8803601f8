//! Wrong names and broken files: exit 64, what is wrong and where, and what would be right.

use super::{clean, keelmark, run};

fn assert_usage(done: &super::Done, expected: &[&str]) {
    assert_eq!(done.code, Some(64), "{}", done.stderr);
    for part in expected {
        assert!(done.stderr.contains(part), "{:?} does not say {part:?}", done.stderr);
    }
    assert_eq!(done.stdout, "");
}

#[test]
fn unknown_names_get_the_nearest() {
    let recorded = clean();
    let audit = |args: &[&str]| recorded.audit(args);
    let newest = "cis-docker-1.8.0";
    assert_usage(&audit(&["--benchmark", "cis-docker-1.8.1"]), &["no edition \"cis-docker-1.8.1\"", newest]);
    assert_usage(&audit(&["--section", "12"]), &["no section \"12\"", newest, "the nearest: 1"]);
    assert_usage(
        &audit(&["--check", "priviledged-container"]),
        &["no recommendation or check", "privileged-container"],
    );
    assert_usage(&audit(&["--skip", "5.55"]), &["\"5.55\"", "the nearest: 5.5"]);
    assert_usage(&run(&["explain", "priviledged-container"]), &["priviledged-container", "privileged-container"]);
    assert_usage(&run(&["list", "recommendations", "--benchmark", "cis-1.8"]), &["no edition \"cis-1.8\"", newest]);
}

#[test]
fn a_wrong_command_line_is_a_usage_error() {
    assert_usage(&run(&["adit"]), &["audit"]);
    assert_usage(&run(&["audit", "--output", "yaml"]), &["unknown format \"yaml\": it is text, json"]);
    assert_usage(&run(&["audit", "--output", "json="]), &["the file's name is missing"]);
    assert_usage(&run(&["audit", "--level", "3"]), &["3"]);
    assert_usage(&run(&["audit", "--replay", "x", "--docker-host", "y"]), &["cannot be used with"]);
}

#[test]
fn a_broken_recording_says_where() {
    let recorded = clean();
    let path = recorded.path();
    let cases = [
        ("{\n  \"keelmark-recording\": 1,\n  \"answers\": {,}\n}", "host.json:3:15: not a keelmark recording"),
        ("{\"keelmark-recording\": 3, \"answers\": {}}", "is a recording of format 3"),
        ("{\"keelmark-recording\": 1, \"answers\": {}, \"note\": 1}", "unknown field `note`"),
        ("{\"keelmark-recording\": 1, \"answers\": {\"now\": {\"yes\": 1}}}", "unknown variant `yes`"),
        ("{\"keelmark-recording\": 1, \"answers\": {\"now\"", "host.json:1:43"),
        ("", "host.json:1:0"),
    ];
    for (text, expected) in cases {
        std::fs::write(&path, text).unwrap();
        assert_usage(&recorded.audit(&[]), &[expected]);
    }
    std::fs::remove_file(&path).unwrap();
    assert_usage(&recorded.audit(&[]), &["failed to read recording", "host.json"]);
}

#[test]
fn broken_settings_say_where() {
    let recorded = clean();
    let settings = recorded.join("keelmark.toml");
    let cases = [
        ("# mine\ntrusted-user = [\"ann\"]\n", &["keelmark.toml", "line 2", "unknown field `trusted-user`"][..]),
        ("trusted-users = \"ann\"\n", &["line 1", "expected a sequence"]),
        ("\n\ntrusted-users = [\n", &["keelmark.toml", "line"]),
    ];
    for (text, expected) in cases {
        std::fs::write(&settings, text).unwrap();
        assert_usage(&recorded.audit(&["--config", &settings.display().to_string()]), expected);
    }
    assert_usage(&recorded.audit(&["--config", "/nonexistent/keelmark.toml"]), &["/nonexistent/keelmark.toml"]);
}

#[test]
fn a_file_that_is_no_plugin_at_all_is_named() {
    let recorded = clean();
    let plugin = recorded.join("acme.wasm");
    let audit = || recorded.audit(&["--plugin", &plugin.display().to_string()]);
    assert_usage(&audit(), &["acme.wasm", "No such file"]);
    std::fs::write(&plugin, b"not wasm").unwrap();
    assert_usage(&audit(), &["acme.wasm", "it is not WebAssembly"]);
}

/// What is wrong may hold what a terminal obeys.
#[test]
fn complaints_cannot_speak_to_the_terminal() {
    let done = keelmark().args(["explain", "a\u{1b}[2J\u{202e}b"]).output().unwrap();
    let stderr = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(64));
    assert!(!stderr.contains('\u{1b}') && !stderr.contains('\u{202e}'), "{stderr:?}");
}
