//! A configuration file that is edited under a running dockerd: what it says is not in force before a restart.

use keelmark_report::Status;

use crate::hosts::DockerHost;
use crate::program;

const EDITION: &str = "cis-docker-1.8.0";

/// The verdicts on the userland proxy and on the firewall, which docker info does not tell.
fn verdicts(host: &DockerHost) -> [(Status, String); 2] {
    let mut command = host.namespace().command_of_host(program::binary());
    let report = program::audit(program::arm(&mut command).args(["audit", "--section=2"]), &[EDITION]);
    ["userland-proxy", "iptables-changes-off"].map(|check| {
        let finding = report.findings().find(|finding| finding.check == check).expect("a recommendation of section 2");
        (finding.status, format!("{} {:?}", finding.message, finding.evidence))
    })
}

fn words(verdicts: &[(Status, String); 2]) -> [Status; 2] {
    verdicts.each_ref().map(|(status, _)| *status)
}

#[test]
fn an_edit_counts_from_the_next_start_on() {
    let host = DockerHost::start("no-containers");
    let before = verdicts(&host);
    assert_eq!(words(&before), [Status::Fail, Status::Pass], "{before:#?}");

    // Later than the margin of two seconds, in which nobody can tell which came first.
    host.namespace().sh("sleep 4; mkdir -p /etc/docker; echo '{\"userland-proxy\": false}' >/etc/docker/daemon.json");
    let edited = verdicts(&host);
    assert_eq!(words(&edited), [Status::Manual, Status::Manual], "{edited:#?}");
    for (_, told) in &edited {
        assert!(told.contains("/etc/docker/daemon.json was changed after dockerd started"), "{told}");
        assert!(told.contains("after dockerd (pid "), "{told}");
    }

    host.kill_engine();
    host.start_engine();
    let restarted = verdicts(&host);
    assert_eq!(words(&restarted), [Status::Pass, Status::Pass], "{restarted:#?}");
}

/// What keeps its own, older time, or is not there at all, tells nothing by that time.
#[test]
fn a_file_that_is_put_back_or_removed_is_not_believed_either() {
    let host = DockerHost::start("no-containers");
    host.kill_engine();
    let set = "{\"userland-proxy\": false, \"iptables\": false}";
    host.namespace().sh(&format!("mkdir -p /etc/docker; echo '{set}' >/etc/docker/daemon.json; sleep 3"));
    host.start_engine();
    let started = verdicts(&host);
    assert_eq!(words(&started), [Status::Pass, Status::Fail], "{started:#?}");

    let put_back =
        "echo '{}' >/run/old.json; touch -d '2 days ago' /run/old.json; cp -p /run/old.json /etc/docker/daemon.json";
    for change in [put_back, "rm /etc/docker/daemon.json"] {
        host.namespace().sh(&format!("sleep 4; {change}"));
        let changed = verdicts(&host);
        assert_eq!(words(&changed), [Status::Manual, Status::Manual], "{change}: {changed:#?}");
    }
}
