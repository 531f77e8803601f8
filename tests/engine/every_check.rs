//! Every check fires somewhere and passes somewhere, or it is none: over the recordings of real engines by all
//! editions, and where no such host can be had (another storage driver, an enterprise product, another kernel), in a
//! scenario of its own, which other tests hold to be true.

use std::collections::{BTreeMap, BTreeSet};

use keelmark_sdk::scenario;

use crate::hosts::RECORDED;
use crate::program::{self, EDITIONS};
use crate::record;

/// What facts alone never decide: these always put it to a person, with what there is to go by.
const JUDGED_BY_A_PERSON: &[&str] = &[
    "dtr-disabled-image-scanning",
    "image-setuid-files",
    "missing-data-backup",
    "missing-endpoint-protection",
    "nonessential-service",
    "overdue-security-audit",
    "shared-management-network",
    "ucp-excessive-session-limit",
    "ucp-local-authentication",
    "ucp-long-session-lifetime",
    "ucp-self-signed-certificate",
    "ucp-unconfigured-role",
    "ucp-unenforced-client-bundle",
    "ucp-unsigned-image-allowed",
    "unhardened-host",
    "unmonitored-container",
    "unneeded-image-package",
    "unpatched-image",
    "unrotated-swarm-ca",
    "unrotated-unlock-key",
    "unvalidated-image-signature",
];

/// What can be seen to be wrong, but never to be right.
const NEVER_PASS: &[&str] =
    &["development-host", "outdated-container-image", "privileged-exec", "root-exec", "unverified-image-package"];

/// What can be seen to be right, but never to be wrong.
const NEVER_FAIL: &[&str] = &[
    "changed-base-device-size",
    "changed-default-cgroup",
    "custom-cgroup-parent",
    "daemon-runs-as-root",
    "missing-default-ulimit",
    "overridden-ulimit",
];

/// The statuses of every check, by slug.
type Seen = BTreeMap<String, BTreeSet<String>>;

#[test]
fn every_check_fires_and_passes() {
    let mut seen = in_recordings();
    let recorded = seen.iter().filter(|(_, statuses)| decides(statuses)).count();
    let mut silent = Vec::new();
    for entry in keelmark_checks::catalog() {
        let slug = entry.check.slug;
        let statuses = seen.entry(slug.to_owned()).or_default();
        for one in scenario::parse(entry.scenarios).expect("scenarios that parse") {
            // A family shares a file, and each of its scenarios names the check.
            if one.check.as_deref().is_none_or(|check| check == slug) {
                statuses.insert(one.expected.status);
            }
        }
        let expected = |exceptions: &[&str]| !exceptions.contains(&slug) && !JUDGED_BY_A_PERSON.contains(&slug);
        if statuses.contains("pass") != expected(NEVER_PASS) || statuses.contains("fail") != expected(NEVER_FAIL) {
            silent.push(format!("{slug}: {statuses:?}"));
        }
    }
    assert!(silent.is_empty(), "not as the lists above say:\n{}", silent.join("\n"));
    // Recordings are what ships' behaviour on real hosts is seen in: a scenario is the exception.
    assert_eq!(recorded, RECORDED_DECISIONS, "{recorded} checks both fail and pass on a recording");
}

/// How many checks both fail and pass on recordings alone.
const RECORDED_DECISIONS: usize = 82;

fn decides(statuses: &BTreeSet<String>) -> bool {
    statuses.contains("pass") && statuses.contains("fail")
}

fn in_recordings() -> Seen {
    let mut seen = Seen::new();
    for name in RECORDED {
        let report = program::audit_recording(&record::path(name), &EDITIONS.map(|(id, _)| id));
        for finding in report.findings() {
            seen.entry(finding.check.clone()).or_default().insert(program::word(finding.status));
        }
    }
    seen
}
