//! Checks over the daemon's effective configuration.

mod command_line;
mod containerd_config;
pub mod effective;
pub(crate) mod engine;
pub(crate) mod image_store;
pub(crate) mod listeners;

use crate::checks;

checks! {
    alternate_daemon_socket => ALTERNATE_DAEMON_SOCKET,
    changed_base_device_size => CHANGED_BASE_DEVICE_SIZE,
    changed_default_cgroup => CHANGED_DEFAULT_CGROUP,
    daemon_runs_as_root => DAEMON_RUNS_AS_ROOT,
    experimental_features => EXPERIMENTAL_FEATURES,
    insecure_registry => INSECURE_REGISTRY,
    iptables_changes_off => IPTABLES_CHANGES_OFF,
    legacy_registry => LEGACY_REGISTRY,
    local_only_logging => LOCAL_ONLY_LOGGING,
    log_level_not_info => LOG_LEVEL_NOT_INFO,
    lxc_execution_driver => LXC_EXECUTION_DRIVER,
    missing_command_authorization => MISSING_COMMAND_AUTHORIZATION,
    missing_daemon_seccomp => MISSING_DAEMON_SECCOMP,
    missing_default_ulimit => MISSING_DEFAULT_ULIMIT,
    missing_live_restore => MISSING_LIVE_RESTORE,
    missing_registry_mirror => MISSING_REGISTRY_MIRROR,
    missing_user_namespaces => MISSING_USER_NAMESPACES,
    new_privileges_allowed => NEW_PRIVILEGES_ALLOWED,
    storage_driver => [AUFS_STORAGE_DRIVER, DEVICEMAPPER_STORAGE_DRIVER],
    unauthenticated_tcp_listener => UNAUTHENTICATED_TCP_LISTENER,
    unrestricted_default_bridge => UNRESTRICTED_DEFAULT_BRIDGE,
    userland_proxy => USERLAND_PROXY,
}
