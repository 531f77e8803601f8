//! Volumes that stand for something else than a directory of the engine's: the engine shows a container that has one like
//! any other, and only its list of volumes tells.

use keelmark_report::{Finding, Report, Status};

use crate::hosts::DockerHost;
use crate::{program, record};

/// A share cannot be mounted here, so its container is never started.
const FURNISH: &str = "
mkdir -p /srv/data
docker volume create --opt type=none --opt o=bind --opt device=/var/run hidden-run
docker volume create --opt type=none --opt o=rbind,ro --opt device=/etc hidden-etc
docker volume create --opt type=none --opt o=bind --opt device=/srv/data operators-own
docker volume create --opt type=tmpfs --opt device=tmpfs --opt o=size=1m memory
docker volume create --opt type=cifs --opt device=//ann:hunter2@127.0.0.1/share \
    --opt o=addr=127.0.0.1,username=ann,password=hunter2,hunter2,ro share
docker run --detach --name calm --volume plain:/plain --volume operators-own:/own --volume memory:/memory \
    app:latest sleep 1000000
docker create --name remote --mount type=volume,src=share,dst=/share,volume-nocopy app:latest sleep 1000000
docker run --detach --name agent --volume hidden-run:/host app:latest sleep 1000000
docker create --name reader --mount type=volume,src=hidden-etc,dst=/settings app:latest sleep 1000000
docker create --name unnamed --mount type=volume,dst=/sys2,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/proc \
    app:latest sleep 1000000
docker exec agent /bin/busybox test -S /host/docker.sock
";

#[test]
fn a_bind_mount_that_hides_in_a_volume_is_found() {
    let host = DockerHost::start("default-install");
    let before = audit(&host);
    for slug in ["sensitive-host-mount", "engine-socket-mount"] {
        assert_eq!(of_check(&before, slug).status, Status::Pass, "{slug}");
    }

    host.namespace().sh(FURNISH);
    let report = audit(&host);
    let mounts = of_check(&report, "sensitive-host-mount");
    let found = told(mounts);
    let [run, etc, proc] = found.as_slice() else { panic!("three containers, not {found:#?}") };
    assert_eq!(run, "container agent: /var/run:/host:rw");
    assert_eq!(etc, "container reader: /etc:/settings:ro");
    assert!(proc.starts_with("container unnamed: /proc:"), "{proc}");
    let socket = of_check(&report, "engine-socket-mount");
    assert_eq!(told(socket), ["container agent: /var/run:/host:rw"]);
    for finding in [mounts, socket] {
        assert_eq!(finding.status, Status::Fail, "{}: {}", finding.check, finding.message);
        assert!(!finding.is_incomplete(), "{}: {:?}", finding.check, finding.evidence);
    }

    let recording = tempfile::NamedTempFile::new().expect("a recording");
    record::record(&host, recording.path());
    let text = std::fs::read_to_string(recording.path()).expect("a recording");
    assert!(text.contains("docker list-volumes") && text.contains("operators-own"), "the volumes are recorded");
    assert!(!text.contains("hunter2"), "the share's password is recorded");
    let replayed = program::audit_recording(recording.path(), &["cis-docker-1.8.0"]);
    for finding in [mounts, socket] {
        assert_eq!(told(of_check(&replayed, &finding.check)), told(finding), "{}", finding.check);
    }
}

fn audit(host: &DockerHost) -> Report {
    let mut command = host.namespace().command_of_host(program::binary());
    program::audit(program::arm(&mut command).args(["audit", "--section=5"]), &["cis-docker-1.8.0"])
}

fn of_check<'a>(report: &'a Report, slug: &str) -> &'a Finding {
    report.findings().find(|finding| finding.check == slug).expect("the edition has this check")
}

/// "container agent: /var/run (volume run) -> /host (read-write)"
fn told(finding: &Finding) -> Vec<String> {
    finding.evidence.iter().map(|evidence| format!("{}: {}", evidence.subject, evidence.found)).collect()
}
