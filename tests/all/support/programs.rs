//! Programs of the host, replaced for one run of keelmark: a mount namespace in which `/usr/sbin` holds scripts.
//!
//! Needs root, as keelmark does for what these tests are about.

use std::path::Path;
use std::process::Command;

/// `command` in a mount namespace where `/usr/sbin`, the first place that keelmark looks at, holds nothing but these
/// scripts. `prepare` is run there too, before it.
pub fn with_programs(command: &Command, scripts: &[(&str, &str)], prepare: &str, folder: &Path) -> Command {
    let stubs = folder.join("sbin");
    std::fs::create_dir_all(&stubs).unwrap();
    for (name, script) in scripts {
        std::fs::write(stubs.join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
    }
    let mount = format!(
        "set -e\nmount -t tmpfs -o mode=755 tmpfs /usr/sbin\ncp -r {}/. /usr/sbin/\nchmod 755 /usr/sbin /usr/sbin/* 2>/dev/null || true\n\
         {prepare}\nexec \"$@\"",
        stubs.display()
    );
    in_mount_namespace(command, &mount)
}

/// A shell script in a mount namespace of its own; `"$@"` in it is `command`.
pub fn in_mount_namespace(command: &Command, script: &str) -> Command {
    let mut inside = Command::new("/usr/bin/unshare");
    inside.args(["--mount", "--propagation", "private", "--", "/bin/sh", "-c", script, "sh"]);
    inside.arg(command.get_program()).args(command.get_args());
    inside.env_clear().envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    inside
}

/// Fails, with the reason, where these tests cannot run.
pub fn require_root() {
    assert!(rustix::process::geteuid().is_root(), "this test replaces programs in a mount namespace: run it as root");
}
