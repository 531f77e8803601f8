//! CIS Docker 1.13.0 Benchmark v1.0.0, section 5: Container Runtime.

use keelmark_checks::containers;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-engine-1.13.0-v1.0.0",
    number: "5",
    title: "Container Runtime",
    rows: [
        row("5.1", "Do not disable AppArmor Profile", &containers::APPARMOR_UNCONFINED).level(1).profile("Docker").scored(),
        row("5.2", "Verify SELinux security options, if applicable", &containers::SELINUX_DISABLED).level(2).profile("Docker").scored(),
        row("5.3", "Restrict Linux Kernel Capabilities within containers", &containers::ADDED_CAPABILITIES).level(1).profile("Docker").scored(),
        row("5.4", "Do not use privileged containers", &containers::PRIVILEGED_CONTAINER).level(1).profile("Docker").scored(),
        row("5.5", "Do not mount sensitive host system directories on containers", &containers::SENSITIVE_HOST_MOUNT).level(1).profile("Docker").scored(),
        row("5.6", "Do not run ssh within containers", &containers::SSH_SERVER).level(1).profile("Docker").scored(),
        row("5.7", "Do not map privileged ports within containers", &containers::PRIVILEGED_PORT).level(1).profile("Docker").scored(),
        row("5.8", "Open only needed ports on container", &containers::UNAPPROVED_PORT).level(1).profile("Docker").scored(),
        row("5.9", "Do not share the host's network namespace", &containers::HOST_NETWORK_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.10", "Limit memory usage for container", &containers::MISSING_MEMORY_LIMIT).level(1).profile("Docker").scored(),
        row("5.11", "Set container CPU priority appropriately", &containers::DEFAULT_CPU_PRIORITY).level(1).profile("Docker").scored(),
        row("5.12", "Mount container's root filesystem as read only", &containers::WRITABLE_ROOT_FILESYSTEM).level(1).profile("Docker").scored(),
        row("5.13", "Bind incoming container traffic to a specific host interface", &containers::PORT_ON_ALL_INTERFACES).level(1).profile("Docker").scored(),
        row("5.14", "Set the 'on-failure' container restart policy to 5", &containers::EXCESSIVE_RESTARTS).level(1).profile("Docker").scored(),
        row("5.15", "Do not share the host's process namespace", &containers::HOST_PROCESS_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.16", "Do not share the host's IPC namespace", &containers::HOST_IPC_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.17", "Do not directly expose host devices to containers", &containers::EXPOSED_HOST_DEVICE).level(1).profile("Docker").not_scored(),
        row("5.18", "Override default ulimit at runtime only if needed", &containers::OVERRIDDEN_ULIMIT).level(1).profile("Docker").not_scored(),
        row("5.19", "Do not set mount propagation mode to shared", &containers::SHARED_MOUNT_PROPAGATION).level(1).profile("Docker").scored(),
        row("5.20", "Do not share the host's UTS namespace", &containers::HOST_UTS_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.21", "Do not disable default seccomp profile", &containers::DISABLED_SECCOMP_PROFILE).level(1).profile("Docker").scored(),
        row("5.22", "Do not docker exec commands with privileged option", &containers::PRIVILEGED_EXEC).level(2).profile("Docker").scored(),
        row("5.23", "Do not docker exec commands with user option", &containers::ROOT_EXEC).level(2).profile("Docker").scored().with(&[("users", "any")]),
        row("5.24", "Confirm cgroup usage", &containers::CUSTOM_CGROUP_PARENT).level(1).profile("Docker").scored(),
        row("5.25", "Restrict container from acquiring additional privileges", &containers::MISSING_NO_NEW_PRIVILEGES).level(1).profile("Docker").scored(),
        row("5.26", "Check container health at runtime", &containers::UNCHECKED_CONTAINER_HEALTH).level(1).profile("Docker").scored(),
        row("5.27", "Ensure docker commands always get the latest version of the image", &containers::OUTDATED_CONTAINER_IMAGE).level(1).profile("Docker").not_scored(),
        row("5.28", "Use PIDs cgroup limit", &containers::MISSING_PIDS_LIMIT).level(1).profile("Docker").scored(),
        row("5.29", "Do not use Docker's default bridge docker0", &containers::CONTAINER_ON_DEFAULT_BRIDGE).level(2).profile("Docker").not_scored(),
        row("5.30", "Do not share the host's user namespaces", &containers::HOST_USER_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.31", "Do not mount the Docker socket inside any containers", &containers::ENGINE_SOCKET_MOUNT).level(1).profile("Docker").scored(),
    ]
}
