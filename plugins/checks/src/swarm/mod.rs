//! Checks over a swarm, seen from one of its managers.

mod listeners;
mod state;

use crate::checks;

checks! {
    unneeded_swarm_mode => UNNEEDED_SWARM_MODE,
    swarm_manager_count => SWARM_MANAGER_COUNT,
    swarm_wildcard_listener => SWARM_WILDCARD_LISTENER,
    unencrypted_overlay_network => UNENCRYPTED_OVERLAY_NETWORK,
    secret_in_service_environment => SECRET_IN_SERVICE_ENVIRONMENT,
    disabled_manager_autolock => DISABLED_MANAGER_AUTOLOCK,
    unrotated_unlock_key => UNROTATED_UNLOCK_KEY,
    long_lived_node_certificate => LONG_LIVED_NODE_CERTIFICATE,
    unrotated_swarm_ca => UNROTATED_SWARM_CA,
    shared_management_network => SHARED_MANAGEMENT_NETWORK,
}
