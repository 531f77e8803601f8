//! An engine that changes under the audit: killed and started again in the middle, and with containers that come and
//! go. What breaks on the wire is tested in `tests/all/broken/`; this is about what a real engine does then.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::Duration;

use keelmark_report::{Report, Status};

use crate::hosts::DockerHost;
use crate::program::{self, EDITIONS};

/// `keelmark audit` of this host by every edition, so that it takes long enough to be disturbed.
fn command(host: &DockerHost) -> Command {
    let mut command = host.namespace().command_of_host(program::binary());
    program::arm(&mut command).args(["audit", "--output=json"]);
    command.args(EDITIONS.map(|(id, _)| format!("--benchmark={id}")));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn finish(child: std::process::Child) -> (Option<i32>, Report) {
    let output = child.wait_with_output().expect("keelmark runs");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!stderr.contains("panicked"), "{stderr}");
    let report = serde_json::from_slice(&output.stdout);
    (output.status.code(), report.unwrap_or_else(|error| panic!("no report ({error}), {}: {stderr}", output.status)))
}

fn verdicts(report: &Report) -> BTreeMap<(&str, &str), Status> {
    let findings = report.benchmarks.iter().flat_map(|benchmark| {
        // The kernel's audit rules are the whole machine's, and whoever else uses it may change them meanwhile.
        let sections = benchmark.sections.iter().filter(|section| section.number != "1");
        let findings = sections.flat_map(|section| &section.findings);
        findings.map(move |finding| ((benchmark.id.as_str(), finding.id.as_str()), finding.status))
    });
    findings.collect()
}

/// Whatever happened to the engine, nothing became right by it, and what could not be read is in the exit code.
fn assert_honest(report: &Report, code: Option<i32>, sound: &Report) {
    let before = verdicts(sound);
    let found = verdicts(report);
    assert_eq!(found.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    let better: Vec<_> = found
        .iter()
        .filter(|(id, status)| **status == Status::Pass && before[*id] != Status::Pass)
        .map(|(id, _)| (id, before[id]))
        .collect();
    assert!(better.is_empty(), "passes where the sound host does not: {better:?}");
    assert_eq!(code, Some(if report.is_complete() { 1 } else { 2 }));
}

#[test]
fn an_engine_that_changes_under_the_audit_passes_nothing() {
    let host = DockerHost::start("default-install");
    let (code, sound) = finish(command(&host).spawn().expect("keelmark starts"));
    assert_eq!((code, sound.is_complete()), (Some(1), true), "{:?}", sound.notes);

    // Killed in the middle: after the engine has said who it is, and before it has said everything.
    let killed = |after: u64, is_restarted_at_once: bool| {
        let child = command(&host).spawn().expect("keelmark starts");
        std::thread::sleep(Duration::from_millis(after));
        host.kill_engine();
        if is_restarted_at_once {
            host.start_engine();
        }
        let (code, report) = finish(child);
        assert_honest(&report, code, &sound);
        if !is_restarted_at_once {
            host.start_engine();
        }
        report
    };
    let in_the_middle =
        (0..20).map(|n| killed(n * 75, false)).find(|report| report.engine.error.is_none() && !report.is_complete());
    let told = serde_json::to_string(&in_the_middle.expect("no audit was disturbed")).expect("a report");
    assert!(["engine unreachable", "broke off"].iter().any(|cause| told.contains(cause)), "the cause is not told");
    for after in [100, 400] {
        killed(after, true);
    }

    let coming_and_going = "while test ! -e /run/enough; do \
         id=$(docker run -d --network none app:latest sleep 100) && docker rm -f $id; done";
    for n in 0..3 {
        host.namespace().start(&format!("sh -c '{coming_and_going}'"), &format!("/run/coming-{n}.log"));
    }
    // Between listing containers and looking at them lies a moment, which one of them has to hit.
    let gone = (0..100).find(|_| {
        let mut command = command(&host);
        command.args(["--section", "5"]);
        let (_, report) = finish(command.spawn().expect("keelmark starts"));
        // One that stopped has no processes, and one that is gone is not there to be judged.
        let unread: Vec<_> = report.findings().filter(|finding| finding.is_incomplete()).collect();
        assert!(unread.is_empty(), "an object that vanished is no error: {unread:#?}");
        report.notes.iter().any(|note| note.contains("is gone"))
    });
    host.namespace().sh("touch /run/enough");
    let log = std::fs::read_to_string(host.namespace().outside("/run/coming-0.log")).unwrap_or_default();
    assert!(gone.is_some(), "no container went while it was looked at; the log of those that did go:\n{log}");
}
