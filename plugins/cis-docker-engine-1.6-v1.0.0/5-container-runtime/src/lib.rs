//! CIS Docker 1.6 Benchmark v1.0.0, section 5: Container Runtime.

use keelmark_checks::containers;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-engine-1.6-v1.0.0",
    number: "5",
    title: "Container Runtime",
    rows: [
        row("5.1", "Verify AppArmor Profile, if applicable", &containers::APPARMOR_UNCONFINED).level(2).profile("Docker").scored(),
        row("5.2", "Verify SELinux security options, if applicable", &containers::SELINUX_DISABLED).level(2).profile("Docker").scored(),
        row("5.3", "Verify that containers are running only a single main process", &containers::SEVERAL_MAIN_PROCESSES).level(1).profile("Docker").scored(),
        row("5.4", "Restrict Linux Kernel Capabilities within containers", &containers::ADDED_CAPABILITIES).level(1).profile("Docker").scored(),
        row("5.5", "Do not use privileged containers", &containers::PRIVILEGED_CONTAINER).level(1).profile("Docker").scored(),
        row("5.6", "Do not mount sensitive host system directories on containers", &containers::SENSITIVE_HOST_MOUNT).level(1).profile("Docker").scored(),
        row("5.7", "Do not run ssh within containers", &containers::SSH_SERVER).level(1).profile("Docker").scored(),
        row("5.8", "Do not map privileged ports within containers", &containers::PRIVILEGED_PORT).level(1).profile("Docker").scored(),
        row("5.9", "Open only needed ports on container", &containers::UNAPPROVED_PORT).level(1).profile("Docker").scored(),
        row("5.10", "Do not use host network mode on container", &containers::HOST_NETWORK_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.11", "Limit memory usage for container", &containers::MISSING_MEMORY_LIMIT).level(1).profile("Docker").scored(),
        row("5.12", "Set container CPU priority appropriately", &containers::DEFAULT_CPU_PRIORITY).level(1).profile("Docker").scored(),
        row("5.13", "Mount container's root filesystem as read only", &containers::WRITABLE_ROOT_FILESYSTEM).level(1).profile("Docker").scored(),
        row("5.14", "Bind incoming container traffic to a specific host interface", &containers::PORT_ON_ALL_INTERFACES).level(1).profile("Docker").scored(),
        row("5.15", "Set the 'on-failure' container restart policy to 5", &containers::EXCESSIVE_RESTARTS).level(1).profile("Docker").scored(),
        row("5.16", "Do not share the host's process namespace", &containers::HOST_PROCESS_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.17", "Do not share the host's IPC namespace", &containers::HOST_IPC_NAMESPACE).level(1).profile("Docker").scored(),
        row("5.18", "Do not directly expose host devices to containers", &containers::EXPOSED_HOST_DEVICE).level(1).profile("Docker").not_scored(),
        row("5.19", "Override default ulimit at runtime only if needed", &containers::OVERRIDDEN_ULIMIT).level(1).profile("Docker").not_scored(),
    ]
}
