//! What of the host a volume stands for. The driver `local` mounts whatever a volume's options say, and the containers
//! that have the volume do not show it.

use std::collections::BTreeMap;

use keelmark_sdk::{Facts, HostError, Need, Object};

pub const LIST: Need = Need::new(
    "docker.list-volumes",
    &["Name", "Driver", "Options.type", "Options.device", "Options.o"],
    "sees which volumes stand for directories of the host",
);

/// Filesystems that bring their data along or get it from elsewhere: nothing of this host is in them.
const FROM_ELSEWHERE: &[&str] = &["9p", "ceph", "cifs", "glusterfs", "nfs", "nfs4", "ramfs", "smb3", "smbfs", "tmpfs"];

/// Filesystems of the kernel's, which are the host's own wherever they are mounted.
const OF_THE_KERNEL: &[(&str, &str)] = &[("devtmpfs", "/dev"), ("proc", "/proc"), ("sysfs", "/sys")];

/// What a volume shows in place of a directory of the engine's.
#[derive(Clone)]
pub struct Bound {
    /// As the options say it: "/var/run", "ext4 of /dev/sdb1".
    pub source: String,
    /// The place in the host's file tree; none where nobody can tell, as of a filesystem that need not be mounted there.
    pub path: Option<String>,
    pub writable: bool,
}

/// Every volume by its name; made once, and only where a container mounts one.
struct ByName(BTreeMap<String, Result<Option<Bound>, HostError>>);

/// What the volume behind a container's mount stands for; none where that is nothing of the host's.
pub fn bound(facts: &Facts, mount: &Object) -> Result<Option<Bound>, HostError> {
    // Only a volume of `local` has options that can be read. Where no driver is named, the list names it.
    if mount.optional("Driver", Object::str)?.is_some_and(|driver| !driver.is_empty() && driver != "local") {
        return Ok(None);
    }
    let name = mount.str("Name")?;
    // The engine removes no volume that a container has: either both went since the container was looked at, or somebody
    // deleted the volume's files by hand, from under a container that may still have them mounted.
    let unlisted = || Bound { source: "what the engine does not list".to_owned(), path: None, writable: true };
    facts.derive(by_name)?.0.get(name).cloned().unwrap_or_else(|| Ok(Some(unlisted())))
}

fn by_name(facts: &Facts) -> Result<ByName, HostError> {
    let named = |volume: &Object| Ok((volume.str("Name")?.to_owned(), stands_for(volume)));
    facts.volumes()?.iter().map(named).collect::<Result<_, HostError>>().map(ByName)
}

fn stands_for(volume: &Object) -> Result<Option<Bound>, HostError> {
    if volume.str("Driver")? != "local" {
        return Ok(None);
    }
    // Null for a volume without any; engines from before the field tell of none, whatever there is.
    volume.sent("Options")?;
    let option = |path| Ok::<_, HostError>(volume.optional(path, Object::str)?.unwrap_or_default());
    let (kind, device) = (option("Options?.type")?, option("Options?.device")?);
    let (mut is_bind, mut writable) = (matches!(kind, "" | "none" | "bind"), true);
    for word in option("Options?.o")?.split(',') {
        match word {
            // With it the kernel does not look at the type.
            "bind" | "rbind" => is_bind = true,
            "ro" => writable = false,
            "rw" => writable = true,
            _ => {}
        }
    }
    let of_the_kernel = OF_THE_KERNEL.iter().find(|(name, _)| *name == kind);
    let (source, path) = if is_bind {
        if device.is_empty() {
            return Ok(None);
        }
        // Below the daemon's own directory, or with a part that was taken for a secret.
        if !device.starts_with('/') || device.contains("<masked") {
            let problem = format!("{}: Options.device is no path that can be judged: {device}", volume.subject);
            return Err(HostError::failed(problem));
        }
        (device.to_owned(), Some(device))
    } else if let Some((name, place)) = of_the_kernel {
        ((*name).to_owned(), Some(*place))
    } else if FROM_ELSEWHERE.contains(&kind) {
        return Ok(None);
    } else {
        (format!("{kind} of {device}"), None)
    };
    Ok(Some(Bound { source, path: path.map(str::to_owned), writable }))
}
