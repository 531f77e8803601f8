//! CIS Docker 1.12.0 Benchmark v1.0.0, section 2: Docker daemon configuration.

use keelmark_checks::{daemon, swarm};
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-engine-1.12.0-v1.0.0",
    number: "2",
    title: "Docker daemon configuration",
    rows: [
        row("2.1", "Restrict network traffic between containers", &daemon::UNRESTRICTED_DEFAULT_BRIDGE).level(1).profile("Docker").scored(),
        row("2.2", "Set the logging level", &daemon::LOG_LEVEL_NOT_INFO).level(1).profile("Docker").scored(),
        row("2.3", "Allow Docker to make changes to iptables", &daemon::IPTABLES_CHANGES_OFF).level(1).profile("Docker").scored(),
        row("2.4", "Do not use insecure registries", &daemon::INSECURE_REGISTRY).level(1).profile("Docker").scored(),
        row("2.5", "Do not use the aufs storage driver", &daemon::AUFS_STORAGE_DRIVER).level(1).profile("Docker").scored(),
        row("2.6", "Configure TLS authentication for Docker daemon", &daemon::UNAUTHENTICATED_TCP_LISTENER).level(1).profile("Docker").scored(),
        row("2.7", "Set default ulimit as appropriate", &daemon::MISSING_DEFAULT_ULIMIT).level(1).profile("Docker").not_scored(),
        row("2.8", "Enable user namespace support", &daemon::MISSING_USER_NAMESPACES).level(2).profile("Docker").scored(),
        row("2.9", "Confirm default cgroup usage", &daemon::CHANGED_DEFAULT_CGROUP).level(2).profile("Docker").scored(),
        row("2.10", "Do not change base device size until needed", &daemon::CHANGED_BASE_DEVICE_SIZE).level(2).profile("Docker").scored(),
        row("2.11", "Use authorization plugin", &daemon::MISSING_COMMAND_AUTHORIZATION).level(2).profile("Docker").scored(),
        row("2.12", "Configure centralized and remote logging", &daemon::LOCAL_ONLY_LOGGING).level(2).profile("Docker").scored(),
        row("2.13", "Disable operations on legacy registry (v1)", &daemon::LEGACY_REGISTRY).level(1).profile("Docker").scored(),
        row("2.14", "Enable live restore", &daemon::MISSING_LIVE_RESTORE).level(1).profile("Docker").scored(),
        row("2.15", "Do not enable swarm mode, if not needed", &swarm::UNNEEDED_SWARM_MODE).level(1).profile("Docker").scored(),
        row("2.16", "Control the number of manager nodes in a swarm", &swarm::SWARM_MANAGER_COUNT).level(1).profile("Docker").scored(),
        row("2.17", "Bind swarm services to a specific host interface", &swarm::SWARM_WILDCARD_LISTENER).level(1).profile("Docker").scored(),
    ]
}
