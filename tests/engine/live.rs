//! Running engines, audited by the program that ships; the verdicts are those of `tests/fixtures/expected/*.toml`,
//! which were written down from how the hosts are built.

use std::collections::BTreeMap;

use keelmark_report::Report;

use crate::hosts::{self, DockerHost};
use crate::program::{self, EDITIONS};
use crate::record;

#[test]
fn worst_case_has_the_verdicts_written_down() {
    let (live, replayed) = audit("worst-case");
    for edition in ["cis-docker-1.8.0", "cis-docker-1.6.0"] {
        compare(&live, "worst-case", edition);
    }
    assert_same(&live, &replayed);
}

#[test]
fn swarm_manager_has_the_verdicts_written_down() {
    let (live, replayed) = audit("swarm-manager");
    compare(&live, "swarm-manager", "cis-docker-1.8.0");
    assert_same(&live, &replayed);
}

/// Audits a live host by every edition, and once more what was recorded of it.
fn audit(name: &str) -> (Report, Report) {
    let host = DockerHost::start(name);
    let ids = EDITIONS.map(|(id, _)| id);
    let mut command = host.namespace().command_of_host(program::binary());
    let report = program::audit(program::arm(&mut command).arg("audit"), &ids);
    assert_eq!((report.engine.name.as_str(), &report.engine.error), ("Docker Engine", &None));
    program::assert_whole(&report, name);
    let recording = tempfile::NamedTempFile::new().expect("a recording");
    record::record(&host, recording.path());
    (report, program::audit_recording(recording.path(), &ids))
}

/// Verdicts and evidence must be the expected ones; all differences are named at once.
fn compare(report: &Report, host: &str, edition: &str) {
    let path = hosts::fixtures().join("expected").join(format!("{host}.{edition}.toml"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let expected: BTreeMap<String, (String, String)> = toml::from_str(&text).expect("verdicts with their reasons");
    let found = program::verdicts(report, edition);
    let expected_ids: Vec<&str> = expected.keys().map(String::as_str).collect();
    assert_eq!(expected_ids, found.keys().copied().collect::<Vec<_>>(), "{}", path.display());
    let differences: Vec<String> = expected
        .iter()
        .filter(|(id, (verdict, _))| program::word(found[id.as_str()].status) != *verdict)
        .map(|(id, (verdict, because))| {
            let finding = found[id.as_str()];
            let status = program::word(finding.status);
            format!("{id} {}: {verdict} expected ({because}), {status} found ({})", finding.check, finding.message)
        })
        .collect();
    assert!(differences.is_empty(), "{host} by {edition}:\n{}", differences.join("\n"));
}

/// A replay must say what the live audit said, of every recommendation of every edition.
fn assert_same(live: &Report, replayed: &Report) {
    for (id, _) in EDITIONS {
        let of = |report: &Report| -> Vec<String> {
            let findings = program::verdicts(report, id).into_values();
            findings
                .map(|found| format!("{id} {} {} {}", found.id, program::word(found.status), found.message))
                .collect()
        };
        assert_eq!(of(live), of(replayed));
    }
}
