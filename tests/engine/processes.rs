//! The processes of containers, which keelmark reads from /proc, are those that the engine tells when it is asked.

use std::collections::BTreeSet;

use keelmark_report::{Report, Status};
use serde_json::Value;

use crate::hosts::DockerHost;
use crate::{program, record};

/// The one edition that looks at processes twice: at their number, and for sshd.
const EDITION: &str = "cis-docker-engine-1.6-v1.0.0";

/// Containers with a process, with several, with one that came later, with a sub-group of its own, and at rest.
const FURNISH: &str = "
docker run --detach --name one app:latest sleep 1000000
docker run --detach --name several --init app:latest /bin/busybox sh -c 'sleep 1000001 & sleep 1000002'
docker run --detach --name entered app:latest sleep 1000003
docker exec --detach entered /bin/busybox sh -c 'sleep 1000004; true'
docker run --detach --name elsewhere --cgroup-parent /keelmark-tests/deep app:latest sleep 1000005
docker run --detach --name of-the-host --pid host app:latest sleep 1000006
docker create --name at-rest app:latest sleep 1000007
sleep 1
";

#[test]
fn what_runs_in_containers_is_what_the_engine_tells() {
    let host = DockerHost::start("default-install");
    host.namespace().sh(FURNISH);
    let recording = tempfile::NamedTempFile::new().expect("a recording");
    record::record(&host, recording.path());
    let text = std::fs::read_to_string(recording.path()).expect("a recording");
    let recorded: Value = serde_json::from_str(&text).expect("JSON");

    let ids = host.namespace().sh("docker ps --quiet --no-trunc");
    let mut sizes = Vec::new();
    for id in ids.lines() {
        let top = host.namespace().sh(&format!("docker top {id} -eo pid,comm"));
        let expected: BTreeSet<(String, String)> = top.lines().skip(1).map(row).collect();
        let answer =
            recorded["answers"][format!("docker container-processes {id}")]["ok"].as_array().expect("processes");
        let found: BTreeSet<_> = answer
            .iter()
            .map(|one| (one["pid"].to_string(), one["comm"].as_str().expect("a name").to_owned()))
            .collect();
        assert_eq!(found, expected, "container {id}");
        sizes.push(found.len());
    }
    assert!(sizes.len() >= 5 && sizes.iter().max() >= Some(&3), "containers to tell apart: {sizes:?}");

    // The engine cannot tell any more: what is found was not asked of it.
    let before = told(&audit(&host));
    host.namespace().sh("mount --bind /bin/false \"$(readlink -f /bin/ps)\"; ! docker top one");
    let after = told(&audit(&host));
    assert_eq!(after, before);
    assert_eq!(after.len(), 2, "{after:?}");
    assert!(after.iter().all(|(_, status, _)| *status != Status::Error), "{after:?}");
}

fn row(line: &str) -> (String, String) {
    let (pid, name) = line.trim().split_once(' ').expect("two columns");
    (pid.to_owned(), name.trim().to_owned())
}

fn audit(host: &DockerHost) -> Report {
    let mut command = host.namespace().command_of_host(program::binary());
    program::audit(program::arm(&mut command).args(["audit", "--section=5"]), &[EDITION])
}

/// The verdicts that rest on processes, with whom they name.
fn told(report: &Report) -> Vec<(String, Status, Vec<String>)> {
    let rests = |check: &str| ["several-main-processes", "ssh-server"].contains(&check);
    let about = |finding: &keelmark_report::Finding| {
        let subjects = finding.evidence.iter().map(|evidence| format!("{} {}", evidence.subject, evidence.found));
        (finding.check.clone(), finding.status, subjects.collect())
    };
    report.findings().filter(|finding| rests(&finding.check)).map(about).collect()
}
