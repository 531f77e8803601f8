//! What a plugin says is data: no byte of it reaches a terminal as a command, or a report as a line of its own.

use std::sync::Arc;

use keelmark_bad_plugins::{BAD_ID, Behaviour};
use keelmark_contract::escape::is_unsafe;
use keelmark_report::{Report, Style};

use super::audit_beside;
use crate::support::bad_plugin::{self, PluginFile};
use crate::support::{Heard, print};

/// Nothing that a terminal obeys, and no line that the plugin forged.
pub fn assert_harmless(text: &str) {
    let unsafe_character = text.chars().find(|c| is_unsafe(*c) && *c != '\n');
    assert_eq!(unsafe_character, None, "{text}");
    let forged = text.lines().find(|line| line.trim_start().starts_with("PASS 5.5"));
    assert_eq!(forged, None, "{text}");
}

fn report(heard: &Arc<Heard>) -> Report {
    report_of(Behaviour::SpeaksTerminal, heard)
}

fn report_of(behaviour: Behaviour, heard: &Arc<Heard>) -> Report {
    let file = PluginFile::new(bad_plugin::plugin(behaviour, &bad_plugin::manifest()));
    audit_beside(vec![file.path()], heard)
}

/// What the host says about a plugin repeats what the plugin said.
#[test]
fn refusals_and_reasons_cannot_speak_either() {
    for behaviour in [Behaviour::AsksInColour, Behaviour::GivesUpInColour] {
        let report = report_of(behaviour, &Arc::default());
        let text = print(&report, "text", Style { remediation: true, verbose: true, ..Style::default() });
        assert_harmless(&text);
        assert!(text.contains("<asked>") || text.contains("<reason>"), "{text}");
        assert_harmless(&print(&report, "json", Style::default()));
    }
}

#[test]
fn text_shows_what_a_terminal_would_obey() {
    let report = report(&Arc::default());
    for (remediation, verbose) in [(false, false), (true, true)] {
        let text = print(&report, "text", Style { remediation, verbose, ..Style::default() });
        assert_harmless(&text);
    }
    let verbose = print(&report, "text", Style { remediation: true, verbose: true, ..Style::default() });
    for word in ["subject", "property", "found", "expected", "source", "error", "message"] {
        assert!(verbose.contains(&format!("<{word}>")), "{word} is not shown:\n{verbose}");
    }
}

#[test]
fn json_keeps_the_strings_and_escapes_them() {
    let report = report(&Arc::default());
    let json = print(&report, "json", Style::default());
    assert_harmless(&json);
    let read: Report = serde_json::from_str(&json).unwrap();
    let of = |report: &Report| report.findings().find(|finding| finding.id == BAD_ID).unwrap().message.clone();
    assert_eq!(of(&read), of(&report));
    assert!(of(&read).contains('\u{1b}'));
}
