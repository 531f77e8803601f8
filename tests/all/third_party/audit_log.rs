//! `--audit-log`: a line for every call, whatever became of it, and no answer in any of them.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

use keelmark_bad_plugins::{BAD_ID, Behaviour};
use keelmark_contract::escape;
use serde_json::{Value, json};

use super::{behaving, lines, write};
use crate::cli::{Recorded, clean};
use crate::gate::functions_of_the_contract;
use crate::support::bad_plugin;

/// Runs one plugin with a log, and returns its lines.
fn logged(recorded: &Recorded, component: &[u8], more: &[&str]) -> Vec<Value> {
    let plugin = write(recorded, "acme.wasm", component);
    let log = recorded.join("audit.jsonl").display().to_string();
    let args = ["--check", BAD_ID, "--plugin", &plugin, "--audit-log", &log, "-o", "json"];
    let done = recorded.audit(&[&args[..], more].concat());
    assert!(matches!(done.code, Some(1..=2)), "{}", done.stderr);
    lines(recorded, "audit.jsonl").into_iter().filter(|line| line["plugin"] == "hostile").collect()
}

/// The name that manifests have for a function.
fn op(function: &str) -> &str {
    match function {
        "exec.run" => "exec",
        "host.describe" => "host.facts",
        same => same,
    }
}

#[test]
fn every_function_of_the_contract_leaves_a_line() {
    let functions = functions_of_the_contract();
    let expected: BTreeSet<&str> = functions.iter().map(|function| op(function)).collect();
    for manifest in [bad_plugin::manifest_head(), crate::gate::granting_manifest()] {
        let recorded = clean();
        let lines = logged(&recorded, &bad_plugin::plugin(Behaviour::WalksImports, &manifest), &["--grant-all"]);
        let seen: BTreeSet<&str> = lines.iter().map(|line| line["operation"].as_str().unwrap()).collect();
        assert_eq!(seen, expected);
        let is_granted = manifest != bad_plugin::manifest_head();
        for line in &lines {
            let is_emit = line["operation"] == "report.emit";
            let decision = if is_granted && !is_emit { "allowed" } else { "denied" };
            assert_eq!(line["decision"], decision, "{line}");
            assert_eq!(line["result"] == "denied", decision == "denied", "{line}");
            assert_eq!(line["digest"].as_str().unwrap().len(), 64);
            assert!(line["milliseconds"].is_number() && line["bytes"].is_number() && line["time"].is_string());
            assert!(!line["rule"].as_str().unwrap().is_empty(), "{line}");
        }
    }
}

#[test]
fn a_line_says_which_rule_decided() {
    let recorded = clean();
    let lines = logged(&recorded, &behaving(Behaviour::AsksForOddPaths), &["--grant-all"]);
    let find = |path: &str| lines.iter().find(|line| line["arguments"]["path"] == path).unwrap();
    let shadow = find("/etc/shadow");
    assert_eq!((&shadow["decision"], &shadow["rule"]), (&json!("denied"), &json!("not in the manifest")));
    let dots = find("/etc/docker/../shadow");
    assert_eq!((&dots["decision"], &dots["result"]), (&json!("invalid"), &json!("invalid")));
    let lines = logged(&clean(), &behaving(Behaviour::AsksForStat), &["--grant-all"]);
    let stat = lines.iter().find(|line| line["operation"] == "fs.stat").unwrap();
    assert_eq!((&stat["decision"], &stat["rule"]), (&json!("allowed"), &json!("fs.stat /etc/docker/**")));
    assert_eq!(stat["arguments"], json!({ "path": "/etc/docker/daemon.json", "follow": true }));
    let lines = logged(&clean(), &behaving(Behaviour::AsksForStat), &[]);
    let stat = lines.iter().find(|line| line["operation"] == "fs.stat").unwrap();
    assert_eq!((&stat["decision"], &stat["rule"]), (&json!("denied"), &json!("not granted: fs.stat /etc/docker/**")));
}

#[test]
fn hostile_words_are_capped_and_escaped() {
    for behaviour in [Behaviour::AsksForOddObjects, Behaviour::RunsOddCommands, Behaviour::SpeaksTerminal] {
        let recorded = clean();
        let lines = logged(&recorded, &behaving(behaviour), &["--grant-all"]);
        assert!(lines.len() > 2, "{behaviour:?}");
        let text = std::fs::read_to_string(recorded.join("audit.jsonl")).unwrap();
        assert!(!text.chars().any(|c| c != '\n' && escape::is_unsafe(c)), "{behaviour:?}");
        let longest = text.lines().map(str::len).max().unwrap();
        assert!(longest < 4_000, "{behaviour:?}: a line of {longest} bytes");
    }
}

/// Arguments only: neither answers nor the texts of findings and log lines, which may repeat them.
#[test]
fn no_answer_is_in_it() {
    let word = "tr0ub4dor";
    let recorded = Recorded::new(json!({
        "files": { "/etc/docker/daemon.json": { "text": format!("{{\"label\": \"{word}\"}}") } },
    }));
    let held = std::fs::read_to_string(recorded.path()).unwrap();
    assert!(held.contains(word), "the recording holds the word");
    let lines = logged(&recorded, &behaving(Behaviour::RepeatsWhatItReads), &["--grant-all"]);
    let read = lines.iter().find(|line| line["operation"] == "fs.read-text").unwrap();
    assert_eq!(read["result"], "ok", "{read}");
    assert!(read["bytes"].as_u64().unwrap() > 10);
    for op in ["report.emit", "report.log"] {
        assert!(lines.iter().any(|line| line["operation"] == op && line["decision"] == "allowed"), "{op}");
    }
    let text = std::fs::read_to_string(recorded.join("audit.jsonl")).unwrap();
    assert!(!text.contains(word), "{text}");
}

#[test]
fn only_its_owner_can_read_it_and_earlier_lines_stay() {
    let recorded = clean();
    let path = recorded.join("audit.jsonl");
    std::fs::write(&path, "{\"earlier\": true}\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
    let log = path.display().to_string();
    let done = recorded.audit(&["--check", "privileged-container", "--audit-log", &log]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    let lines = lines(&recorded, "audit.jsonl");
    assert_eq!(lines[0]["earlier"], true);
    // Built-in plugins pass the same gate, and leave the same lines.
    assert!(lines.iter().any(|line| line["plugin"] == "cis-docker-1.8.0-5" && line["decision"] == "allowed"));
}

#[test]
fn a_log_that_cannot_be_written_is_exit_74() {
    for (log, expected) in [("/nonexistent/audit.jsonl", "failed to open"), ("/dev/full", "is not complete")] {
        let done = clean().audit(&["--check", "privileged-container", "--audit-log", log]);
        assert_eq!(done.code, Some(74), "{log}: {}", done.stderr);
        assert!(done.stderr.contains(log) && done.stderr.contains(expected), "{}", done.stderr);
    }
}
