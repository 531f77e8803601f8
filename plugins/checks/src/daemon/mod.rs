//! Checks over the daemon's effective configuration.

mod command_line;
pub mod effective;
mod engine;

use crate::checks;

checks! {
    experimental_features => EXPERIMENTAL_FEATURES,
    insecure_registry => INSECURE_REGISTRY,
    missing_command_authorization => MISSING_COMMAND_AUTHORIZATION,
    missing_live_restore => MISSING_LIVE_RESTORE,
    storage_driver => [AUFS_STORAGE_DRIVER, DEVICEMAPPER_STORAGE_DRIVER],
    userland_proxy => USERLAND_PROXY,
}
