//! Texts of plugins and engines, in every place of a report that holds one: a printed line is a line of keelmark's.

use std::sync::OnceLock;

use keelmark_contract::escape;
use keelmark_report::{REPORTERS, Report, Style, reporter};
use keelmark_sdk::serde_json::{self, Value};

/// A report with every kind of verdict.
fn report() -> &'static Value {
    static REPORT: OnceLock<Value> = OnceLock::new();
    REPORT.get_or_init(|| {
        let golden = include_str!("../../fixtures/reports/worst-case.cis-docker-1.8.0.json");
        let mut report: Value = serde_json::from_str(golden).expect("a golden report");
        // Two sections say what all seven do, in a fraction of the time.
        if let Some(sections) = report.pointer_mut("/benchmarks/0/sections").and_then(Value::as_array_mut) {
            sections.retain(|section| matches!(section["number"].as_str(), Some("2" | "7")));
        }
        report
    })
}

/// Puts the lines of `data` into the texts of a report, one after the other.
pub fn guest_values(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    // Not `lines`: a carriage return is one of the things that must not get through. A vertical tab parts the texts.
    let mut texts = text.split('\u{b}').cycle();
    let mut poisoned = report().clone();
    poison(&mut poisoned, "", &mut texts);
    let report: Report = serde_json::from_value(poisoned).expect("texts do not change the form of a report");
    let judged = report.judged();
    let json = reporter("json").map(|json| json.render(&judged, &Style::default())).unwrap_or_default();
    let read: Report = serde_json::from_str(&json).expect("a report is JSON");
    assert_eq!(read.findings().count(), judged.report.findings().count());
    for (verbose, width) in [(false, 60), (true, 100)] {
        let style = Style { colour: false, remediation: true, verbose, width };
        for reporter in REPORTERS {
            let page = reporter.render(&judged, &style);
            let unsafe_one = page.chars().find(|c| *c != '\n' && escape::is_unsafe(*c));
            assert_eq!(unsafe_one, None, "in {page:?}");
        }
    }
}

/// The fields whose words mean something to the format.
const WORDS: [&str; 8] = ["status", "kind", "fingerprint", "scope", "assessment", "fail-on", "state", "relation"];

/// Replaces every free text below `value`. Words that mean something to the format stay.
fn poison<'t>(value: &mut Value, name: &str, texts: &mut impl Iterator<Item = &'t str>) {
    match value {
        Value::String(text) if !WORDS.contains(&name) => texts.next().unwrap_or_default().clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, name, texts)),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, field)| poison(field, name, texts)),
        _ => {}
    }
}
