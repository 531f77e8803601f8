//! Files whose content is never read, whatever a manifest asks for and an operator grants.
//!
//! The gate decides what a plugin may read. This is the second lock, for a grant as wide as `/**`: nothing that a
//! benchmark wants to know is in these files, and what is in them are other programs' secrets.

use std::ffi::OsStr;
use std::path::Path;

/// Files about a process that hold its memory, or what it was told in confidence. `cmdline` is among them because
/// `process.find` answers it with secrets masked, which plain reading would get round.
const PROCESS_SECRETS: [&str; 4] = ["environ", "mem", "auxv", "cmdline"];

/// Files directly in /proc with the memory of the kernel, or with messages that reading takes away from others.
const KERNEL_SECRETS: [&str; 3] = ["kcore", "vmcore", "kmsg"];

/// Why the file at `resolved` is not read, if so. `inside_proc` is about the file itself: a procfs can be mounted
/// anywhere.
pub fn reason(resolved: &Path, inside_proc: bool) -> Option<&'static str> {
    if resolved.starts_with("/dev") {
        return Some("files in /dev are devices and shared memory");
    }
    let below_proc = resolved.strip_prefix("/proc").ok();
    let name = resolved.file_name()?;
    if (inside_proc || below_proc.is_some_and(is_about_a_process)) && is_one_of(name, &PROCESS_SECRETS) {
        return Some("it can hold secrets of that process");
    }
    if below_proc.is_some() && is_one_of(name, &KERNEL_SECRETS) {
        return Some("it holds the kernel's memory or messages");
    }
    None
}

/// `path` is relative to /proc: "1/environ", "1/task/1/environ".
fn is_about_a_process(path: &Path) -> bool {
    let first = path.iter().next().and_then(OsStr::to_str).unwrap_or_default();
    !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_one_of(name: &OsStr, names: &[&str]) -> bool {
    names.iter().any(|candidate| name == *candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_secrets_and_devices_are_refused() {
        for path in ["/proc/1/environ", "/proc/12/mem", "/proc/1/task/1/environ", "/proc/1/cmdline", "/proc/kcore"] {
            assert!(reason(Path::new(path), false).is_some(), "{path}");
        }
        for path in ["/dev/sda", "/dev/shm/x", "/dev/fd/0"] {
            assert!(reason(Path::new(path), false).is_some(), "{path}");
        }
        // A chroot's /proc, a container's, or a procfs at a place of its own.
        assert!(reason(Path::new("/srv/chroot/proc/1/environ"), true).is_some());
    }

    #[test]
    fn what_benchmarks_read_is_not() {
        let paths =
            ["/proc/1/status", "/proc/cmdline", "/proc/self/mounts", "/etc/environ", "/devices", "/procedures/mem"];
        for path in paths {
            assert_eq!(reason(Path::new(path), false), None, "{path}");
        }
        assert_eq!(reason(Path::new("/proc/1/mountinfo"), true), None);
    }
}
