//! Expected verdicts: one file beside each recording, and how what was found differs from it.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use keelmark_report::{Evidence, Finding, Status};
use serde::Deserialize;
use similar::{Algorithm, ChangeTag, capture_diff_slices_deadline};

/// A file of expected verdicts is smaller: a section has at most 500 recommendations.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// The longest that lining up two lists of evidence takes.
const DIFF_PATIENCE: Duration = Duration::from_secs(1);

/// The verdicts that a plugin's author expects over one recording.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    #[serde(default)]
    finding: Vec<Verdict>,
}

/// One verdict, its evidence as lines.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Verdict {
    id: String,
    status: Status,
    #[serde(default)]
    message: String,
    #[serde(default)]
    evidence: Vec<String>,
}

/// Why a file of expected verdicts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ExpectedError {
    #[error("{path}: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("{path}: {source}")]
    Parse { path: String, source: toml::de::Error },
}

impl Expected {
    /// What was found, as it would be expected.
    pub fn of(findings: &[Finding]) -> Self {
        let verdict = |finding: &Finding| Verdict {
            id: finding.id.clone(),
            status: finding.status,
            message: finding.message.clone(),
            evidence: finding.evidence.iter().map(evidence_line).collect(),
        };
        Self { finding: findings.iter().map(verdict).collect() }
    }

    /// Reads a file; none where there is no such file.
    pub fn read(path: &Path) -> Result<Option<Self>, ExpectedError> {
        let name = || path.display().to_string();
        let bytes = match keelmark_disk::input::read(path, MAX_BYTES) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|source| ExpectedError::Read { path: name(), source })?,
        };
        let text = String::from_utf8(bytes).map_err(|error| ExpectedError::Read {
            path: name(),
            source: std::io::Error::new(std::io::ErrorKind::InvalidData, error),
        })?;
        toml::from_str(&text).map(Some).map_err(|source| ExpectedError::Parse { path: name(), source })
    }

    /// The file's text.
    pub fn to_toml(&self, recording: &str) -> String {
        let mut text = format!(
            "# The verdicts on {recording}. `keelmark plugin test` compares them with what the plugin says;\n\
             # `keelmark plugin test --bless` writes down what it says now.\n"
        );
        let quoted = |text: &str| toml::Value::from(text).to_string();
        for verdict in &self.finding {
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "\n[[finding]]\nid = {}\nstatus = {:?}\nmessage = {}\n",
                quoted(&verdict.id),
                name_of(verdict.status),
                quoted(&verdict.message)
            );
            match verdict.evidence.as_slice() {
                [] => text.push_str("evidence = []\n"),
                lines => {
                    let lines: String = lines.iter().map(|line| format!("    {},\n", quoted(line))).collect();
                    let _ = write!(text, "evidence = [\n{lines}]\n");
                }
            }
        }
        text
    }

    /// The number of verdicts.
    pub fn len(&self) -> usize {
        self.finding.len()
    }

    /// Whether nothing is expected.
    pub fn is_empty(&self) -> bool {
        self.finding.is_empty()
    }

    /// How `found` differs, line by line; nothing where it does not.
    pub fn differences(&self, found: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for expected in &self.finding {
            match found.finding.iter().find(|verdict| verdict.id == expected.id) {
                Some(found) => compare(expected, found, &mut lines),
                None => lines.push(format!(
                    "{}: expected {}, but there is no finding",
                    expected.id,
                    name_of(expected.status)
                )),
            }
        }
        for extra in found.finding.iter().filter(|found| !self.finding.iter().any(|e| e.id == found.id)) {
            lines.push(format!(
                "{}: not expected at all, found {}: {}",
                extra.id,
                name_of(extra.status),
                extra.message
            ));
            lines.extend(extra.evidence.iter().map(|line| format!("  + {line}")));
        }
        lines
    }
}

