//! The `keelmark` program that ships, and what it reports.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use keelmark_report::{Finding, Report, Status};

/// The editions, oldest first, with the number of recommendations that each must give.
pub const EDITIONS: [(&str, usize); 12] = [
    ("cis-docker-engine-1.6-v1.0.0", 84),
    ("cis-docker-engine-1.11.0-v1.0.0", 83),
    ("cis-docker-engine-1.12.0-v1.0.0", 99),
    ("cis-docker-engine-1.13.0-v1.0.0", 104),
    ("cis-docker-ce-17.06-v1.1.0", 105),
    ("cis-docker-1.2.0", 115),
    ("cis-docker-1.3.1", 116),
    ("cis-docker-1.4.0", 117),
    ("cis-docker-1.5.0", 117),
    ("cis-docker-1.6.0", 117),
    ("cis-docker-1.7.0", 117),
    ("cis-docker-1.8.0", 118),
];

/// The program, which cargo builds with this test from the shipped `main.rs`.
pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_keelmark-under-test"))
}

/// A cache of native code that all runs of this test share.
fn cache() -> &'static Path {
    static CACHE: OnceLock<PathBuf> = OnceLock::new();
    CACHE.get_or_init(|| {
        let cache = PathBuf::from("/var/tmp/keelmark-engine-cache");
        std::fs::create_dir_all(&cache).expect("a cache");
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&cache, std::fs::Permissions::from_mode(0o700)).expect("a private cache");
        cache
    })
}

/// The arguments that every run has: the tests' settings, and no colour, whatever this machine's say.
pub fn arm(command: &mut Command) -> &mut Command {
    command.env("KEELMARK_CACHE_DIR", cache());
    command.arg("--config").arg(crate::hosts::fixtures().join("keelmark.toml")).arg("--color=never")
}

/// Audits a recording by these editions.
pub fn audit_recording(recording: &Path, benchmarks: &[&str]) -> Report {
    let mut command = Command::new(binary());
    command.env_clear();
    audit(arm(&mut command).arg("audit").arg("--replay").arg(recording), benchmarks)
}

/// Audits what `command` (`keelmark audit`, with a target or not) names by these editions, and returns the report.
pub fn audit(command: &mut Command, benchmarks: &[&str]) -> Report {
    let file = tempfile::NamedTempFile::new().expect("a report file");
    command.args(benchmarks.iter().map(|id| format!("--benchmark={id}")));
    command.arg(format!("--output=json={}", file.path().display()));
    let output = command.output().expect("keelmark runs");
    let text = std::fs::read_to_string(file.path()).expect("a report");
    serde_json::from_str(&text).unwrap_or_else(|error| {
        panic!("no report ({error}) from {command:?}, {}: {}", output.status, String::from_utf8_lossy(&output.stderr))
    })
}

/// Every verdict of an edition, by recommendation.
pub fn verdicts<'a>(report: &'a Report, benchmark: &str) -> BTreeMap<&'a str, &'a Finding> {
    let benchmark = report.benchmarks.iter().find(|found| found.id == benchmark);
    let benchmark = benchmark.expect("the edition that was asked for");
    let findings = benchmark.sections.iter().flat_map(|section| &section.findings);
    findings.map(|finding| (finding.id.as_str(), finding)).collect()
}

/// Fails where a fact could not be read, or where the number of verdicts is not the edition's.
pub fn assert_whole(report: &Report, name: &str) {
    let missing = unread(report);
    assert!(missing.is_empty(), "{name}:\n{}\nnotes: {:?}", missing.join("\n"), report.notes);
}

/// What could not be read, line by line, in a report of all editions that has all their verdicts.
pub fn unread(report: &Report) -> Vec<String> {
    let mut missing = Vec::new();
    for (id, count) in EDITIONS {
        let found = verdicts(report, id);
        assert_eq!(found.len(), count, "verdicts of {id}");
        for finding in found.values().filter(|finding| finding.is_incomplete()) {
            let causes = finding.evidence.iter().filter_map(|evidence| evidence.error.as_deref());
            let causes = causes.collect::<Vec<_>>().join("; ");
            missing.push(format!("{id} {} {}: {} {causes}", finding.id, finding.check, finding.message));
        }
    }
    missing
}

/// "not-applicable", as the report writes it.
pub fn word(status: Status) -> String {
    serde_json::to_value(status).expect("a status").as_str().expect("a word").to_owned()
}
