//! Checks over every container's settings.

mod execs;
mod mounts;
mod namespaces;
mod ports;
pub(crate) mod processes;
mod real_path;
mod security_options;
mod service;
mod volumes;

use crate::checks;

/// Why the checks that the benchmark asks of running containers judge the others too.
const STOPPED: &str = "The benchmark's command goes through the running containers (`docker ps --quiet`). keelmark judges \
                       those that do not run as well, by what their next start will do: whoever starts one gets it as it \
                       is. `--running` leaves them out.";

checks! {
    added_capabilities => ADDED_CAPABILITIES,
    apparmor_unconfined => APPARMOR_UNCONFINED,
    container_on_default_bridge => CONTAINER_ON_DEFAULT_BRIDGE,
    custom_cgroup_parent => CUSTOM_CGROUP_PARENT,
    default_cpu_priority => DEFAULT_CPU_PRIORITY,
    disabled_seccomp_profile => DISABLED_SECCOMP_PROFILE,
    engine_socket_mount => ENGINE_SOCKET_MOUNT,
    excessive_restarts => EXCESSIVE_RESTARTS,
    exposed_host_device => EXPOSED_HOST_DEVICE,
    host_ipc_namespace => HOST_IPC_NAMESPACE,
    host_network_namespace => HOST_NETWORK_NAMESPACE,
    host_process_namespace => HOST_PROCESS_NAMESPACE,
    host_user_namespace => HOST_USER_NAMESPACE,
    host_uts_namespace => HOST_UTS_NAMESPACE,
    missing_memory_limit => MISSING_MEMORY_LIMIT,
    missing_no_new_privileges => MISSING_NO_NEW_PRIVILEGES,
    missing_pids_limit => MISSING_PIDS_LIMIT,
    outdated_container_image => OUTDATED_CONTAINER_IMAGE,
    overridden_ulimit => OVERRIDDEN_ULIMIT,
    port_on_all_interfaces => PORT_ON_ALL_INTERFACES,
    privileged_container => PRIVILEGED_CONTAINER,
    privileged_exec => PRIVILEGED_EXEC,
    privileged_port => PRIVILEGED_PORT,
    root_exec => ROOT_EXEC,
    selinux_disabled => SELINUX_DISABLED,
    sensitive_host_mount => SENSITIVE_HOST_MOUNT,
    several_main_processes => SEVERAL_MAIN_PROCESSES,
    shared_mount_propagation => SHARED_MOUNT_PROPAGATION,
    ssh_server => SSH_SERVER,
    unapproved_port => UNAPPROVED_PORT,
    unchecked_container_health => UNCHECKED_CONTAINER_HEALTH,
    writable_root_filesystem => WRITABLE_ROOT_FILESYSTEM,
}
