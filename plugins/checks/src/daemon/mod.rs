//! Checks over the daemon's effective configuration.

mod command_line;
pub mod effective;
mod engine;

use crate::checks;

checks! {
    experimental_features => EXPERIMENTAL_FEATURES,
    insecure_registry => INSECURE_REGISTRY,
    iptables_changes_off => IPTABLES_CHANGES_OFF,
    log_level_not_info => LOG_LEVEL_NOT_INFO,
    missing_command_authorization => MISSING_COMMAND_AUTHORIZATION,
    missing_daemon_seccomp => MISSING_DAEMON_SECCOMP,
    missing_live_restore => MISSING_LIVE_RESTORE,
    missing_user_namespaces => MISSING_USER_NAMESPACES,
    new_privileges_allowed => NEW_PRIVILEGES_ALLOWED,
    storage_driver => [AUFS_STORAGE_DRIVER, DEVICEMAPPER_STORAGE_DRIVER],
    unrestricted_default_bridge => UNRESTRICTED_DEFAULT_BRIDGE,
    userland_proxy => USERLAND_PROXY,
}
