//! Where reports go, and what they look like there.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::{clean, privileged, read_report, schema};
use crate::support::root;

const SCHEMA: &str = "host/docs/report.schema.json";

#[test]
fn several_outputs_are_written_at_once_and_json_is_as_published() {
    let recorded = privileged();
    let (json, text) = (recorded.join("report.json"), recorded.join("report.txt"));
    let outputs = [format!("json={}", json.display()), format!("text={}", text.display())];
    let done = recorded.audit(&["-o", &outputs[0], "-o", &outputs[1], "-o", "text", "-o", "json"]);
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    let in_file = std::fs::read_to_string(&text).unwrap();
    assert!(in_file.contains("FAIL    5.5") && done.stdout.contains("FAIL    5.5"));
    assert!(done.stdout.contains("\"keelmark\":") && !in_file.contains("\"keelmark\":"));
    let report: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    let schema: Value = serde_json::from_slice(&std::fs::read(root().join(SCHEMA)).unwrap()).unwrap();
    assert_eq!(schema::violations(&schema, &report), Vec::<String>::new());
    assert_eq!(read_report(&json).findings().count(), 118);
    // Nothing is left of the files under their temporary names.
    assert_eq!(std::fs::read_dir(json.parent().unwrap()).unwrap().count(), 3);
}

/// A check of the checker: it would prove nothing if it let everything pass.
#[test]
fn the_schema_refuses_what_is_not_a_report() {
    let recorded = clean();
    let done = recorded.audit(&["--check", "privileged-container", "-o", "json"]);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    let schema: Value = serde_json::from_slice(&std::fs::read(root().join(SCHEMA)).unwrap()).unwrap();
    let finding = "/benchmarks/0/sections/0/findings/0";
    for (at, key, value) in [
        ("", "complete", Value::from("yes")),
        (finding, "status", Value::from("passed")),
        (finding, "level", Value::from(-1)),
    ] {
        let mut broken = report.clone();
        broken.pointer_mut(at).unwrap()[key] = value;
        assert_eq!(schema::violations(&schema, &broken).len(), 1, "{key}");
    }
    let mut broken = report.clone();
    broken.as_object_mut().unwrap().remove("host");
    assert_eq!(schema::violations(&schema, &broken).len(), 1);
}

#[test]
fn a_report_that_cannot_be_written_says_so() {
    let done = clean().audit(&["-o", "json=/nonexistent/report.json"]);
    assert_eq!(done.code, Some(74));
    assert!(done.stderr.contains("/nonexistent/report.json"), "{}", done.stderr);
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let recorded = clean();
    let mut command = super::keelmark();
    command
        .args(["audit", "-b", crate::support::NEWEST, "--check", "privileged-container", "--replay"])
        .arg(recorded.path());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let check = ["--check", "privileged-container"];
    let coloured = |args: &[&str]| privileged().audit(&[&check, args].concat()).stdout.contains('\u{1b}');
    assert!(!coloured(&[]), "a pipe is no terminal");
    assert!(coloured(&["--color", "always"]));
    assert!(!coloured(&["--color", "never"]));
    assert!(on_terminal(None), "a terminal gets colour");
    assert!(!on_terminal(Some("1")), "NO_COLOR was not respected");
    assert!(on_terminal(Some("")), "an empty NO_COLOR means nothing");
}

/// Whether the text report has colour on a terminal, which `script` makes.
fn on_terminal(no_color: Option<&str>) -> bool {
    let recorded = privileged();
    let program = super::keelmark();
    let words = [
        program.get_program().to_string_lossy().into_owned(),
        format!("audit -b {} --check privileged-container --replay", crate::support::NEWEST),
        recorded.path().display().to_string(),
    ];
    let mut terminal = Command::new("script");
    terminal.args(["--quiet", "--return", "--command", &words.join(" "), "/dev/null"]).stdin(Stdio::null());
    terminal
        .env_clear()
        .envs(program.get_envs().filter_map(|(key, value)| Some((key, value?))))
        .env("TERM", "xterm-256color");
    if let Some(value) = no_color {
        terminal.env("NO_COLOR", value);
    }
    let output = terminal.output().expect("`script` (Debian: bsdutils) makes a terminal for this test");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("5.5"), "{shown}");
    shown.contains("\u{1b}[")
}
