//! CIS Docker Benchmark v1.2.0, section 1: Host Configuration.

use keelmark_checks::host;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-1.2.0",
    number: "1",
    title: "Host Configuration",
    rows: [
        row("1.1.1", "Ensure the container host has been Hardened", &host::UNHARDENED_HOST).level(1).profile("Linux Host OS").not_scored().subsection("1.1"),
        row("1.1.2", "Ensure that the version of Docker is up to date", &host::OUTDATED_ENGINE).level(1).profile("Linux Host OS").not_scored().subsection("1.1"),
        row("1.2.1", "Ensure a separate partition for containers has been created", &host::SHARED_DATA_ROOT).level(1).profile("Linux Host OS").scored().subsection("1.2"),
        row("1.2.2", "Ensure only trusted users are allowed to control Docker daemon", &host::UNTRUSTED_DOCKER_USER).level(1).profile("Linux Host OS").scored().subsection("1.2"),
        row("1.2.3", "Ensure auditing is configured for the Docker daemon", &host::UNAUDITED_DAEMON).level(1).profile("Linux Host OS").scored().subsection("1.2"),
        row("1.2.4", "Ensure auditing is configured for Docker files and directories - /var/lib/docker", &host::UNAUDITED_DATA_ROOT).level(2).profile("Linux Host OS").scored().subsection("1.2"),
        row("1.2.5", "Ensure auditing is configured for Docker files and directories - /etc/docker", &host::UNAUDITED_ETC_DOCKER).level(1).profile("Linux Host OS").scored().subsection("1.2"),
        row("1.2.6", "Ensure auditing is configured for Docker files and directories - docker.service", &host::UNAUDITED_DOCKER_SERVICE).level(1).profile("Linux Host OS").scored().subsection("1.2"),
        row("1.2.7", "Ensure auditing is configured for Docker files and directories - docker.socket", &host::UNAUDITED_DOCKER_SOCKET).level(1).profile("Linux Host OS").scored().subsection("1.2").with(&[("file", "docker.socket")]),
        row("1.2.8", "Ensure auditing is configured for Docker files and directories - /etc/default/docker", &host::UNAUDITED_ETC_DEFAULT_DOCKER).level(1).profile("Linux Host OS").scored().subsection("1.2"),
        row("1.2.9", "Ensure auditing is configured for Docker files and directories - /etc/sysconfig/docker", &host::UNAUDITED_ETC_SYSCONFIG_DOCKER).level(1).profile("Linux Host OS").scored().subsection("1.2"),
        row("1.2.10", "Ensure auditing is configured for Docker files and directories - /etc/docker/daemon.json", &host::UNAUDITED_DAEMON_JSON).level(1).profile("Linux Host OS").scored().subsection("1.2"),
        row("1.2.11", "Ensure auditing is configured for Docker files and directories - /usr/bin/containerd", &host::UNAUDITED_CONTAINERD).level(1).profile("Linux Host OS").scored().subsection("1.2"),
        row("1.2.12", "Ensure auditing is configured for Docker files and directories - /usr/sbin/runc", &host::UNAUDITED_RUNC).level(1).profile("Linux Host OS").scored().subsection("1.2"),
    ]
}
