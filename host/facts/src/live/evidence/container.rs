//! Whether keelmark runs in a container, and in which: by what the engine mounted into it.
//!
//! `/.dockerenv` proves nothing: a virtual machine whose root was once a container's has it, too. What an engine puts
//! into every container are three files of its own over the image's, and where they come from is in
//! /proc/self/mountinfo, with the container's id in it.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::super::containers::own_containers;

/// The files that engines mount into each of their containers.
const FILES: [&str; 3] = ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"];
/// Folders in which engines keep those files, each container's in one of its own: Docker, Podman and CRI-O, containerd,
/// the kubelet.
const FOLDERS: [&str; 4] = ["containers", "overlay-containers", "sandboxes", "pods"];
/// A host with thousands of containers has some ten thousand mounts.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// Where a container that audits has its host's `/` by convention.
pub const USUAL_ROOT: &str = "/host";

/// What keelmark runs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Container {
    /// Whether `/` is a container's.
    pub is_one: bool,
    /// Ids that may be that container's; also those of a container that only the control groups tell of, as where
    /// somebody entered the host's mounts from one.
    pub ids: BTreeSet<String>,
    /// Whether something is mounted at [`USUAL_ROOT`].
    pub has_usual_root: bool,
}

impl Container {
    /// The one that this process runs in.
    pub fn of_this_process() -> Self {
        // What cannot be read says nothing, as in a place without /proc.
        let read = |path: &str| {
            let mut text = Vec::new();
            let file = std::fs::File::open(path).ok()?;
            file.take(MAX_BYTES).read_to_end(&mut text).ok()?;
            Some(String::from_utf8_lossy(&text).into_owned())
        };
        let text = |path| read(path).unwrap_or_default();
        Self::of(&text("/proc/self/mountinfo"), &text("/proc/self/cgroup"))
    }

    fn of(mounts: &str, groups: &str) -> Self {
        let mut found = Self { ids: own_containers(groups), ..Self::default() };
        for line in mounts.lines() {
            // id, parent, device, the root of the mount in its filesystem, the mount point.
            let mut fields = line.split(' ').skip(3);
            let (Some(root), Some(point)) = (fields.next(), fields.next()) else { continue };
            found.has_usual_root |= point == USUAL_ROOT;
            if FILES.contains(&point)
                && let Some(id) = container_of(root)
            {
                found.is_one = true;
                found.ids.insert(id.to_owned());
            }
        }
        found
    }
}

/// The container whose file this is: "/var/lib/docker/containers/ID/hostname", "…/overlay-containers/ID/userdata/hosts".
fn container_of(root: &str) -> Option<&str> {
    let names: Vec<&str> = root.split('/').collect();
    names.windows(2).rev().find_map(|pair| match pair {
        [folder, id] if FOLDERS.contains(folder) && is_id(id) => Some(*id),
        _ => None,
    })
}

/// 64 hexadecimal digits, or the kubelet's UUIDs.
fn is_id(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_hexdigit).count();
    let rest = name.len() - digits;
    (digits == 64 && rest == 0)
        || (digits == 32 && rest == name.bytes().filter(|byte| *byte == b'-').count() && rest > 0)
}

/// Where the audited host's `/` is, seen from keelmark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostRoot {
    /// None where it is keelmark's own `/`.
    pub path: Option<PathBuf>,
    /// That it was not named, but found.
    pub note: Option<String>,
}

impl HostRoot {
    /// The one that the operator named, else, in a container, what is mounted at [`USUAL_ROOT`].
    ///
    /// # Errors
    /// Where what was named is no host's root: an audit of it would find nothing, and so nothing wrong.
    pub fn choose(named: Option<&Path>) -> Result<Self, String> {
        Self::of(named, &Container::of_this_process())
    }

    fn of(named: Option<&Path>, container: &Container) -> Result<Self, String> {
        let Some(named) = named else {
            let usual = Path::new(USUAL_ROOT);
            let is_there = container.is_one && container.has_usual_root && no_root(usual).is_none();
            let note =
                || format!("{USUAL_ROOT} is mounted and was taken for the host's root, as by --host-root {USUAL_ROOT}");
            return Ok(match is_there {
                true => Self { path: Some(usual.to_owned()), note: Some(note()) },
                false => Self::default(),
            });
        };
        std::fs::read_dir(named)
            .map_err(|error| format!("failed to open the host's root {}: {error}", named.display()))?;
        if let Some(why) = no_root(named) {
            return Err(format!("--host-root: {why}"));
        }
        let number = |path: &Path| std::fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
        if container.is_one && number(named) == number(Path::new("/")) {
            let why = "is the root of keelmark's own container: mount the host's / elsewhere (--volume /:/host:ro)";
            return Err(format!("--host-root: {} {why}", named.display()));
        }
        Ok(Self { path: Some(named.to_owned()), note: None })
    }
}

