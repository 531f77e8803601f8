//! Exit codes: part of the interface, and described in `docs/exit-codes.md`.

use crate::{Finding, Report, Status};

/// Everything could be read, and nothing at or above `--fail-on` was found.
pub const CLEAN: u8 = 0;
/// Something at or above `--fail-on` was found.
pub const FINDINGS: u8 = 1;
/// A fact could not be read: what was found stands, but what was not found may be there.
pub const INCOMPLETE: u8 = 2;
/// The command line, a manifest or another input is wrong; `EX_USAGE` of sysexits.h.
pub const USAGE: u8 = 64;
/// A plugin's project does not build, or what it builds is not a plugin that keelmark would run; `EX_DATAERR`.
pub const BROKEN: u8 = 65;
/// A program that is needed is not installed, or a server cannot be reached; `EX_UNAVAILABLE`.
pub const MISSING: u8 = 69;
/// A defect in keelmark; `EX_SOFTWARE`.
pub const INTERNAL: u8 = 70;
/// A report, recording or other output could not be written; `EX_IOERR`.
pub const OUTPUT: u8 = 74;
/// Interrupted by SIGINT, as shells report it.
pub const INTERRUPTED: u8 = 130;

/// Which verdicts make `keelmark audit` exit with [`FINDINGS`]. None of them hides an incomplete audit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// No verdict.
    Never,
    /// A failed Level 1 recommendation, or a failed one whose level is not established.
    Level1,
    /// Any failed recommendation.
    #[default]
    Fail,
    /// Any failed recommendation, and any that a person must judge.
    Manual,
}

impl FailOn {
    /// Every one of them, as `--help` lists them.
    pub const ALL: [Self; 4] = [Self::Never, Self::Level1, Self::Fail, Self::Manual];

    /// As the command line writes it.
    pub fn name(self) -> &'static str {
        match self {
            FailOn::Never => "never",
            FailOn::Level1 => "level1",
            FailOn::Fail => "fail",
            FailOn::Manual => "manual",
        }
    }

    fn covers(self, finding: &Finding) -> bool {
        match (self, finding.status) {
            // An unknown level may be 1: what is not known must not look like a pass.
            (FailOn::Level1, Status::Fail) => finding.level.is_none_or(|level| level <= 1),
            (FailOn::Fail | FailOn::Manual, Status::Fail) | (FailOn::Manual, Status::Manual) => true,
            _ => false,
        }
    }
}

/// The exit code of an audit.
///
/// Incomplete wins over failed: whoever reads only the code must learn that the list of failures may be too short.
/// An audit that judged nothing at all is incomplete too.
pub fn of(report: &Report, fail_on: FailOn) -> u8 {
    let judged_nothing = report.findings().next().is_none();
    if judged_nothing || !report.complete || report.findings().any(Finding::is_incomplete) {
        INCOMPLETE
    } else if report.findings().any(|finding| fail_on.covers(finding)) {
        FINDINGS
    } else {
        CLEAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Evidence;

    /// A complete report with one finding.
    fn report(status: Status, level: Option<u8>) -> Report {
        let finding = serde_json::json!({
            "id": "5.5", "title": "", "check": "", "level": level, "status": status, "message": "", "evidence": [], "fix": "",
        });
        let counts = serde_json::json!({ "pass": 0, "fail": 0, "manual": 0, "not-applicable": 0, "error": 0 });
        let section = serde_json::json!({
            "number": "5", "title": "", "plugin": "", "digest": "", "findings": [finding], "counts": counts,
        });
        let benchmark = serde_json::json!({
            "id": "", "title": "", "chosen": "", "sections": [section], "counts": counts,
        });
        let report = serde_json::json!({
            "format": 1, "keelmark": "", "audited-at": "", "benchmarks": [benchmark], "notes": [], "counts": counts,
            "host": { "name": "", "os": "", "kernel": "", "privileged": true },
            "engine": { "endpoint": "", "name": "", "version": "", "api-version": "" },
            "complete": true, "milliseconds": 1,
        });
        serde_json::from_value(report).unwrap()
    }

    #[test]
    fn findings_count_at_or_above_the_threshold() {
        use FailOn::*;
        let cases = [
            (Status::Pass, Some(1), [0, 0, 0, 0]),
            (Status::NotApplicable, Some(1), [0, 0, 0, 0]),
            (Status::Manual, Some(1), [0, 0, 0, 1]),
            (Status::Fail, Some(1), [0, 1, 1, 1]),
            (Status::Fail, Some(2), [0, 0, 1, 1]),
            (Status::Fail, None, [0, 1, 1, 1]),
            (Status::Error, Some(2), [2, 2, 2, 2]),
        ];
        for (status, level, codes) in cases {
            let found = [Never, Level1, Fail, Manual].map(|fail_on| of(&report(status, level), fail_on));
            assert_eq!(found, codes, "{status:?} {level:?}");
        }
    }

    #[test]
    fn an_unread_subject_is_incomplete_whatever_the_verdict() {
        for status in [Status::Pass, Status::Fail, Status::Manual, Status::NotApplicable] {
            let mut report = report(status, Some(1));
            let findings = report.benchmarks.iter_mut().flat_map(|b| &mut b.sections).flat_map(|s| &mut s.findings);
            for finding in findings {
                finding.evidence.push(Evidence {
                    subject: "container web".into(),
                    property: String::new(),
                    found: String::new(),
                    expected: String::new(),
                    source: None,
                    error: Some("no answer in 5 s".into()),
                    note: None,
                });
            }
            assert_eq!(of(&report, FailOn::Never), INCOMPLETE);
        }
    }

    #[test]
    fn a_report_that_calls_itself_incomplete_is() {
        let mut incomplete = report(Status::Pass, Some(1));
        incomplete.complete = false;
        assert_eq!(of(&incomplete, FailOn::Fail), INCOMPLETE);
    }

    #[test]
    fn nothing_judged_is_not_clean() {
        let mut empty = report(Status::Pass, Some(1));
        empty.benchmarks.clear();
        assert_eq!(of(&empty, FailOn::Fail), INCOMPLETE);
    }

    #[test]
    fn every_code_is_documented() {
        let documented = include_str!("../../docs/exit-codes.md");
        for code in [CLEAN, FINDINGS, INCOMPLETE, USAGE, BROKEN, MISSING, INTERNAL, OUTPUT, INTERRUPTED] {
            assert!(documented.contains(&format!("| {code} |")), "{code}");
        }
        for value in FailOn::ALL {
            assert!(documented.contains(&format!("| `{}` |", value.name())), "{value:?}");
        }
    }
}
