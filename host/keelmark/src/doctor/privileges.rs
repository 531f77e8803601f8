//! What the kernel lets this process read.

use std::path::Path;

use super::Diagnosis;

const ITEM: &str = "privileges";

/// The kernel's account of a process is a page.
const MAX_STATUS_BYTES: usize = 64 * 1024;

/// Capabilities that audits need beside uid 0, by their numbers in linux/capability.h, and what is missing without.
/// The first list is satisfied by any of its members.
const NEEDED: &[(&[(u32, &str)], &str)] = &[
    (&[(1, "CAP_DAC_OVERRIDE"), (2, "CAP_DAC_READ_SEARCH")], "files that only their owners may read"),
    (&[(19, "CAP_SYS_PTRACE")], "facts about processes of other users"),
    (&[(30, "CAP_AUDIT_CONTROL")], "the kernel's audit rules"),
];

pub fn examine() -> Vec<Diagnosis> {
    let uid = rustix::process::geteuid();
    if !uid.is_root() {
        let found = format!("uid {}: what only root can read is an error in reports", uid.as_raw());
        return vec![Diagnosis::note(ITEM, found, "run keelmark as root (sudo keelmark …) for a complete audit")];
    }
    let status = keelmark_disk::input::read(Path::new("/proc/self/status"), MAX_STATUS_BYTES).unwrap_or_default();
    let missing = missing(&String::from_utf8_lossy(&status));
    if missing.is_empty() {
        return vec![Diagnosis::ok(ITEM, "root, with the capabilities that audits need")];
    }
    let diagnosis = |(capability, what): (String, &str)| {
        let found = format!("root without {capability}: {what} cannot be read");
        Diagnosis::problem(ITEM, found, format!("give the container or service {capability}"))
    };
    missing.into_iter().map(diagnosis).collect()
}

/// What the effective capabilities in `/proc/self/status` lack.
fn missing(status: &str) -> Vec<(String, &'static str)> {
    let effective = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("CapEff:")?.trim(), 16).ok());
    // Without the line there is nothing to say; /proc may be hidden.
    let Some(effective) = effective else { return Vec::new() };
    let has = |number: u32| effective >> number & 1 == 1;
    let lacking = NEEDED.iter().filter(|(any, _)| !any.iter().any(|(number, _)| has(*number)));
    let name = |any: &[(u32, &str)]| any.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(" or ");
    lacking.map(|(any, what)| (name(any), *what)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_bits() {
        assert_eq!(missing("Name:\tx\nCapEff:\t000001ffffffffff\n"), []);
        // What docker gives a container: DAC_OVERRIDE and no other of these.
        let missing: Vec<String> = missing("CapEff:\t00000000a80425fb\n").into_iter().map(|(name, _)| name).collect();
        assert_eq!(missing, ["CAP_SYS_PTRACE", "CAP_AUDIT_CONTROL"]);
    }
}