/// Why this cannot be a host's root; none where it looks like one.
pub fn no_root(path: &Path) -> Option<String> {
    let has = |name: &str| path.join(name).is_dir();
    let looks_like_one = has("etc") && ["usr", "bin", "proc", "var"].iter().any(|name| has(name));
    (!looks_like_one).then(|| {
        format!(
            "{} is no host's root: it has no etc beside usr, bin, var or proc; mount the host's / there",
            path.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "4bce8f3891570a3de8bc8b0908346cd92f8bd88493efdf8d078752051e0d84a6";
    const OTHER: &str = "cd2f7a3cab9475e517dd772477bab534a79cd17747da1a578a5962278f91eed7";

    fn mounts(lines: &[(&str, &str)]) -> String {
        lines
            .iter()
            .map(|(root, point)| format!("27 1 254:0 {root} {point} rw,relatime - ext4 /dev/vda rw\n"))
            .collect()
    }

    #[test]
    fn every_engines_container_is_told_by_its_own_files() {
        let docker = format!("/var/lib/docker/containers/{ID}/hostname");
        let other_root = format!("/docker/containers/{ID}/hosts");
        let podman = format!("/containers/storage/overlay-containers/{ID}/userdata/resolv.conf");
        let containerd = format!("/io.containerd.grpc.v1.cri/sandboxes/{ID}/hostname");
        let points = ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/etc/hostname"];
        for (root, point) in [docker, other_root, podman, containerd].iter().zip(points) {
            let found = Container::of(&mounts(&[("/", "/"), (root, point)]), "0::/\n");
            assert!(found.is_one && found.ids.contains(ID), "{root}: {found:?}");
        }
        let pod = "/var/lib/kubelet/pods/0b3c1f5e-1f7e-4c37-9c1c-2f1de0a7c001/etc-hosts";
        assert!(Container::of(&mounts(&[(pod, "/etc/hosts")]), "").is_one);
    }

    #[test]
    fn a_host_that_is_mounted_whole_lends_its_containers_to_nobody() {
        let of_others = [
            (
                format!("/var/lib/docker/containers/{OTHER}/hostname"),
                format!("/host/var/lib/docker/{OTHER}/merged/etc/hostname"),
            ),
            ("/".to_owned(), format!("/host/var/lib/docker/containers/{OTHER}/mounts/shm")),
            ("/".to_owned(), format!("/host/var/lib/docker/overlay2/{OTHER}/merged")),
            (format!("/var/lib/docker/containers/{ID}/hosts"), "/etc/hosts".to_owned()),
            ("/".to_owned(), "/host".to_owned()),
        ];
        let lines: Vec<(&str, &str)> = of_others.iter().map(|(root, point)| (root.as_str(), point.as_str())).collect();
        let found = Container::of(&mounts(&lines), "0::/\n");
        assert_eq!((found.is_one, found.has_usual_root), (true, true));
        assert_eq!(found.ids, BTreeSet::from([ID.to_owned()]));
    }

    #[test]
    fn a_host_is_no_container() {
        let own_hosts = mounts(&[("/", "/"), ("/run/etc", "/etc"), ("/store/hosts", "/etc/hosts")]);
        assert_eq!(Container::of(&own_hosts, "0::/user.slice/user-0.slice/session-1.scope\n"), Container::default());
        // Somebody entered a host's mounts from a container: its files are the host's, the container is keelmark's own.
        let entered = Container::of(&mounts(&[("/", "/")]), &format!("0::/system.slice/docker-{ID}.scope\n"));
        assert!(!entered.is_one && entered.ids.contains(ID));
    }

    #[test]
    fn in_a_container_its_own_root_is_nobodys_host() {
        let container = Container { is_one: true, ..Container::default() };
        let error = HostRoot::of(Some(Path::new("/")), &container).unwrap_err();
        assert!(error.contains("keelmark's own container"), "{error}");
        let on_a_host = HostRoot::of(Some(Path::new("/")), &Container::default()).unwrap();
        assert_eq!(on_a_host.path.as_deref(), Some(Path::new("/")));
        assert_eq!(HostRoot::of(None, &container), Ok(HostRoot::default()));
        assert!(HostRoot::of(Some(Path::new("/nonexistent")), &container).is_err());
    }

    #[test]
    fn a_root_is_told_from_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert!(no_root(folder.path()).unwrap().contains("is no host's root"));
        std::fs::create_dir(folder.path().join("etc")).unwrap();
        assert!(no_root(folder.path()).is_some());
        std::fs::create_dir(folder.path().join("proc")).unwrap();
        assert_eq!(no_root(folder.path()), None);
        assert_eq!(no_root(Path::new("/")), None);
    }
}
