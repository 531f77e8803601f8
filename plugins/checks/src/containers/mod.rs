//! Checks over every container's settings.

use crate::checks;

mod mounts;
mod namespaces;

checks! {
    engine_socket_mount => ENGINE_SOCKET_MOUNT,
    host_ipc_namespace => HOST_IPC_NAMESPACE,
    host_network_namespace => HOST_NETWORK_NAMESPACE,
    host_process_namespace => HOST_PROCESS_NAMESPACE,
    privileged_container => PRIVILEGED_CONTAINER,
    sensitive_host_mount => SENSITIVE_HOST_MOUNT,
}
