//! Checks over the host itself: partition, users, audit rules, versions.

mod accounts;
mod audit_rule;
mod audit_rules;
mod auditctl;
mod release;

use crate::checks;

checks! {
    development_host => DEVELOPMENT_HOST,
    nonessential_service => NONESSENTIAL_SERVICE,
    outdated_engine => OUTDATED_ENGINE,
    outdated_kernel => OUTDATED_KERNEL,
    shared_data_root => SHARED_DATA_ROOT,
    unaudited_file => [
        UNAUDITED_RUN_CONTAINERD,
        UNAUDITED_DATA_ROOT,
        UNAUDITED_ETC_DOCKER,
        UNAUDITED_DOCKER_SERVICE,
        UNAUDITED_CONTAINERD_SOCK,
        UNAUDITED_DOCKER_SOCKET,
        UNAUDITED_VAR_RUN_DOCKER_SOCK,
        UNAUDITED_DAEMON_JSON,
        UNAUDITED_ETC_DEFAULT_DOCKER,
        UNAUDITED_CONTAINERD_CONFIG,
        UNAUDITED_ETC_SYSCONFIG_DOCKER,
    ],
    unaudited_old_file => [
        UNAUDITED_ETC_SYSCONFIG_DOCKER_NETWORK,
        UNAUDITED_ETC_SYSCONFIG_DOCKER_REGISTRY,
        UNAUDITED_ETC_SYSCONFIG_DOCKER_STORAGE,
        UNAUDITED_REGISTRY_SERVICE,
    ],
    unaudited_program => [
        UNAUDITED_DAEMON,
        UNAUDITED_CONTAINERD,
        UNAUDITED_CONTAINERD_SHIM,
        UNAUDITED_CONTAINERD_SHIM_RUNC_V1,
        UNAUDITED_CONTAINERD_SHIM_RUNC_V2,
        UNAUDITED_RUNC,
    ],
    unhardened_host => UNHARDENED_HOST,
    untrusted_docker_user => UNTRUSTED_DOCKER_USER,
}
