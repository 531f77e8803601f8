//! What many findings have in common: a host that is not asked, an engine that does not answer. It is told once.

use keelmark_facts::identity::{Identity, OUT_OF_SCOPE, Relation};
use keelmark_report::model::{Cause, CauseId, Engine, EngineState};
use keelmark_report::{Finding, Report, Section, Status};

/// The causes that an audit of this host can have, with the sentences by which findings tell them.
pub(super) fn of(identity: Option<&Identity>, engine: &Engine) -> Vec<(CauseId, String)> {
    let silent = engine.error.clone().map(|error| match engine.state {
        EngineState::Absent => (CauseId::NoEngine, error),
        EngineState::Running | EngineState::Unreachable => (CauseId::EngineUnreachable, error),
    });
    let unreadable = identity.and_then(|identity| {
        let id = match identity.relation {
            Relation::Remote => CauseId::HostRemote,
            _ if identity.lacks_host_root => CauseId::HostNotMounted,
            Relation::Local | Relation::Undecided => CauseId::HostUndecided,
        };
        Some((id, identity.unreadable.clone()?))
    });
    silent.into_iter().chain(unreadable).collect()
}

/// Takes the causes' sentences out of the findings, and puts them at the top of the report.
pub(super) fn tell_once(report: &mut Report, causes: Vec<(CauseId, String)>) {
    for (id, sentence) in causes {
        let mut findings = 0;
        let sections = report.benchmarks.iter_mut().flat_map(|benchmark| &mut benchmark.sections);
        for finding in sections.flat_map(|section| &mut section.findings) {
            findings += usize::from(shorten(finding, id, &sentence));
        }
        if findings > 0 {
            report.causes.push(Cause { id, message: sentence, findings });
        }
    }
}

/// Whether the finding has this cause. Then a few words stand for the sentence in it.
fn shorten(finding: &mut Finding, id: CauseId, sentence: &str) -> bool {
    let mut has_it = false;
    let mut shorten = |text: &mut String| {
        if text.contains(sentence) {
            *text = text.replace(sentence, id.short());
            has_it = true;
        }
    };
    if finding.status == Status::Error {
        shorten(&mut finding.message);
    }
    finding.evidence.iter_mut().filter_map(|evidence| evidence.error.as_mut()).for_each(&mut shorten);
    if has_it && finding.status == Status::Error && finding.cause.is_none() {
        finding.cause = Some(id);
    }
    has_it
}

/// Leaves out of a section what an audit of the engine alone cannot judge, and returns the ids.
///
/// A recommendation is left out where its verdict is an error for want of the host, told by the `words` of this very
/// audit. Where only some subject of it needed the host, the verdict stands, and the subject's evidence says that it was
/// not looked at.
pub(super) fn leave_out(section: &mut Section, words: &str) -> Vec<String> {
    let mut left_out = Vec::new();
    section.findings.retain_mut(|finding| {
        if finding.status == Status::Error && finding.message.contains(words) {
            left_out.push(finding.id.clone());
            return false;
        }
        finding.message = finding.message.replace(words, OUT_OF_SCOPE);
        for evidence in &mut finding.evidence {
            if evidence.error.as_ref().is_some_and(|error| error.contains(words)) {
                evidence.error = None;
                evidence.note = Some("not looked at (--scope engine)".to_owned());
            }
        }
        true
    });
    left_out
}

#[cfg(test)]
mod tests {
    use keelmark_report::Evidence;

    use super::*;

    fn finding(id: &str, status: Status, message: &str) -> Finding {
        let text = serde_json::json!({ "id": id, "title": "", "check": "", "status": status, "message": message,
            "evidence": [] });
        serde_json::from_value(text).unwrap()
    }

    fn section(findings: Vec<Finding>) -> Section {
        let (number, title) = ("5".to_owned(), String::new());
        Section { number, title, plugin: String::new(), digest: String::new(), third_party: None, findings }
    }

    #[test]
    fn only_what_was_refused_is_left_out_of_an_audit_of_the_engine() {
        let words = format!("{OUT_OF_SCOPE} (0123456789abcdef)");
        let refused = finding("5.1", Status::Error, &format!("file x: {words}"));
        // An engine that knows our words does not know this audit's.
        let repeated = finding("5.2", Status::Error, &format!("status 500: {OUT_OF_SCOPE} (0000000000000000)"));
        let mut partly = finding("5.4", Status::Fail, "1 of 2");
        let unread = |error: &str| -> Evidence {
            let evidence = serde_json::json!({ "subject": { "kind": "container", "name": "web" }, "fingerprint": "0".repeat(64), "property": "", "found": "", "expected": "",
                "error": error });
            serde_json::from_value(evidence).unwrap()
        };
        partly.evidence = vec![unread(&words), unread("500")];
        let mut section = section(vec![refused, repeated, partly]);
        assert_eq!(leave_out(&mut section, &words), ["5.1"]);
        let left: Vec<&str> = section.findings.iter().map(|finding| finding.id.as_str()).collect();
        assert_eq!(left, ["5.2", "5.4"]);
        let errors: Vec<_> = section.findings[1].evidence.iter().map(|evidence| evidence.error.as_deref()).collect();
        assert_eq!(errors, [None, Some("500")]);
    }

    #[test]
    fn a_sentence_stands_at_the_top_and_a_few_words_in_the_findings() {
        let sentence = "engine unreachable at unix:///x: no such file";
        let mut waits = finding("5.1", Status::Error, sentence);
        assert!(shorten(&mut waits, CauseId::NoEngine, sentence));
        assert_eq!((waits.message.as_str(), waits.cause), ("no engine runs on this host", Some(CauseId::NoEngine)));
        let mut passes = finding("5.2", Status::Pass, sentence);
        assert!(!shorten(&mut passes, CauseId::NoEngine, sentence));
        assert_eq!(passes.message, sentence);
    }
}
