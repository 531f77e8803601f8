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
use super::processes::{open_proc, pids};

/// A line for each hierarchy of control groups: at most some dozen paths.
const MAX_CGROUP_BYTES: u64 = 64 * 1024;
/// A name of 15 bytes and a line break; the kernel has promised no more than that it is short.
const MAX_NAME_BYTES: u64 = 1024;
/// Characters of a container's whole id. Shorter ones are names, or could be any container's.
const ID_CHARS: usize = 64;

/// What ran in each container when /proc was read.
#[derive(Debug, Default)]
pub struct ContainerProcesses(HashMap<String, Vec<Value>>);

impl ContainerProcesses {
    /// Reads all of /proc.
    ///
    /// # Errors
    /// Where some process cannot be looked at: a container could then seem to have fewer than it has.
    pub fn read(files: &HostFiles) -> Result<Self, FactError> {
        let mut found = Self::default();
        let proc = open_proc(files)?;
        for pid in pids(&proc)? {
            match look_at(&proc, pid) {
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

    /// The processes of a container as `[{"pid": 7, "comm": "nginx"}]`; none where nothing is known of it.
    pub fn of(&self, id: &str) -> Option<Value> {
        self.0.get(id).cloned().map(Value::Array)
    }
}

/// The containers that a process runs in, one inside the other, and the process.
fn look_at(proc: &Directory, pid: u32) -> Result<(BTreeSet<String>, Value), FactError> {
    let process = proc.directory(&pid.to_string())?;
    let groups = process.read("cgroup", MAX_CGROUP_BYTES)?;
    let ids = containers_of(&String::from_utf8_lossy(&groups));
    if ids.is_empty() {
        return Ok((ids, Value::Null));
    }
    let name = process.read("comm", MAX_NAME_BYTES)?;
    let name = String::from_utf8_lossy(name.strip_suffix(b"\n").unwrap_or(&name)).into_owned();
    Ok((ids, json!({ "pid": pid, "comm": name })))
}

/// The ids in the paths of /proc/PID/cgroup, whose lines are `hierarchy:controllers:path`.
fn containers_of(groups: &str) -> BTreeSet<String> {
    let paths = groups.lines().filter_map(|line| line.splitn(3, ':').nth(2));
    paths.flat_map(|path| path.split('/')).filter_map(container_of).map(str::to_owned).collect()
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
            format!("0::/machine.slice/libpod-{b}.scope/container"),
            format!("0::/machine.slice/libpod-conmon-{b}.scope"),
            format!("0::/../../docker-{b}.scope"),
            format!("0::/docker/{a}/docker/{b}"),
            format!("0::/user.slice/user-1000.slice/docker-{}.scope", &a[1..]),
            format!("0::/docker/{a}x"),
            "0::/".to_owned(),
        ];
        let (_root, files) = host(&groups);
        let found = ContainerProcesses::read(&files).unwrap();
        let process = |pid: u32| json!({ "pid": pid, "comm": format!("p{pid}") });
        assert_eq!(found.of(&a), Some(json!([process(2), process(3), process(4), process(8)])));
        assert_eq!(found.of(&b), Some(json!([process(5), process(7), process(8)])));
        assert_eq!(found.0.len(), 2);
        assert_eq!((found.of(&id('c')), found.of("aaaa")), (None, None));
    }

    #[test]
    fn a_process_that_ended_is_passed_over_and_one_that_cannot_be_seen_is_not() {
        let group = format!("0::/docker/{}", id('a'));
        let (root, files) = host(&[group.clone(), group.clone(), group]);
        fs::remove_file(root.path().join("proc/2/cgroup")).unwrap();
        fs::remove_file(root.path().join("proc/3/comm")).unwrap();
        let found = ContainerProcesses::read(&files).unwrap();
        assert_eq!(found.of(&id('a')), Some(json!([{ "pid": 4, "comm": "p4" }])));
        let long = root.path().join("proc/4/comm");
        fs::write(long, "x".repeat(2000)).unwrap();
        assert_eq!(ContainerProcesses::read(&files).unwrap_err().kind, ErrorKind::TooLarge);
        // Mounted with hidepid, /proc has no process 1 for others than root.
        fs::remove_dir_all(root.path().join("proc/1")).unwrap();
        assert_eq!(ContainerProcesses::read(&files).unwrap_err().kind, ErrorKind::Permission);
    }
}
