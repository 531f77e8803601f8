//! Docker 26.1, as Debian 13 ships it, out of the tree that `tests/setup.sh` unpacks. keelmark audits that tree as the
//! host, by `--host-root`, the way it does from inside a container.

use std::path::Path;

use crate::hosts;
use crate::namespace::Namespace;
use crate::program::{self, EDITIONS};

/// Where `tests/setup.sh` puts it.
const TREE: &str = "/var/cache/keelmark-tests/trixie";

/// A copy of the tree would take seconds: what is written goes to a file system on top of it.
const MOUNT: &str = r#"
# runc cannot change the root of a process whose own is mounted below a shared mount.
mount --make-rprivate /
mkdir -p /run/top /run/host
mount -t tmpfs tmpfs /run/top
mkdir /run/top/upper /run/top/work
mount -t overlay overlay -o "lowerdir=$TREE,upperdir=/run/top/upper,workdir=/run/top/work" /run/host
mount --rbind /proc /run/host/proc
mount --rbind /dev /run/host/dev
mount --rbind /sys /run/host/sys
mount -t tmpfs -o mode=755 tmpfs /run/host/run
mkdir -p /run/host/var/lib/docker
mount -t tmpfs -o mode=711 tmpfs /run/host/var/lib/docker
mount -t tmpfs -o mode=1777 tmpfs /run/host/tmp
printf 'trixie\n' >/run/host/etc/hostname
"#;

const FURNISH: &str = r#"
mkdir -p /run/base/bin /run/base/etc
cp "$(command -v busybox)" /run/base/bin/busybox
for applet in sh sleep; do ln -sf busybox "/run/base/bin/$applet"; done
printf 'root:x:0:0::/:/bin/sh\n' >/run/base/etc/passwd
tar -C /run/base -c . | docker --host unix:///run/host/run/docker.sock import - fixture:1.0
alias docker="docker --host unix:///run/host/run/docker.sock"
docker run --detach --name calm --user 1000 --read-only --memory 32m --network none fixture:1.0 sleep 1000000
docker create --name loud --privileged --network host fixture:1.0 sleep 1000000
"#;

#[test]
fn docker_26_is_audited_by_the_edition_for_it_through_a_mounted_root() {
    let hint = "run `sudo tests/setup.sh`, which unpacks Debian 13 there";
    assert!(Path::new(TREE).join("usr/sbin/dockerd").exists(), "Docker 26.1 is missing in {TREE}: {hint}");
    let namespace = Namespace::new();
    namespace.sh(&format!("TREE={TREE}\n{MOUNT}"));
    namespace
        .start("chroot /run/host dockerd --pidfile /run/docker.pid --bridge=none --iptables=false", "/run/dockerd.log");
    namespace.wait_for("docker --host unix:///run/host/run/docker.sock version", "/run/dockerd.log");
    namespace.sh(FURNISH);
    let command = || {
        let mut command = namespace.command_of_host(program::binary());
        let target = ["--docker-host=unix:///run/host/run/docker.sock", "--host-root=/run/host"];
        program::arm(&mut command).arg("audit").args(target);
        command
    };

    let report = program::audit(&mut command(), &["auto"]);
    assert_eq!(report.engine.name, "Docker Engine");
    assert!(report.engine.version.starts_with("26.1."), "{}", report.engine.version);
    // By the engine, whose host is called so; what its /etc/hostname says is older.
    assert_eq!((report.host.name.as_str(), report.host.os.as_str()), ("fixture", "Debian GNU/Linux 13 (trixie)"));
    let [edition] = report.benchmarks.as_slice() else { panic!("one edition, not {}", report.benchmarks.len()) };
    assert_eq!(edition.id, "cis-docker-1.8.0", "{}", edition.chosen);
    let found = program::verdicts(&report, &edition.id);
    for slug in ["privileged-container", "host-network-namespace", "missing-memory-limit"] {
        let finding = found.values().find(|finding| finding.check == slug).expect("the edition has this check");
        assert_eq!(program::word(finding.status), "fail", "{slug}: {}", finding.message);
        let subjects: Vec<String> = finding.evidence.iter().map(|evidence| evidence.subject.to_string()).collect();
        assert_eq!(subjects, ["container loud"], "{slug}");
    }

    let report = program::audit(&mut command(), &EDITIONS.map(|(id, _)| id));
    hosts::stop(&namespace, "/run/host/run");
    program::assert_whole(&report, "docker 26.1");
}
