//! CIS Docker Community Edition Benchmark v1.1.0, section 5: Container Runtime.

use keelmark_checks::containers;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-ce-17.06-v1.1.0",
    number: "5",
    title: "Container Runtime",
    rows: [
        row("5.1", "Ensure AppArmor Profile is Enabled", &containers::APPARMOR_UNCONFINED).level(1).profile("Docker").scored(),
        row("5.2", "Ensure SELinux security options are set, if applicable", &containers::SELINUX_DISABLED).level(2).profile("Docker").scored(),
        row("5.3", "Ensure Linux Kernel Capabilities are restricted within containers", &containers::ADDED_CAPABILITIES).level(1).profile("Docker").scored(),
        row("5.4", "Ensure privileged containers are not used", &containers::PRIVILEGED_CONTAINER).level(1).profile("Docker").scored(),
        row("5.5", "Ensure sensitive host system directories are not mounted on containers", &containers::SENSITIVE_HOST_MOUNT).level(1).profile("Docker").scored(),
        row("5.6", "Ensure ssh is not run within containers", &containers::SSH_SERVER).level(1).profile("Docker").scored(),
        row("5.7", "Ensure privileged ports are not mapped within containers", &containers::PRIVILEGED_PORT).level(1).profile("Docker").scored(),
        row("5.8", "Ensure only needed ports are open on the container", &containers::UNAPPROVED_PORT).level(1).profile("Docker").scored(),
        row("5.9", "Ensure the host's network namespace is not shared", &containers::HOST_NETWORK_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.10", "Ensure memory usage for container is limited", &containers::MISSING_MEMORY_LIMIT).level(1).profile("Docker").scored(),
        row("5.11", "Ensure CPU priority is set appropriately on the container", &containers::DEFAULT_CPU_PRIORITY).level(1).profile("Docker").scored(),
        row("5.12", "Ensure the container's root filesystem is mounted as read only", &containers::WRITABLE_ROOT_FILESYSTEM).level(1).profile("Docker").scored(),
        row("5.13", "Ensure incoming container traffic is binded to a specific host interface", &containers::PORT_ON_ALL_INTERFACES).level(1).profile("Docker").scored(),
        row("5.14", "Ensure 'on-failure' container restart policy is set to '5'", &containers::EXCESSIVE_RESTARTS).level(1).profile("Docker").scored(),
        row("5.15", "Ensure the host's process namespace is not shared", &containers::HOST_PROCESS_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.16", "Ensure the host's IPC namespace is not shared", &containers::HOST_IPC_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.17", "Ensure host devices are not directly exposed to containers", &containers::EXPOSED_HOST_DEVICE).level(1).profile("Docker").not_scored(),
        row("5.18", "Ensure the default ulimit is overwritten at runtime, only if needed", &containers::OVERRIDDEN_ULIMIT).level(1).profile("Docker").not_scored(),
        row("5.19", "Ensure mount propagation mode is not set to shared", &containers::SHARED_MOUNT_PROPAGATION).level(1).profile("Docker").scored(),
        row("5.20", "Ensure the host's UTS namespace is not shared", &containers::HOST_UTS_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.21", "Ensure the default seccomp profile is not Disabled", &containers::DISABLED_SECCOMP_PROFILE).level(1).profile("Docker").scored(),
        row("5.22", "Ensure docker exec commands are not used with privileged option", &containers::PRIVILEGED_EXEC).level(2).profile("Docker").scored(),
        row("5.23", "Ensure docker exec commands are not used with user option", &containers::ROOT_EXEC).level(2).profile("Docker").scored().with(&[("users", "any")]),
        row("5.24", "Ensure cgroup usage is confirmed", &containers::CUSTOM_CGROUP_PARENT).level(1).profile("Docker").scored(),
        row("5.25", "Ensure the container is restricted from acquiring additional privileges", &containers::MISSING_NO_NEW_PRIVILEGES).level(1).profile("Docker").scored(),
        row("5.26", "Ensure container health is checked at runtime", &containers::UNCHECKED_CONTAINER_HEALTH).level(1).profile("Docker").scored(),
        row("5.27", "Ensure docker commands always get the latest version of the image", &containers::OUTDATED_CONTAINER_IMAGE).level(1).profile("Docker").not_scored(),
        row("5.28", "Ensure PIDs cgroup limit is used", &containers::MISSING_PIDS_LIMIT).level(1).profile("Docker").scored(),
        row("5.29", "Ensure Docker's default bridge docker0 is not used", &containers::CONTAINER_ON_DEFAULT_BRIDGE).level(2).profile("Docker").not_scored(),
        row("5.30", "Ensure the host's user namespaces is not shared", &containers::HOST_USER_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.31", "Ensure the Docker socket is not mounted inside any containers", &containers::ENGINE_SOCKET_MOUNT).level(1).profile("Docker").scored(),
    ]
}
