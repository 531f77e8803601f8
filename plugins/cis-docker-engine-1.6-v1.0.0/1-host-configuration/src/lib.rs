//! CIS Docker 1.6 Benchmark v1.0.0, section 1: Host Configuration.

use keelmark_checks::host;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-engine-1.6-v1.0.0",
    number: "1",
    title: "Host Configuration",
    rows: [
        row("1.1", "Create a separate partition for containers", &host::SHARED_DATA_ROOT).level(1).profile("Linux Host OS").scored(),
        row("1.2", "Use the updated Linux Kernel", &host::OUTDATED_KERNEL).level(1).profile("Linux Host OS").scored(),
        row("1.3", "Do not use development tools in production", &host::DEVELOPMENT_HOST).level(1).profile("Linux Host OS").not_scored(),
        row("1.4", "Harden the container host", &host::UNHARDENED_HOST).level(1).profile("Linux Host OS").not_scored(),
        row("1.5", "Remove all non-essential services from the host", &host::NONESSENTIAL_SERVICE).level(1).profile("Linux Host OS").not_scored(),
        row("1.6", "Keep Docker up to date", &host::OUTDATED_ENGINE).level(1).profile("Linux Host OS").not_scored(),
        row("1.7", "Only allow trusted users to control Docker daemon", &host::UNTRUSTED_DOCKER_USER).level(1).profile("Linux Host OS").scored(),
        row("1.8", "Audit docker daemon", &host::UNAUDITED_DAEMON).level(1).profile("Linux Host OS").scored().with(&[("program", "docker")]),
        row("1.9", "Audit Docker files and directories - /var/lib/docker", &host::UNAUDITED_DATA_ROOT).level(1).profile("Linux Host OS").scored(),
        row("1.10", "Audit Docker files and directories - /etc/docker", &host::UNAUDITED_ETC_DOCKER).level(1).profile("Linux Host OS").scored(),
        row("1.11", "Audit Docker files and directories - docker-registry.service", &host::UNAUDITED_REGISTRY_SERVICE).level(1).profile("Linux Host OS").scored(),
        row("1.12", "Audit Docker files and directories - docker.service", &host::UNAUDITED_DOCKER_SERVICE).level(1).profile("Linux Host OS").scored(),
        row("1.13", "Audit Docker files and directories - /var/run/docker.sock", &host::UNAUDITED_VAR_RUN_DOCKER_SOCK).level(1).profile("Linux Host OS").scored(),
        row("1.14", "Audit Docker files and directories - /etc/sysconfig/docker", &host::UNAUDITED_ETC_SYSCONFIG_DOCKER).level(1).profile("Linux Host OS").scored(),
        row("1.15", "Audit Docker files and directories - /etc/sysconfig/docker-network", &host::UNAUDITED_ETC_SYSCONFIG_DOCKER_NETWORK).level(1).profile("Linux Host OS").scored(),
        row("1.16", "Audit Docker files and directories - /etc/sysconfig/docker-registry", &host::UNAUDITED_ETC_SYSCONFIG_DOCKER_REGISTRY).level(1).profile("Linux Host OS").scored(),
        row("1.17", "Audit Docker files and directories - /etc/sysconfig/docker-storage", &host::UNAUDITED_ETC_SYSCONFIG_DOCKER_STORAGE).level(1).profile("Linux Host OS").scored(),
        row("1.18", "Audit Docker files and directories - /etc/default/docker", &host::UNAUDITED_ETC_DEFAULT_DOCKER).level(1).profile("Linux Host OS").scored(),
    ]
}
