//! Checks over every container's settings.

use crate::checks;

mod mounts;
mod namespaces;
mod ports;
mod processes;

checks! {
    added_capabilities => ADDED_CAPABILITIES,
    apparmor_unconfined => APPARMOR_UNCONFINED,
    default_cpu_priority => DEFAULT_CPU_PRIORITY,
    engine_socket_mount => ENGINE_SOCKET_MOUNT,
    excessive_restarts => EXCESSIVE_RESTARTS,
    host_ipc_namespace => HOST_IPC_NAMESPACE,
    host_network_namespace => HOST_NETWORK_NAMESPACE,
    host_process_namespace => HOST_PROCESS_NAMESPACE,
    missing_memory_limit => MISSING_MEMORY_LIMIT,
    port_on_all_interfaces => PORT_ON_ALL_INTERFACES,
    privileged_container => PRIVILEGED_CONTAINER,
    privileged_port => PRIVILEGED_PORT,
    selinux_disabled => SELINUX_DISABLED,
    sensitive_host_mount => SENSITIVE_HOST_MOUNT,
    several_main_processes => SEVERAL_MAIN_PROCESSES,
    ssh_server => SSH_SERVER,
    unapproved_port => UNAPPROVED_PORT,
    writable_root_filesystem => WRITABLE_ROOT_FILESYSTEM,
}