fn compare(expected: &Verdict, found: &Verdict, lines: &mut Vec<String>) {
    let id = &expected.id;
    if expected.status != found.status {
        lines.push(format!("{id}: expected {}, found {}", name_of(expected.status), name_of(found.status)));
    }
    if expected.message != found.message {
        lines.push(format!("{id}: the message differs"));
        lines.push(format!("  - {}", expected.message));
        lines.push(format!("  + {}", found.message));
    }
    if expected.evidence != found.evidence {
        lines.push(format!("{id}: the evidence differs"));
        lines.extend(line_diff(&expected.evidence, &found.evidence));
    }
}

/// Lines kept, missing and new, in order, from the first difference to the last.
fn line_diff(old: &[String], new: &[String]) -> Vec<String> {
    // Past its deadline the rest is shown as replaced: two long lists with little in common must not take minutes.
    let deadline = Some(Instant::now() + DIFF_PATIENCE);
    let steps = capture_diff_slices_deadline(Algorithm::Myers, old, new, deadline);
    let changes = steps.iter().flat_map(|step| step.iter_changes(old, new));
    let lines: Vec<String> = changes
        .map(|change| {
            let mark = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            format!("  {mark} {}", change.value())
        })
        .collect();
    let differs = |line: &String| !line.starts_with("    ");
    let first = lines.iter().position(differs).unwrap_or(0);
    let after = lines.iter().rposition(differs).map_or(0, |last| last + 1);
    lines.into_iter().take(after).skip(first).collect()
}

/// A verdict's word.
pub fn name_of(status: Status) -> &'static str {
    match status {
        Status::Pass => "pass",
        Status::Fail => "fail",
        Status::Manual => "manual",
        Status::NotApplicable => "not-applicable",
        Status::Error => "error",
    }
}

/// `container web: HostConfig.Privileged = true (expected false) [from docker inspect]`
pub fn evidence_line(evidence: &Evidence) -> String {
    let mut line = format!("{}:", evidence.subject);
    if !evidence.property.is_empty() {
        let _ = write!(line, " {} =", evidence.property);
    }
    let _ = write!(line, " {}", evidence.found);
    if !evidence.expected.is_empty() {
        let _ = write!(line, " (expected {})", evidence.expected);
    }
    if let Some(source) = &evidence.source {
        let _ = write!(line, " [from {source}]");
    }
    if let Some(error) = &evidence.error {
        let _ = write!(line, " [could not be read: {error}]");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(id: &str, status: Status, message: &str, evidence: &[&str]) -> Verdict {
        let evidence = evidence.iter().map(|line| (*line).to_owned()).collect();
        Verdict { id: id.into(), status, message: message.into(), evidence }
    }

    fn expected(finding: Vec<Verdict>) -> Expected {
        Expected { finding }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let hostile = "a \"quoted\" \\ thing\n'''and\u{1b}[31m more";
        let written = expected(vec![
            verdict("1.1", Status::NotApplicable, hostile, &[hostile, ""]),
            verdict("1.2", Status::Pass, "", &[]),
        ]);
        let read: Expected = toml::from_str(&written.to_toml("tests/x.json")).unwrap();
        assert_eq!(read, written);
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        assert!(toml::from_str::<Expected>("[[finding]]\nid = \"1\"\nstatus = \"pass\"\nmesage = \"\"\n").is_err());
        assert!(toml::from_str::<Expected>("[[finding]]\nid = \"1\"\nstatus = \"good\"\n").is_err());
    }

    #[test]
    fn every_difference_is_named() {
        let old = expected(vec![
            verdict("1.1", Status::Pass, "as it was", &["a", "b", "c", "d"]),
            verdict("1.2", Status::Fail, "", &[]),
        ]);
        let new = expected(vec![
            verdict("1.1", Status::Fail, "as it is", &["a", "x", "c", "y", "d"]),
            verdict("1.3", Status::Pass, "new", &["z"]),
        ]);
        assert_eq!(
            old.differences(&new),
            [
                "1.1: expected pass, found fail",
                "1.1: the message differs",
                "  - as it was",
                "  + as it is",
                "1.1: the evidence differs",
                "  - b",
                "  + x",
                "    c",
                "  + y",
                "1.2: expected fail, but there is no finding",
                "1.3: not expected at all, found pass: new",
                "  + z",
            ]
        );
        assert!(old.differences(&old).is_empty());
    }
}
