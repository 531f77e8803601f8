//! Checks over every container's settings.

mod execs;
mod security_options;

use crate::checks;

checks! {
    container_on_default_bridge => CONTAINER_ON_DEFAULT_BRIDGE,
    custom_cgroup_parent => CUSTOM_CGROUP_PARENT,
    disabled_seccomp_profile => DISABLED_SECCOMP_PROFILE,
    exposed_host_device => EXPOSED_HOST_DEVICE,
    host_user_namespace => HOST_USER_NAMESPACE,
    host_uts_namespace => HOST_UTS_NAMESPACE,
    missing_no_new_privileges => MISSING_NO_NEW_PRIVILEGES,
    missing_pids_limit => MISSING_PIDS_LIMIT,
    outdated_container_image => OUTDATED_CONTAINER_IMAGE,
    overridden_ulimit => OVERRIDDEN_ULIMIT,
    privileged_container => PRIVILEGED_CONTAINER,
    privileged_exec => PRIVILEGED_EXEC,
    root_exec => ROOT_EXEC,
    shared_mount_propagation => SHARED_MOUNT_PROPAGATION,
    unchecked_container_health => UNCHECKED_CONTAINER_HEALTH,
}
