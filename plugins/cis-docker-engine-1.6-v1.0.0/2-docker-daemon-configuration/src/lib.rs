//! CIS Docker 1.6 Benchmark v1.0.0, section 2: Docker daemon configuration.

use keelmark_checks::daemon;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-engine-1.6-v1.0.0",
    number: "2",
    title: "Docker daemon configuration",
    rows: [
        row("2.1", "Do not use lxc execution driver", &daemon::LXC_EXECUTION_DRIVER).level(1).profile("Docker").scored(),
        row("2.2", "Restrict network traffic between containers", &daemon::UNRESTRICTED_DEFAULT_BRIDGE).level(1).profile("Docker").scored(),
        row("2.3", "Set the logging level", &daemon::LOG_LEVEL_NOT_INFO).level(1).profile("Docker").scored(),
        row("2.4", "Allow Docker to make changes to iptables", &daemon::IPTABLES_CHANGES_OFF).level(1).profile("Docker").scored(),
        row("2.5", "Do not use insecure registries", &daemon::INSECURE_REGISTRY).level(1).profile("Docker").scored(),
        row("2.6", "Setup a local registry mirror", &daemon::MISSING_REGISTRY_MIRROR).level(1).profile("Docker").scored(),
        row("2.7", "Do not use the aufs storage driver", &daemon::AUFS_STORAGE_DRIVER).level(1).profile("Docker").scored(),
        row("2.8", "Do not bind Docker to another IP/Port or a Unix socket", &daemon::ALTERNATE_DAEMON_SOCKET).level(1).profile("Docker").scored(),
        row("2.9", "Configure TLS authentication for Docker daemon", &daemon::UNAUTHENTICATED_TCP_LISTENER).level(1).profile("Docker").scored(),
        row("2.10", "Set default ulimit as appropriate", &daemon::MISSING_DEFAULT_ULIMIT).level(1).profile("Docker").not_scored(),
    ]
}
