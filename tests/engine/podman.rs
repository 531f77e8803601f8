//! Podman 4.3 through its Docker-compatible API: recognised, named, and audited as what it is.

use crate::namespace::{Namespace, require};
use crate::program::{self, EDITIONS};

/// Images and containers as Podman makes them.
const FURNISH: &str = r#"
mkdir -p /run/base/bin /run/base/etc
cp "$(command -v busybox)" /run/base/bin/busybox
for applet in sh sleep; do ln -sf busybox "/run/base/bin/$applet"; done
printf 'root:x:0:0::/:/bin/sh\n' >/run/base/etc/passwd
tar -C /run/base -c . | podman import - fixture:1.0
podman create --name calm --user 1000 --read-only --memory 32m localhost/fixture:1.0 sleep 1000000
podman create --name loud --privileged --network host localhost/fixture:1.0 sleep 1000000
podman volume create --opt type=none --opt o=bind --opt device=/run/podman hidden
podman create --name binder --user 1000 --read-only --memory 32m --volume hidden:/engine localhost/fixture:1.0 sleep 1000000
"#;

#[test]
fn podman_is_named_and_audited_by_the_edition_for_it() {
    require("podman");
    let namespace = Namespace::new();
    namespace.sh(FURNISH);
    namespace.sh("mkdir -p /run/podman");
    namespace.start("podman system service --time 0 unix:///run/podman/podman.sock", "/run/podman.log");
    namespace.wait_for("test -S /run/podman/podman.sock", "/run/podman.log");
    let command = || {
        let mut command = namespace.command_of_host(program::binary());
        program::arm(&mut command).args(["audit", "--docker-host=unix:///run/podman/podman.sock"]);
        command
    };

    let report = program::audit(&mut command(), &["auto"]);
    assert_eq!(report.engine.name, "Podman");
    assert!(report.engine.version.starts_with("4."), "{}", report.engine.version);
    let [edition] = report.benchmarks.as_slice() else { panic!("one edition, not {}", report.benchmarks.len()) };
    assert!(edition.chosen.contains("Podman"), "{}", edition.chosen);
    let found = program::verdicts(&report, &edition.id);
    let of_check =
        |slug: &str| found.values().find(|finding| finding.check == slug).expect("the edition has this check");
    for slug in ["privileged-container", "host-network-namespace", "missing-memory-limit"] {
        let finding = of_check(slug);
        assert_eq!(program::word(finding.status), "fail", "{slug}: {}", finding.message);
        let subjects: Vec<String> = finding.evidence.iter().map(|evidence| evidence.subject.to_string()).collect();
        assert_eq!(subjects, ["container loud"], "{slug}");
    }
    let socket = of_check("engine-socket-mount");
    let told: Vec<&str> = socket.evidence.iter().map(|evidence| evidence.found.as_str()).collect();
    assert_eq!(told, ["/run/podman:/engine:rw"], "{}", socket.message);

    let report = program::audit(&mut command(), &EDITIONS.map(|(id, _)| id));
    // Podman has no daemon, and so none of dockerd's options: what asks for them does not apply, and nothing is missing.
    program::assert_whole(&report, "podman");
}
