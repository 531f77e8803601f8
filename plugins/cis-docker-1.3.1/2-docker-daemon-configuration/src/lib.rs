//! CIS Docker Benchmark v1.3.1, section 2: Docker daemon configuration.

use keelmark_checks::daemon;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-1.3.1",
    number: "2",
    title: "Docker daemon configuration",
    rows: [
        row("2.1", "Run the Docker daemon as a non-root user, if possible", &daemon::DAEMON_RUNS_AS_ROOT).manual(),
        row("2.2", "Ensure network traffic is restricted between containers on the default bridge", &daemon::UNRESTRICTED_DEFAULT_BRIDGE).automated(),
        row("2.3", "Ensure the logging level is set to 'info'", &daemon::LOG_LEVEL_NOT_INFO).automated(),
        row("2.4", "Ensure Docker is allowed to make changes to iptables", &daemon::IPTABLES_CHANGES_OFF).automated(),
        row("2.5", "Ensure insecure registries are not used", &daemon::INSECURE_REGISTRY).automated(),
        row("2.6", "Ensure aufs storage driver is not used", &daemon::AUFS_STORAGE_DRIVER).automated(),
        row("2.7", "Ensure TLS authentication for Docker daemon is configured", &daemon::UNAUTHENTICATED_TCP_LISTENER).automated(),
        row("2.8", "Ensure the default ulimit is configured appropriately", &daemon::MISSING_DEFAULT_ULIMIT).manual(),
        row("2.9", "Enable user namespace support", &daemon::MISSING_USER_NAMESPACES).automated(),
        row("2.10", "Ensure the default cgroup usage has been confirmed", &daemon::CHANGED_DEFAULT_CGROUP).automated(),
        row("2.11", "Ensure base device size is not changed until needed", &daemon::CHANGED_BASE_DEVICE_SIZE).automated(),
        row("2.12", "Ensure that authorization for Docker client commands is enabled", &daemon::MISSING_COMMAND_AUTHORIZATION).automated(),
        row("2.13", "Ensure centralized and remote logging is configured", &daemon::LOCAL_ONLY_LOGGING).automated(),
        row("2.14", "Ensure containers are restricted from acquiring new privileges", &daemon::NEW_PRIVILEGES_ALLOWED).automated(),
        row("2.15", "Ensure live restore is enabled", &daemon::MISSING_LIVE_RESTORE).automated(),
        row("2.16", "Ensure Userland Proxy is Disabled", &daemon::USERLAND_PROXY).automated(),
        row("2.17", "Ensure that a daemon-wide custom seccomp profile is applied if appropriate", &daemon::MISSING_DAEMON_SECCOMP).manual(),
        row("2.18", "Ensure that experimental features are not implemented in production", &daemon::EXPERIMENTAL_FEATURES).automated(),
    ]
}
