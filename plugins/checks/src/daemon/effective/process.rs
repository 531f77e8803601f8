//! Which of the processes called dockerd answers.

use keelmark_sdk::{ErrorKind, Facts, HostError, Need, Process};

use super::super::engine;
use super::{DaemonConfig, PODMAN, require_local};

pub const PROCESS: Need = Need::new("process.find", &PROGRAMS, "reads the command line of the running dockerd");

/// What dockerd's program is called: by Docker, by Red Hat's packages of 1.13, by those that kept the old one beside it.
const PROGRAMS: [&str; 3] = ["dockerd", "dockerd-current", "dockerd-ce"];

pub fn read(facts: &Facts) -> Result<DaemonConfig, HostError> {
    require_local(facts)?;
    let info = facts.info();
    if info.as_ref().is_ok_and(|info| engine::is_podman(info)) {
        return Err(HostError::inapplicable(PODMAN));
    }
    let mut processes = find(facts)?;
    // Anyone can start a process of that name; only root's can be the system's daemon.
    let is_rootless = match &info {
        _ if processes.is_empty() => None,
        Ok(info) => Some(engine::is_rootless(info)?),
        // Nobody says what the daemon is. Whoever audits as root audits root's.
        Err(_) => facts.host()?.privileged.then_some(false),
    };
    if let Some(is_rootless) = is_rootless {
        processes.retain(|process| (process.euid != 0) == is_rootless);
    }
    // A child of the daemon looks like it until it has become another program; two daemons are never told the same.
    processes.sort_by(|a, b| (a.euid, &a.argv, a.started).cmp(&(b.euid, &b.argv, b.started)));
    processes.dedup_by(|later, first| (later.euid, &later.argv) == (first.euid, &first.argv));
    if processes.len() > 1 {
        return the_one_that_answers(facts, processes);
    }
    match (processes.pop(), info) {
        (Some(process), _) => DaemonConfig::of_process(facts, Some(process)),
        (None, Err(error)) if error.is_unavailable() => DaemonConfig::of_process(facts, None),
        (None, Err(error)) => Err(error),
        // Up to 1.11 the daemon was called docker, like every client, and is not looked for.
        (None, Ok(info)) if engine::is_older_than(&info, (1, 12))? => DaemonConfig::of_process(facts, None),
        (None, Ok(_)) => Err(HostError::failed(format!(
            "an engine answers, but its dockerd cannot be seen (looked for {}): in a container, keelmark needs --pid=host",
            PROGRAMS.join(", ")
        ))),
    }
}

/// Every process of the first name that has any.
fn find(facts: &Facts) -> Result<Vec<Process>, HostError> {
    for name in PROGRAMS {
        match facts.find_processes(name) {
            Ok(found) if found.is_empty() => {}
            // A recording of an earlier version knows the first name alone.
            Err(error) if error.kind == ErrorKind::Other && name != "dockerd" => {}
            found => return found,
        }
    }
    Ok(Vec::new())
}

/// Several daemons can run side by side, but never over one data root. Of rootless ones some may be no daemons at
/// all: any user can start a process of that name, with options that cannot be read, or with another's data root.
fn the_one_that_answers(facts: &Facts, processes: Vec<Process>) -> Result<DaemonConfig, HostError> {
    let (count, info) = (processes.len(), facts.info()?);
    let root = info.str("DockerRootDir")?;
    // With user namespaces the engine answers with a directory below its own, named by uid and gid.
    let is_in = |dir: &str| root == dir || root.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'));
    let (mut matching, mut unreadable) = (Vec::new(), None);
    for process in processes {
        let config = DaemonConfig::of_process(facts, Some(process));
        match config.and_then(|config| Ok((config.data_root()?, config))) {
            Ok((data_root, config)) if is_in(data_root.trim_end_matches('/')) => matching.push(config),
            Ok(_) => {}
            Err(error) => unreadable = Some(error),
        }
    }
    if matching.len() > 1 {
        // Nobody but root chooses a user's home: a data root below it is that user's.
        let is_own =
            |config: &DaemonConfig| config.rootless.as_ref().is_some_and(|user| is_in(user.home.trim_end_matches('/')));
        matching.retain(is_own);
    }
    let matches = matching.len();
    match (matching.pop(), unreadable) {
        (Some(config), _) if matches == 1 => Ok(config),
        (None, Some(error)) => Err(error),
        _ => Err(HostError::failed(format!(
            "{count} dockerd processes run, and {matches} of them use {root}: which one answers cannot be told"
        ))),
    }
}
