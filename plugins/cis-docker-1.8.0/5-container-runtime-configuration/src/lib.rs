//! CIS Docker Benchmark v1.8.0, section 5: Container Runtime Configuration.

use keelmark_checks::{containers, swarm};
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-1.8.0",
    number: "5",
    title: "Container Runtime Configuration",
    rows: [
        row("5.1", "Ensure swarm mode is not Enabled, if not needed", &swarm::UNNEEDED_SWARM_MODE).level(1).profile("Docker - Linux").manual(),
        row("5.2", "Ensure that, if applicable, an AppArmor Profile is enabled", &containers::APPARMOR_UNCONFINED).level(1).profile("Docker - Linux").manual(),
        row("5.3", "Ensure that, if applicable, SELinux security options are set", &containers::SELINUX_DISABLED).level(2).profile("Docker - Linux").manual(),
        row("5.4", "Ensure that Linux kernel capabilities are restricted within containers", &containers::ADDED_CAPABILITIES).level(1).profile("Docker - Linux").manual(),
        row("5.5", "Ensure that privileged containers are not used", &containers::PRIVILEGED_CONTAINER).level(1).profile("Docker - Linux").manual(),
        row("5.6", "Ensure sensitive host system directories are not mounted on containers", &containers::SENSITIVE_HOST_MOUNT).level(1).profile("Docker - Linux").manual(),
        row("5.7", "Ensure sshd is not run within containers", &containers::SSH_SERVER).level(1).profile("Docker - Linux").manual(),
        row("5.8", "Ensure privileged ports are not mapped within containers", &containers::PRIVILEGED_PORT).level(1).profile("Docker - Linux").manual(),
        row("5.9", "Ensure that only needed ports are open on the container", &containers::UNAPPROVED_PORT).level(1).profile("Docker - Linux").manual(),
        row("5.10", "Ensure that the host's network namespace is not shared", &containers::HOST_NETWORK_NAMESPACE).level(1).profile("Docker - Linux").manual(),
        row("5.11", "Ensure that the memory usage for containers is limited", &containers::MISSING_MEMORY_LIMIT).level(1).profile("Docker - Linux").manual(),
        row("5.12", "Ensure that CPU priority is set appropriately on containers", &containers::DEFAULT_CPU_PRIORITY).level(1).profile("Docker - Linux").manual(),
        row("5.13", "Ensure that the container's root filesystem is mounted as read only", &containers::WRITABLE_ROOT_FILESYSTEM).level(1).profile("Docker - Linux").manual(),
        row("5.14", "Ensure that incoming container traffic is bound to a specific host interface", &containers::PORT_ON_ALL_INTERFACES).level(1).profile("Docker - Linux").manual(),
        row("5.15", "Ensure that the 'on-failure' container restart policy is set to '5'", &containers::EXCESSIVE_RESTARTS).level(1).profile("Docker - Linux").manual(),
        row("5.16", "Ensure that the host's process namespace is not shared", &containers::HOST_PROCESS_NAMESPACE).level(1).profile("Docker - Linux").manual(),
        row("5.17", "Ensure that the host's IPC namespace is not shared", &containers::HOST_IPC_NAMESPACE).level(1).profile("Docker - Linux").manual(),
        row("5.18", "Ensure that host devices are not directly exposed to containers", &containers::EXPOSED_HOST_DEVICE).level(1).profile("Docker - Linux").manual(),
        row("5.19", "Ensure that the default ulimit is overwritten at runtime if needed", &containers::OVERRIDDEN_ULIMIT).level(1).profile("Docker - Linux").manual(),
        row("5.20", "Ensure mount propagation mode is not set to shared", &containers::SHARED_MOUNT_PROPAGATION).level(1).profile("Docker - Linux").manual(),
        row("5.21", "Ensure that the host's UTS namespace is not shared", &containers::HOST_UTS_NAMESPACE).level(1).profile("Docker - Linux").manual(),
        row("5.22", "Ensure the default seccomp profile is not Disabled", &containers::DISABLED_SECCOMP_PROFILE).level(1).profile("Docker - Linux").manual(),
        row("5.23", "Ensure that docker exec commands are not used with the privileged option", &containers::PRIVILEGED_EXEC).level(2).profile("Docker - Linux").manual(),
        row("5.24", "Ensure that docker exec commands are not used with the user=root option", &containers::ROOT_EXEC).level(2).profile("Docker - Linux").manual(),
        row("5.25", "Ensure that cgroup usage is confirmed", &containers::CUSTOM_CGROUP_PARENT).level(1).profile("Docker - Linux").manual(),
        row("5.26", "Ensure that the container is restricted from acquiring additional privileges", &containers::MISSING_NO_NEW_PRIVILEGES).level(1).profile("Docker - Linux").manual(),
        row("5.27", "Ensure that container health is checked at runtime", &containers::UNCHECKED_CONTAINER_HEALTH).level(1).profile("Docker - Linux").manual(),
        row("5.28", "Ensure that Docker commands always make use of the latest version of their image", &containers::OUTDATED_CONTAINER_IMAGE).level(1).profile("Docker - Linux").manual(),
        row("5.29", "Ensure that the PIDs cgroup limit is used", &containers::MISSING_PIDS_LIMIT).level(1).profile("Docker - Linux").manual(),
        row("5.30", "Ensure that Docker's default bridge \"docker0\" is not used", &containers::CONTAINER_ON_DEFAULT_BRIDGE).level(2).profile("Docker - Linux").manual(),
        row("5.31", "Ensure that the host's user namespaces are not shared", &containers::HOST_USER_NAMESPACE).level(1).profile("Docker - Linux").manual(),
        row("5.32", "Ensure that the Docker socket is not mounted inside any containers", &containers::ENGINE_SOCKET_MOUNT).level(1).profile("Docker - Linux").manual(),
    ]
}
