//! Hosts out of public bug reports, replayed through the program: each with the verdicts that are right of it.

use keelmark_report::{Report, Status};

use crate::cli::keelmark;
use crate::support::root;

/// Recording, recommendation, and every status that tells no untruth of that host.
const RIGHT: &[(&str, &str, &[Status])] = &[
    // The engine has nothing to tell of an image, which reads like an image with nothing in it.
    ("foreign-platform", "4.6", &[Status::Error]),
    ("foreign-platform", "4.10", &[Status::Error]),
    ("image-without-content", "4.7", &[Status::Error]),
    ("image-without-content", "4.9", &[Status::Error]),
    ("image-without-content", "4.10", &[Status::Error]),
    ("config-null", "4.6", &[Status::Error]),
    ("config-null", "4.10", &[Status::Error]),
    // An engine in a virtual machine, recorded together with the files and the dockerd of the host around it.
    ("other-engine", "2.3", &[Status::Error]),
    ("other-engine", "2.4", &[Status::Error]),
    ("other-engine", "2.17", &[Status::Error]),
    // The engine's socket under a name of Docker Desktop's.
    ("desktop-socket", "5.32", &[Status::Fail]),
    // Two of three containers say nothing, and there is no daemon to say it for them.
    ("podman", "5.26", &[Status::Fail]),
    // Podman has no daemon whose end containers could share.
    ("podman", "2.16", &[Status::NotApplicable]),
    // A containerd that dockerd started itself, below its own exec root; the other one is somebody else's.
    ("exec-root", "3.23", &[Status::Pass]),
    ("exec-root", "3.24", &[Status::Fail]),
    ("exec-root-kubernetes", "3.24", &[Status::Fail]),
    // Images of Docker Hub come over plain HTTP.
    ("http-mirror", "2.5", &[Status::Fail]),
    // A rootless daemon's user in a directory service, and its user's certificates.
    ("rootless-directory-user", "2.3", &[Status::Pass]),
    ("rootless-certs", "3.8", &[Status::Fail]),
    // Red Hat's name of the program.
    ("dockerd-current", "2.3", &[Status::Pass]),
    // Settings that have no effect: no port of a container on an internal network is open.
    ("internal-network", "5.8", &[Status::Pass]),
    ("internal-network", "5.14", &[Status::Pass]),
    // Programs that start other programs.
    ("run-xargs", "4.7", &[Status::Pass]),
    ("run-gosu", "4.7", &[Status::Pass]),
    ("run-timeout", "4.7", &[Status::Fail]),
    ("run-retry-update-alone", "4.7", &[Status::Fail]),
    // Names that only speak of secrets, and names of secrets.
    ("names-of-no-secrets", "4.10", &[Status::Pass]),
    ("names-of-secrets", "4.10", &[Status::Fail, Status::Manual]),
    ("names-of-secrets-2", "4.10", &[Status::Fail, Status::Manual]),
];

#[test]
fn what_was_reported_is_judged_right() {
    let mut wrong = Vec::new();
    for (recording, id, right) in RIGHT {
        let (status, message) = verdict(recording, id);
        if !right.contains(&status) {
            wrong.push(format!("{recording}: {id} is {status:?} ({message}), and should be {right:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A recording that no row judges is a report that nobody would miss.
#[test]
fn every_recording_is_judged() {
    for entry in std::fs::read_dir(root().join("tests/fixtures/reported")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(recording) = name.strip_suffix(".json") else { continue };
        assert!(RIGHT.iter().any(|(judged, ..)| *judged == recording), "{name}");
    }
}

fn verdict(recording: &str, id: &str) -> (Status, String) {
    let path = root().join("tests/fixtures/reported").join(format!("{recording}.json"));
    let mut command = keelmark();
    command.args(["audit", "--no-plugins", "--benchmark", crate::support::NEWEST, "--output", "json", "--check", id]);
    let output = command.arg("--replay").arg(path).output().unwrap();
    let report: Report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{recording}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    let findings = report.benchmarks.iter().flat_map(|b| &b.sections).flat_map(|s| &s.findings);
    let finding = findings.into_iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no verdict on {id}"));
    (finding.status, finding.message.clone())
}
