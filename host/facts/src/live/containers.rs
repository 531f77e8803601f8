//! The processes of containers, by the control groups that an engine on this host puts them into.
//!
//! `GET /containers/{id}/top` makes dockerd run `ps` over all processes of the host, once for each container: with a
//! hundred of them that takes longer than everything else an audit does. The kernel tells the same of all containers in
//! one pass over /proc. What is not found here (another host's container, one that has just started, an engine that
//! names its groups otherwise, a /proc that hides something) the engine is asked for.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::super::{ErrorKind, FactError};
use super::files::{Directory, HostFiles};
use super::mask::Raw;
use super::processes::{MAX_STATUS_BYTES, Status, open_proc, pids};

/// A line for each hierarchy of control groups: at most some dozen paths.
const MAX_CGROUP_BYTES: u64 = 64 * 1024;
/// A name of 15 bytes and a line break; the kernel has promised no more than that it is short.
const MAX_NAME_BYTES: u64 = 1024;
/// A line for each range of users: the kernel takes 340 of them.
const MAX_MAP_BYTES: u64 = 64 * 1024;
/// Characters of a container's whole id. Shorter ones are names, or could be any container's.
const ID_CHARS: usize = 64;

/// What ran in each container when /proc was read.
#[derive(Debug, Default)]
pub struct ContainerProcesses(HashMap<String, Vec<Value>>);

