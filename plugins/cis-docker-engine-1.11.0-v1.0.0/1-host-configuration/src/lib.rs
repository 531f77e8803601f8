//! CIS Docker 1.11.0 Benchmark v1.0.0, section 1: Host Configuration.

use keelmark_checks::host;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-engine-1.11.0-v1.0.0",
    number: "1",
    title: "Host Configuration",
    rows: [
        row("1.1", "Create a separate partition for containers", &host::SHARED_DATA_ROOT).level(1).profile("Linux Host OS").scored(),
        row("1.2", "Use the updated Linux Kernel", &host::OUTDATED_KERNEL).level(1).profile("Linux Host OS").scored(),
        row("1.3", "Harden the container host", &host::UNHARDENED_HOST).level(1).profile("Linux Host OS").not_scored(),
        row("1.4", "Remove all non-essential services from the host", &host::NONESSENTIAL_SERVICE).level(1).profile("Linux Host OS").not_scored(),
        row("1.5", "Keep Docker up to date", &host::OUTDATED_ENGINE).level(1).profile("Linux Host OS").not_scored(),
        row("1.6", "Only allow trusted users to control Docker daemon", &host::UNTRUSTED_DOCKER_USER).level(1).profile("Linux Host OS").scored(),
        row("1.7", "Audit docker daemon", &host::UNAUDITED_DAEMON).level(1).profile("Linux Host OS").scored().with(&[("program", "docker")]),
        row("1.8", "Audit Docker files and directories - /var/lib/docker", &host::UNAUDITED_DATA_ROOT).level(1).profile("Linux Host OS").scored(),
        row("1.9", "Audit Docker files and directories - /etc/docker", &host::UNAUDITED_ETC_DOCKER).level(1).profile("Linux Host OS").scored(),
        row("1.10", "Audit Docker files and directories - docker.service", &host::UNAUDITED_DOCKER_SERVICE).level(1).profile("Linux Host OS").scored(),
        row("1.11", "Audit Docker files and directories - docker.socket", &host::UNAUDITED_DOCKER_SOCKET).level(1).profile("Linux Host OS").scored().with(&[("file", "docker.socket")]),
        row("1.12", "Audit Docker files and directories - /etc/default/docker", &host::UNAUDITED_ETC_DEFAULT_DOCKER).level(1).profile("Linux Host OS").scored(),
        row("1.13", "Audit Docker files and directories - /etc/docker/daemon.json", &host::UNAUDITED_DAEMON_JSON).level(1).profile("Linux Host OS").scored(),
        row("1.14", "Audit Docker files and directories - /usr/bin/docker-containerd", &host::UNAUDITED_CONTAINERD).level(1).profile("Linux Host OS").scored().with(&[("program", "docker-containerd")]),
        row("1.15", "Audit Docker files and directories - /usr/bin/docker-runc", &host::UNAUDITED_RUNC).level(1).profile("Linux Host OS").scored().with(&[("program", "docker-runc")]),
    ]
}
