//! CIS Docker Benchmark v1.6.0, section 1: Host Configuration.

use keelmark_checks::host;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-1.6.0",
    number: "1",
    title: "Host Configuration",
    rows: [
        row("1.1.1", "Ensure a separate partition for containers has been created", &host::SHARED_DATA_ROOT).level(1).profile("Docker - Linux").manual().subsection("1.1"),
        row("1.1.2", "Ensure only trusted users are allowed to control Docker daemon", &host::UNTRUSTED_DOCKER_USER).level(1).profile("Docker - Linux").manual().subsection("1.1"),
        row("1.1.3", "Ensure auditing is configured for the Docker daemon", &host::UNAUDITED_DAEMON).level(1).profile("Docker - Linux").automated().subsection("1.1"),
        row("1.1.4", "Ensure auditing is configured for Docker files and directories - /run/containerd", &host::UNAUDITED_RUN_CONTAINERD).level(1).profile("Docker - Linux").automated().subsection("1.1"),
        row("1.1.5", "Ensure auditing is configured for Docker files and directories - /var/lib/docker", &host::UNAUDITED_DATA_ROOT).level(1).profile("Docker - Linux").manual().subsection("1.1"),
        row("1.1.6", "Ensure auditing is configured for Docker files and directories - /etc/docker", &host::UNAUDITED_ETC_DOCKER).level(1).profile("Docker - Linux").automated().subsection("1.1"),
        row("1.1.7", "Ensure auditing is configured for Docker files and directories - docker.service", &host::UNAUDITED_DOCKER_SERVICE).level(2).profile("Docker - Linux").automated().subsection("1.1"),
        row("1.1.8", "Ensure auditing is configured for Docker files and directories - containerd.sock", &host::UNAUDITED_CONTAINERD_SOCK).level(2).profile("Docker - Linux").automated().subsection("1.1"),
        row("1.1.9", "Ensure auditing is configured for Docker files and directories - docker.socket", &host::UNAUDITED_DOCKER_SOCKET).level(2).profile("Docker - Linux").automated().subsection("1.1"),
        row("1.1.10", "Ensure auditing is configured for Docker files and directories - /etc/default/docker", &host::UNAUDITED_ETC_DEFAULT_DOCKER).level(2).profile("Docker - Linux").automated().subsection("1.1"),
        row("1.1.11", "Ensure auditing is configured for Docker files and directories - /etc/docker/daemon.json", &host::UNAUDITED_DAEMON_JSON).level(2).profile("Docker - Linux").automated().subsection("1.1"),
        row("1.1.12", "Ensure auditing is configured for Docker files and directories - /etc/containerd/config.toml", &host::UNAUDITED_CONTAINERD_CONFIG).level(2).profile("Docker - Linux").automated().subsection("1.1"),
        row("1.1.13", "Ensure auditing is configured for Docker files and directories - /etc/sysconfig/docker", &host::UNAUDITED_ETC_SYSCONFIG_DOCKER).level(2).profile("Docker - Linux").automated().subsection("1.1"),
        row("1.1.14", "Ensure auditing is configured for Docker files and directories - /usr/bin/containerd", &host::UNAUDITED_CONTAINERD).level(2).profile("Docker - Linux").automated().subsection("1.1"),
        row("1.1.15", "Ensure auditing is configured for Docker files and directories - /usr/bin/containerd-shim", &host::UNAUDITED_CONTAINERD_SHIM).level(2).profile("Docker - Linux").manual().subsection("1.1"),
        row("1.1.16", "Ensure auditing is configured for Docker files and directories - /usr/bin/containerd-shim-runc-v1", &host::UNAUDITED_CONTAINERD_SHIM_RUNC_V1).level(2).profile("Docker - Linux").manual().subsection("1.1"),
        row("1.1.17", "Ensure auditing is configured for Docker files and directories - /usr/bin/containerd-shim-runc-v2", &host::UNAUDITED_CONTAINERD_SHIM_RUNC_V2).level(2).profile("Docker - Linux").manual().subsection("1.1"),
        row("1.1.18", "Ensure auditing is configured for Docker files and directories - /usr/bin/runc", &host::UNAUDITED_RUNC).level(2).profile("Docker - Linux").manual().subsection("1.1"),
        row("1.2.1", "Ensure the container host has been Hardened", &host::UNHARDENED_HOST).manual().subsection("1.2"),
        row("1.2.2", "Ensure that the version of Docker is up to date", &host::OUTDATED_ENGINE).manual().subsection("1.2"),
    ]
}
