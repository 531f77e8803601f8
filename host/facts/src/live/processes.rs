//! Finding the audited host's processes by the name of their program.

mod daemon;

use std::collections::BTreeMap;

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Map, Value};

use super::super::daemon::PROGRAMS;
use super::super::{ErrorKind, FactError};
use super::files::{Directory, HostFiles};
use super::mask::Raw;

/// More processes than Linux can number (`PID_MAX_LIMIT`), and some names beside them.
const MAX_PROC_NAMES: usize = 4 * 1024 * 1024 + 1000;

/// The longest command line that is read. A dockerd with a hundred options has some KiB.
pub(super) const MAX_COMMAND_LINE_BYTES: u64 = 64 * 1024;

/// The most words of a command line.
const MAX_ARGS: usize = 1024;

/// Processes of one name that one user may have: a rootless daemon is one.
const MAX_PER_USER: usize = 16;
/// The command lines of all users' processes together.
const MAX_USERS_BYTES: usize = 1024 * 1024;

/// /proc/PID/status has about 1.5 KiB; its list of groups can be long.
pub(super) const MAX_STATUS_BYTES: u64 = 1024 * 1024;

/// /proc/PID/stat is one line of 52 numbers and a short name.
const MAX_STAT_BYTES: u64 = 64 * 1024;

/// /proc/PID/cgroup has a line for each of a dozen hierarchies.
const MAX_CGROUP_BYTES: u64 = 64 * 1024;

/// The processes whose program is called exactly `name`: `[{"pid", "argv", "euid", "started", "exe", "unit"}]`, in order
/// of pid, with the secrets on their command lines masked; of a dockerd also `config-file` and `config-changed`.
///
/// Every user can call a process of theirs anything, so a plugin looks at `euid` before it believes one. That root's are
/// root's is seen to here: see [`Owner`]. Of users' processes only so many are answered that theirs cost nothing.
pub fn find(files: &HostFiles, name: &str) -> Result<Value, FactError> {
    if name.is_empty() || name.contains(['/', '\0']) {
        return Err(FactError::new(ErrorKind::Invalid, format!("{name:?} is not the file name of a program")));
    }
    let (mut found, mut doubtful) = (Vec::new(), None);
    let mut users = Users::default();
    let proc = open_proc(files)?;
    for pid in pids(&proc)? {
        match look_at(files, &proc, pid, name) {
            Ok(None) => {}
            Ok(Some(Found { owner: Owner::User(uid), argv, .. })) if !users.have_room(uid, &argv) => {}
            Ok(Some(process)) => {
                if process.owner == Owner::PerhapsRoot {
                    doubtful = Some(pid);
                }
                found.push(process);
            }
            // It ended while it was being looked at.
            Err(error) if error.kind == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        }
    }
    if let Some(pid) = doubtful.filter(|_| are_several(&found)) {
        let message = format!(
            "needs root, in a container with --cap-add SYS_PTRACE too: several processes are called {name}, and which \
             program each runs (/proc/{pid}/exe) cannot be seen"
        );
        return Err(FactError::new(ErrorKind::Permission, message));
    }
    Ok(found.into_iter().map(Found::answer).collect())
}

/// Whether root's processes among them differ, so that one might pass for the other. A child of a daemon looks like it
/// until it has become another program.
fn are_several(found: &[Found]) -> bool {
    let mut roots = found.iter().filter(|process| !matches!(process.owner, Owner::User(_)));
    let first = roots.next();
    roots.any(|process| Some(&process.argv) != first.map(|first| &first.argv))
}

/// A process of the name that was asked for.
struct Found {
    pid: u32,
    argv: Vec<String>,
    owner: Owner,
    /// What else is known of it: when it started, its program, its unit, and of a daemon its configuration file.
    more: Map<String, Value>,
}

impl Found {
    fn answer(self) -> Value {
        let euid = if let Owner::User(uid) = self.owner { uid } else { 0 };
        let mut answer = self.more;
        answer.insert("pid".into(), self.pid.into());
        answer.insert("argv".into(), self.argv.into());
        answer.insert("euid".into(), euid.into());
        Value::Object(answer)
    }
}

/// Who decided what a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// Real, effective and saved user id are root's, and so is its program.
    Root,
    /// The same, but its program cannot be looked at: it may be one like `sudo`, which takes all three ids before it
    /// asks for a password, under a name and with options that a user chose.
    PerhapsRoot,
    User(u32),
}

