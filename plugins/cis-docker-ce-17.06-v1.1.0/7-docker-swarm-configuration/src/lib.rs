//! CIS Docker Community Edition Benchmark v1.1.0, section 7: Docker Swarm Configuration.

use keelmark_checks::swarm;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-ce-17.06-v1.1.0",
    number: "7",
    title: "Docker Swarm Configuration",
    rows: [
        row("7.1", "Ensure swarm mode is not Enabled, if not needed", &swarm::UNNEEDED_SWARM_MODE).level(1).profile("Docker").scored(),
        row("7.2", "Ensure the minimum number of manager nodes have been created in a swarm", &swarm::SWARM_MANAGER_COUNT).level(1).profile("Docker").scored(),
        row("7.3", "Ensure swarm services are binded to a specific host interface", &swarm::SWARM_WILDCARD_LISTENER).level(1).profile("Docker").scored(),
        row("7.4", "Ensure data exchanged between containers are encrypted on different nodes on the overlay network", &swarm::UNENCRYPTED_OVERLAY_NETWORK).level(1).profile("Docker").scored(),
        row("7.5", "Ensure Docker's secret management commands are used for managing secrets in a Swarm cluster", &swarm::SECRET_IN_SERVICE_ENVIRONMENT).level(2).profile("Docker").not_scored(),
        row("7.6", "Ensure swarm manager is run in auto-lock mode", &swarm::DISABLED_MANAGER_AUTOLOCK).level(1).profile("Docker").scored(),
        row("7.7", "Ensure swarm manager auto-lock key is rotated periodically", &swarm::UNROTATED_UNLOCK_KEY).level(1).profile("Docker").not_scored(),
        row("7.8", "Ensure node certificates are rotated as appropriate", &swarm::LONG_LIVED_NODE_CERTIFICATE).level(2).profile("Docker").not_scored(),
        row("7.9", "Ensure CA certificates are rotated as appropriate", &swarm::UNROTATED_SWARM_CA).level(2).profile("Docker").not_scored(),
        row("7.10", "Ensure management plane traffic has been separated from data plane traffic", &swarm::SHARED_MANAGEMENT_NETWORK).level(2).profile("Docker").not_scored(),
    ]
}
