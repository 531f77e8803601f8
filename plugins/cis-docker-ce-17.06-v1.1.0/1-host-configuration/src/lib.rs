//! CIS Docker Community Edition Benchmark v1.1.0, section 1: Host Configuration.

use keelmark_checks::host;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-ce-17.06-v1.1.0",
    number: "1",
    title: "Host Configuration",
    rows: [
        row("1.1", "Ensure a separate partition for containers has been created", &host::SHARED_DATA_ROOT).level(1).profile("Linux Host OS").scored(),
        row("1.2", "Ensure the container host has been Hardened", &host::UNHARDENED_HOST).level(1).profile("Linux Host OS").not_scored(),
        row("1.3", "Ensure Docker is up to date", &host::OUTDATED_ENGINE).level(1).profile("Linux Host OS").not_scored(),
        row("1.4", "Ensure only trusted users are allowed to control Docker daemon", &host::UNTRUSTED_DOCKER_USER).level(1).profile("Linux Host OS").scored(),
        row("1.5", "Ensure auditing is configured for the docker daemon", &host::UNAUDITED_DAEMON).level(1).profile("Linux Host OS").scored().with(&[("program", "docker")]),
        row("1.6", "Ensure auditing is configured for Docker files and directories - /var/lib/docker", &host::UNAUDITED_DATA_ROOT).level(1).profile("Linux Host OS").scored(),
        row("1.7", "Ensure auditing is configured for Docker files and directories - /etc/docker", &host::UNAUDITED_ETC_DOCKER).level(1).profile("Linux Host OS").scored(),
        row("1.8", "Ensure auditing is configured for Docker files and directories - docker.service", &host::UNAUDITED_DOCKER_SERVICE).level(1).profile("Linux Host OS").scored(),
        row("1.9", "Ensure auditing is configured for Docker files and directories - docker.socket", &host::UNAUDITED_DOCKER_SOCKET).level(1).profile("Linux Host OS").scored().with(&[("file", "docker.socket")]),
        row("1.10", "Ensure auditing is configured for Docker files and directories - /etc/default/docker", &host::UNAUDITED_ETC_DEFAULT_DOCKER).level(1).profile("Linux Host OS").scored(),
        row("1.11", "Ensure auditing is configured for Docker files and directories - /etc/docker/daemon.json", &host::UNAUDITED_DAEMON_JSON).level(1).profile("Linux Host OS").scored(),
        row("1.12", "Ensure auditing is configured for Docker files and directories - /usr/bin/docker-containerd", &host::UNAUDITED_CONTAINERD).level(1).profile("Linux Host OS").scored().with(&[("program", "docker-containerd")]),
        row("1.13", "Ensure auditing is configured for Docker files and directories - /usr/bin/docker-runc", &host::UNAUDITED_RUNC).level(1).profile("Linux Host OS").scored().with(&[("program", "docker-runc")]),
    ]
}