impl Owner {
    /// None where whoever started the process is not whom it runs as: a setuid program, with the options of a user.
    fn of(process: &Directory, pid: u32, name: &str, uids: [u32; 3]) -> Result<Option<Self>, FactError> {
        let [real, effective, saved] = uids;
        if real != effective || saved != effective {
            return Ok(None);
        }
        if effective != 0 {
            return Ok(Some(Self::User(effective)));
        }
        let program = match process.behind_link("exe") {
            Ok(program) => program,
            // A kernel thread, or one that is about to end.
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(Some(Self::Root)),
            Err(error) if error.kind == ErrorKind::Permission => return Ok(Some(Self::PerhapsRoot)),
            Err(error) => return Err(error),
        };
        if program.st_mode & SET_ID != 0 {
            return Ok(None);
        }
        if program.st_uid != 0 || program.st_mode & WRITABLE_BY_OTHERS != 0 {
            let message = format!(
                "process {pid} is called {name} and runs as root, but others can change its program (uid {}, mode {:04o}): \
                 what it says decides nothing",
                program.st_uid,
                program.st_mode & 0o7777
            );
            return Err(FactError::new(ErrorKind::Failed, message));
        }
        Ok(Some(Self::Root))
    }
}

/// The mode bits of a program that runs as somebody else than its caller.
const SET_ID: u32 = 0o6000;
const WRITABLE_BY_OTHERS: u32 = 0o022;

/// What was taken of users' processes so far.
#[derive(Default)]
struct Users {
    processes: BTreeMap<u32, usize>,
    bytes: usize,
}

impl Users {
    /// Whether one more process of a user's is answered: whoever starts a thousand of them hides only their own.
    fn have_room(&mut self, uid: u32, argv: &[String]) -> bool {
        let processes = self.processes.entry(uid).or_default();
        let bytes = argv.iter().map(String::len).sum::<usize>().saturating_add(self.bytes);
        if *processes >= MAX_PER_USER || bytes > MAX_USERS_BYTES {
            return false;
        }
        *processes += 1;
        self.bytes = bytes;
        true
    }
}

/// The audited host's /proc.
pub(super) fn open_proc(files: &HostFiles) -> Result<Directory, FactError> {
    files.directory("/proc").map_err(|error| if error.kind == ErrorKind::NotFound { no_proc() } else { error })
}

fn no_proc() -> FactError {
    let message =
        "/proc of the audited host is empty or absent: under --host-root, mount the host's / with all below it";
    FactError::new(ErrorKind::Unavailable, message)
}

/// The numbers of all processes, in order. That some cannot be seen is an error: a daemon among them would seem absent.
pub(super) fn pids(proc: &Directory) -> Result<Vec<u32>, FactError> {
    let names = proc.names(MAX_PROC_NAMES)?;
    let mut pids: Vec<u32> = names.iter().filter_map(|name| name.parse().ok()).collect();
    pids.sort_unstable();
    match pids.first() {
        None => Err(no_proc()),
        // There is always a process 1, so /proc (mounted with hidepid=2) hides what belongs to others.
        Some(first) if *first != 1 => {
            let message = "needs root: /proc shows only the caller's own processes (hidepid)";
            Err(FactError::new(ErrorKind::Permission, message))
        }
        Some(_) => Ok(pids),
    }
}

/// The process `pid`, if its program is called `name`. The files are read from one directory that is held open:
/// should the number be given to another process meanwhile, reading fails instead of mixing the two.
fn look_at(files: &HostFiles, proc: &Directory, pid: u32, name: &str) -> Result<Option<Found>, FactError> {
    let process = proc.directory(&pid.to_string())?;
    let Some(argv) = argv_if_called(&process, pid, name)? else { return Ok(None) };
    let status = process.read("status", MAX_STATUS_BYTES)?;
    let status = Status::parse(&String::from_utf8_lossy(&status));
    let Some(uids) = status.uids else {
        let message = format!("/proc/{pid}/status names no real, effective and saved user id");
        return Err(FactError::new(ErrorKind::Failed, message));
    };
    if status.is_dead || status.is_in_container {
        return Ok(None);
    }
    let Some(owner) = Owner::of(&process, pid, name, uids)? else { return Ok(None) };
    let argv = match (argv, owner) {
        (Ok(argv), _) => argv,
        // Whoever gives a process of their own the daemon's name and a long command line must not blind the audit.
        (Err(_), Owner::User(_)) => vec![name.to_owned()],
        // Half of the daemon's options would make the others seem unset.
        (Err(error), _) => return Err(error),
    };
    let mut more = Map::new();
    if let Some(started) = started(&process)? {
        more.insert("started".into(), started.into());
    }
    // Another mount namespace has other names for the same files.
    if let Some(exe) = process.link("exe").filter(|_| !files.is_mounted_host()) {
        more.insert("exe".into(), exe.into());
    }
    let cgroups = process.read("cgroup", MAX_CGROUP_BYTES).unwrap_or_default();
    if let Some(unit) = daemon::unit_of(&String::from_utf8_lossy(&cgroups)) {
        more.insert("unit".into(), unit.into());
    }
    if PROGRAMS.contains(&name) {
        let runs_as = if let Owner::User(uid) = owner { uid } else { 0 };
        daemon::describe(files, &process, &argv, (runs_as, owner != Owner::PerhapsRoot), &mut more);
    }
    let argv = Raw::new(argv).of_process();
    Ok(Some(Found { pid, argv, owner, more }))
}