impl ContainerProcesses {
    /// Reads all of /proc, for an engine of this user's.
    ///
    /// # Errors
    /// Where some process cannot be looked at: a container could then seem to have fewer than it has.
    pub fn read(files: &HostFiles, engine: u32) -> Result<Self, FactError> {
        let mut found = Self::default();
        let proc = open_proc(files)?;
        for pid in pids(&proc)? {
            match look_at(&proc, pid, engine) {
                Ok((ids, process)) => {
                    ids.into_iter().for_each(|id| found.0.entry(id).or_default().push(process.clone()))
                }
                // It ended while it was being looked at.
                Err(error) if error.kind == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// The processes of a container as `[{"pid": 7, "comm": "nginx", "uid": 100101, "uid-inside": 101}]`: the effective
    /// user as the host numbers it, and as the container does. None where nothing is known of the container.
    pub fn of(&self, id: &str) -> Option<Raw<Value>> {
        self.0.get(id).cloned().map(Value::Array).map(Raw::new)
    }
}

/// The container that a process runs in, and the process.
fn look_at(proc: &Directory, pid: u32, engine: u32) -> Result<(BTreeSet<String>, Value), FactError> {
    let process = proc.directory(&pid.to_string())?;
    let groups = process.read("cgroup", MAX_CGROUP_BYTES)?;
    let ids = containers_of(&String::from_utf8_lossy(&groups), engine);
    if ids.is_empty() {
        return Ok((ids, Value::Null));
    }
    let name = process.read("comm", MAX_NAME_BYTES)?;
    let name = String::from_utf8_lossy(name.strip_suffix(b"\n").unwrap_or(&name)).into_owned();
    let status = process.read("status", MAX_STATUS_BYTES)?;
    let mut found = serde_json::Map::from_iter([("pid".to_owned(), json!(pid)), ("comm".to_owned(), json!(name))]);
    if let Some([_, uid, _]) = Status::parse(&String::from_utf8_lossy(&status)).uids {
        found.insert("uid".to_owned(), json!(uid));
        let inside = match process.read("uid_map", MAX_MAP_BYTES) {
            Ok(map) => inside(uid, &String::from_utf8_lossy(&map)),
            // A kernel without user namespaces has one numbering for all.
            Err(error) if error.kind == ErrorKind::NotFound => Some(uid),
            Err(error) => return Err(error),
        };
        if let Some(inside) = inside {
            found.insert("uid-inside".to_owned(), json!(inside));
        }
    }
    Ok((ids, Value::Object(found)))
}

/// What a user of the host is called in the user namespace of a process, by its /proc/PID/uid_map: lines of the first
/// number inside, the first outside, and how many there are. None for one that has no number there.
fn inside(uid: u32, map: &str) -> Option<u32> {
    map.lines().find_map(|line| {
        let mut numbers = line.split_whitespace().map(str::parse::<u32>);
        let (first, outside, count) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
        let offset = uid.checked_sub(outside).filter(|offset| *offset < count)?;
        first.checked_add(offset)
    })
}

/// The ids in the paths of /proc/PID/cgroup, whose lines are `hierarchy:controllers:path`.
fn containers_of(groups: &str, engine: u32) -> BTreeSet<String> {
    let paths = groups.lines().filter_map(|line| line.splitn(3, ':').nth(2));
    paths.filter_map(|path| outermost_container(path, engine)).map(str::to_owned).collect()
}

/// Every id in the paths of keelmark's own control groups, which whoever started it chose.
pub(super) fn own_containers(groups: &str) -> BTreeSet<String> {
    let paths = groups.lines().filter_map(|line| line.splitn(3, ':').nth(2));
    paths.flat_map(|path| path.split('/')).filter_map(container_of).map(str::to_owned).collect()
}

/// The container whose control group begins first on the path. Whoever owns a control group can make others below it,
/// named after any container: those who run in a container, the users of a service with `Delegate=`, and every user
/// below `user@UID.service`. So nothing is believed below a unit, except below that of the user whose engine it is.
fn outermost_container(path: &str, engine: u32) -> Option<&str> {
    for name in path.split('/') {
        if let Some(id) = container_of(name) {
            return Some(id);
        }
        let is_unit = name.ends_with(".service") || name.ends_with(".scope");
        if is_unit && name != format!("user@{engine}.service") {
            return None;
        }
    }
    None
}

/// The id in one name of such a path, as Docker and Podman form it with either driver. Podman's `libpod-conmon-…` is
/// what watches a container, not the container.
fn container_of(name: &str) -> Option<&str> {
    let name = name.strip_suffix(".scope").unwrap_or(name);
    let id = name.strip_prefix("docker-").or_else(|| name.strip_prefix("libpod-")).unwrap_or(name);
    let is_id = id.len() == ID_CHARS && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_id.then_some(id)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn id(of: char) -> String {
        of.to_string().repeat(ID_CHARS)
    }

    /// A host with a process 1, and one process for each of these control groups, from 2 on.
    fn host(groups: &[String]) -> (TempDir, HostFiles) {
        let root = tempfile::tempdir().unwrap();
        for (pid, group) in (1..).zip([&"0::/init.scope".to_owned()].into_iter().chain(groups)) {
            let folder = root.path().join(format!("proc/{pid}"));
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("cgroup"), format!("{group}\n")).unwrap();
            fs::write(folder.join("comm"), format!("p{pid}\n")).unwrap();
            fs::write(folder.join("status"), format!("Name:\tp{pid}\nUid:\t0\t{}\t0\t0\n", 100 + pid)).unwrap();
            fs::write(folder.join("uid_map"), "         0          0 4294967295\n").unwrap();
        }
        let files = HostFiles::open(Some(root.path())).unwrap();
        (root, files)
    }

    #[test]
    fn every_driver_and_engine_has_its_own_form() {
        let (a, b) = (id('a'), id('b'));
        let groups = [
            format!("0::/system.slice/docker-{a}.scope"),
            format!("12:pids:/docker/{a}\n3:cpu,cpuacct:/docker/{a}\n1:name=systemd:/docker/{a}"),
            format!("0::/docker/{a}/system.slice/nginx.service"),
            format!("0::/user.slice/user-1000.slice/user@1000.service/app.slice/docker-{a}.scope"),
            format!("0::/user.slice/user-1001.slice/user@1001.service/user.slice/docker-{b}.scope"),
            format!("0::/user.slice/user-1001.slice/session-3.scope/docker-{b}.scope"),
            format!("0::/system.slice/delegated.service/docker-{b}.scope"),
            format!("0::/machine.slice/libpod-{b}.scope/container"),
            format!("0::/machine.slice/libpod-conmon-{b}.scope"),
            format!("0::/../../docker-{b}.scope"),
            format!("0::/docker/{a}/docker/{b}"),
            format!("0::/user.slice/user-1000.slice/docker-{}.scope", &a[1..]),
            format!("0::/docker/{a}x"),
            "0::/".to_owned(),
        ];
        let (_root, files) = host(&groups);
        let found = ContainerProcesses::read(&files, 1000).unwrap();
        let process =
            |pid: u32| json!({ "pid": pid, "comm": format!("p{pid}"), "uid": 100 + pid, "uid-inside": 100 + pid });
        assert_eq!(
            found.of(&a).map(Raw::unmasked),
            Some(json!([process(2), process(3), process(4), process(5), process(12)]))
        );
        assert_eq!(found.of(&b).map(Raw::unmasked), Some(json!([process(9), process(11)])));
        assert_eq!(found.0.len(), 2);
        assert_eq!((found.of(&id('c')).map(Raw::unmasked), found.of("aaaa").map(Raw::unmasked)), (None, None));
    }

    /// Below `user@UID.service` every user makes the groups that they like.
    #[test]
    fn users_put_no_processes_into_root_s_containers() {
        let (_root, files) =
            host(&[format!("0::/user.slice/user-1000.slice/user@1000.service/docker-{}.scope", id('a'))]);
        assert_eq!(ContainerProcesses::read(&files, 0).unwrap().of(&id('a')).map(Raw::unmasked), None);
        assert_eq!(ContainerProcesses::read(&files, 1001).unwrap().of(&id('a')).map(Raw::unmasked), None);
        assert!(ContainerProcesses::read(&files, 1000).unwrap().of(&id('a')).is_some());
    }

    #[test]
    fn users_are_numbered_as_their_namespace_does() {
        let remapped = "         0     100000      65536\n     65536          7          1\n";
        let numbers = [100_000, 100_101, 165_535, 7, 165_536, 0, 99_999].map(|uid| inside(uid, remapped));
        assert_eq!(numbers, [Some(0), Some(101), Some(65_535), Some(65_536), None, None, None]);
        for broken in ["", "0", "0 0", "a b c", "4294967295 0 4294967295"] {
            assert_eq!(inside(1, broken), None, "{broken:?}");
        }
    }

    #[test]
    fn a_process_that_ended_is_passed_over_and_one_that_cannot_be_seen_is_not() {
        let group = format!("0::/docker/{}", id('a'));
        let (root, files) = host(&[group.clone(), group.clone(), group]);
        fs::remove_file(root.path().join("proc/2/cgroup")).unwrap();
        fs::remove_file(root.path().join("proc/3/comm")).unwrap();
        let found = ContainerProcesses::read(&files, 0).unwrap();
        assert_eq!(
            found.of(&id('a')).map(Raw::unmasked),
            Some(json!([{ "pid": 4, "comm": "p4", "uid": 104, "uid-inside": 104 }]))
        );
        let long = root.path().join("proc/4/comm");
        fs::write(long, "x".repeat(2000)).unwrap();
        assert_eq!(ContainerProcesses::read(&files, 0).unwrap_err().kind, ErrorKind::TooLarge);
        // Mounted with hidepid, /proc has no process 1 for others than root.
        fs::remove_dir_all(root.path().join("proc/1")).unwrap();
        assert_eq!(ContainerProcesses::read(&files, 0).unwrap_err().kind, ErrorKind::Permission);
    }
}
