//! CIS Docker Benchmark v1.2.0, section 7: Docker Swarm Configuration.

use keelmark_checks::swarm;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-1.2.0",
    number: "7",
    title: "Docker Swarm Configuration",
    rows: [
        row("7.1", "Ensure swarm mode is not Enabled, if not needed", &swarm::UNNEEDED_SWARM_MODE).level(1).profile("Docker - Linux").scored(),
        row("7.2", "Ensure that the minimum number of manager nodes have been created in a swarm", &swarm::SWARM_MANAGER_COUNT).level(1).profile("Docker - Linux; Docker Engine - Enterprise").scored(),
        row("7.3", "Ensure that swarm services are bound to a specific host interface", &swarm::SWARM_WILDCARD_LISTENER).level(1).profile("Docker - Linux; Docker Engine - Enterprise").scored(),
        row("7.4", "Ensure that all Docker swarm overlay networks are encrypted", &swarm::UNENCRYPTED_OVERLAY_NETWORK).level(1).profile("Docker - Linux; Docker Engine - Enterprise").scored(),
        row("7.5", "Ensure that Docker's secret management commands are used for managing secrets in a swarm cluster", &swarm::SECRET_IN_SERVICE_ENVIRONMENT).level(2).profile("Docker - Linux; Docker Engine - Enterprise").not_scored(),
        row("7.6", "Ensure that swarm manager is run in auto-lock mode", &swarm::DISABLED_MANAGER_AUTOLOCK).level(2).profile("Docker - Linux").scored(),
        row("7.7", "Ensure that the swarm manager auto-lock key is rotated periodically", &swarm::UNROTATED_UNLOCK_KEY).level(1).profile("Docker - Linux").not_scored(),
        row("7.8", "Ensure that node certificates are rotated as appropriate", &swarm::LONG_LIVED_NODE_CERTIFICATE).level(2).profile("Docker - Linux; Docker Engine - Enterprise").not_scored(),
        row("7.9", "Ensure that CA certificates are rotated as appropriate", &swarm::UNROTATED_SWARM_CA).level(2).profile("Docker - Linux").not_scored(),
        row("7.10", "Ensure that management plane traffic is separated from data plane traffic", &swarm::SHARED_MANAGEMENT_NETWORK).level(2).profile("Docker - Linux; Docker Engine - Enterprise").not_scored(),
    ]
}
