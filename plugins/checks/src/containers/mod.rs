//! Checks over every container's settings.

use crate::checks;

mod namespaces;

checks! {
    host_ipc_namespace => HOST_IPC_NAMESPACE,
    host_network_namespace => HOST_NETWORK_NAMESPACE,
    host_process_namespace => HOST_PROCESS_NAMESPACE,
    privileged_container => PRIVILEGED_CONTAINER,
}