/// When the process started, in seconds since 1970 by today's clock; `None` where the kernel does not tell.
fn started(process: &Directory) -> Result<Option<i64>, FactError> {
    let stat = match process.read("stat", MAX_STAT_BYTES) {
        Ok(stat) => stat,
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // Both since the machine was started, its sleep included: a wall clock that was set since does no harm.
    let Some(start) = start_ticks(&String::from_utf8_lossy(&stat)).map(|ticks| ticks / ticks_per_second()) else {
        return Ok(None);
    };
    let age = clock_gettime(ClockId::Boottime).tv_sec.saturating_sub(i64::try_from(start).unwrap_or(i64::MAX));
    // A start in the future is a number of another machine.
    Ok((age >= 0).then(|| clock_gettime(ClockId::Realtime).tv_sec.saturating_sub(age)))
}

/// The 22nd field of /proc/PID/stat. The second is the process's name in parentheses, which may hold any others.
fn start_ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19)?.parse().ok()
}

fn ticks_per_second() -> u64 {
    rustix::param::clock_ticks_per_second().max(1)
}

/// The command line of a process that is called `name`, or why it is too long to be answered; `None` for others.
type Argv = Result<Vec<String>, FactError>;

fn argv_if_called(process: &Directory, pid: u32, name: &str) -> Result<Option<Argv>, FactError> {
    let too_long = || {
        let message = format!(
            "the command line of {name} (process {pid}) is longer than {MAX_COMMAND_LINE_BYTES} bytes or {MAX_ARGS} words"
        );
        FactError::new(ErrorKind::TooLarge, message)
    };
    // The kernel's name for a process: that of its program, cut to 15 bytes, unless it renamed itself.
    let comm = process.read("comm", MAX_COMMAND_LINE_BYTES)?;
    let is_called = comm.strip_suffix(b"\n").unwrap_or(&comm) == name.as_bytes();
    let line = match process.read("cmdline", MAX_COMMAND_LINE_BYTES) {
        Ok(line) => line,
        // Half of a command line would make options seem unset.
        Err(error) if error.kind == ErrorKind::TooLarge => return Ok(is_called.then(|| Err(too_long()))),
        Err(error) => return Err(error),
    };
    let words: Vec<&[u8]> = match line.strip_suffix(b"\0").unwrap_or(&line) {
        b"" => Vec::new(),
        line => line.split(|byte| *byte == 0).take(MAX_ARGS + 1).collect(),
    };
    let program = words.first().and_then(|word| word.rsplit(|byte| *byte == b'/').next());
    if !is_called && program != Some(name.as_bytes()) {
        return Ok(None);
    }
    if words.len() > MAX_ARGS {
        return Ok(Some(Err(too_long())));
    }
    Ok(Some(Ok(words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect())))
}

/// What is needed of /proc/PID/status.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Status {
    /// Real, effective and saved.
    pub(super) uids: Option<[u32; 3]>,
    /// A zombie: its parent has not noticed that it ended.
    pub(super) is_dead: bool,
    /// In a pid namespace below that of the audited host. Kernels before 4.1 do not tell.
    pub(super) is_in_container: bool,
}

impl Status {
    /// The kernel escapes line breaks in the process's name, so no process can write lines of its own.
    pub(super) fn parse(text: &str) -> Self {
        let mut status = Self::default();
        for line in text.lines() {
            let Some((key, value)) = line.split_once(':') else { continue };
            let mut words = value.split_whitespace();
            match key {
                // Real, effective, saved and filesystem user id.
                "Uid" => {
                    let mut uid = || words.next()?.parse().ok();
                    status.uids =
                        uid().zip(uid()).zip(uid()).map(|((real, effective), saved)| [real, effective, saved]);
                }
                "State" => status.is_dead = matches!(words.next(), Some("Z" | "X" | "x")),
                "NSpid" => status.is_in_container = words.count() > 1,
                _ => {}
            }
        }
        status
    }
}

#[cfg(test)]
mod tests;
