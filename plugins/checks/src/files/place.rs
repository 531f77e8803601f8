//! Where the daemon's files really are: a unit where systemd found it, a socket where the daemon listens, a
//! certificate where the configuration points. Shared by the checks over owners and modes and over audit rules.

use keelmark_sdk::{Facts, FileKind, HostError, Metadata, Need, Verdict};

use super::configured;
use crate::daemon::effective::{self, Doubt};

pub const STAT_CONFIGURED: Need =
    Need::new("fs.stat", &["/**"], "reads owner and mode of files that the daemon's configuration may put anywhere");

/// A file, directory or socket that a check is about.
pub enum Place {
    /// Exactly these; those that exist are looked at.
    Paths(&'static [&'static str]),
    /// A program, in whichever of the usual directories the distribution put it.
    Program(&'static str),
    /// A systemd unit.
    Unit(&'static str),
    /// What `data-root` names, else /var/lib/docker; with containerd's image store, containerd's root as well.
    DataRoot,
    /// What `--config-file` names, else daemon.json in its usual place.
    DaemonJson,
    /// The unix sockets on which the daemon answers.
    DockerSockets,
    ContainerdSocket,
    /// The file that a TLS option of the daemon names.
    Tls(&'static str),
    /// Files below /etc/docker/certs.d with one of these endings.
    RegistryCerts(&'static [&'static str]),
}

/// One of the files at a [`Place`].
#[derive(Debug)]
pub struct Located {
    pub path: String,
    /// The same file under another name, because /lib or /var/run is a link; rules may use either.
    pub other_name: Option<String>,
    pub metadata: Metadata,
    /// What said that it is here; empty where the benchmark names the path.
    pub source: String,
    /// Why it is looked at, where the benchmark names another path; empty where it does not.
    pub because: String,
}

impl Located {
    /// The names by which an audit rule watches this file, and those that may be no more than links to it: a rule is
    /// resolved when it is loaded, up to the last name in its path, and watches that one, link or not.
    pub fn watched_names(&self) -> (Vec<&str>, Vec<&str>) {
        let names = std::iter::once(self.path.as_str()).chain(self.other_name.as_deref());
        let Some(real) = self.metadata.resolved.as_deref() else { return (names.collect(), Vec::new()) };
        // Links between directories come before the last name, and do no harm.
        let by_directory = |name: &str| {
            LINKED_ALWAYS.iter().any(|(one, other)| {
                let swaps = |from: &str, to: &str| {
                    let (name, real) = (name.strip_prefix(from), real.strip_prefix(to));
                    name.is_some() && name == real
                };
                swaps(one, other) || swaps(other, one)
            })
        };
        let (mut certain, doubtful): (Vec<&str>, Vec<&str>) =
            names.partition(|name| *name == real || by_directory(name));
        if !certain.contains(&real) {
            certain.push(real);
        }
        (certain, doubtful)
    }
}

/// What was found at a [`Place`].
#[derive(Debug)]
pub struct Found {
    pub files: Vec<Located>,
    /// Why there is nothing to judge, where there is nothing.
    pub absent: String,
    /// The user of a daemon that runs without root, where the place comes from its configuration.
    pub rootless_uid: Option<u32>,
    /// Why the place need not be where the running daemon was told.
    pub doubt: Option<Doubt>,
}

impl Found {
    pub fn new(files: Vec<Located>, absent: impl Into<String>) -> Self {
        Self { files, absent: absent.into(), rootless_uid: None, doubt: None }
    }

    /// A verdict about these files, as far as it can be believed that they are the ones.
    pub fn settled(&self, verdict: Verdict) -> Verdict {
        match &self.doubt {
            Some(doubt) => doubt.cast_on(verdict),
            None => verdict,
        }
    }
}

impl Place {
    pub fn find(&self, facts: &Facts) -> Result<Found, HostError> {
        effective::require_local(facts)?;
        match self {
            Place::Paths(paths) => existing(facts, paths.iter().map(|path| (*path).to_owned())),
            Place::Program(name) => existing(facts, PROGRAM_DIRS.iter().map(|dir| format!("{dir}/{name}"))),
            Place::Unit(unit) => find_unit(facts, unit),
            Place::DataRoot => configured::data_root(facts),
            Place::DaemonJson => configured::daemon_json(facts),
            Place::DockerSockets => configured::docker_sockets(facts),
            Place::ContainerdSocket => configured::containerd_socket(facts),
            Place::Tls(option) => configured::tls_file(facts, option),
            Place::RegistryCerts(endings) => configured::registry_certs(facts, endings),
        }
    }
}

/// Docker's packages install to /usr/bin, Debian's dockerd and runc to /usr/sbin, archives to /usr/local.
const PROGRAM_DIRS: &[&str] = &["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

/// Where systemd looks for units, first match first.
const UNIT_DIRS: &[&str] = &[
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];

/// Directories that are links to each other on most systems.
const LINKED: &[(&str, &str)] = &[("/lib/", "/usr/lib/"), ("/run/", "/var/run/"), ("/usr/sbin/", "/usr/bin/")];

/// Of these, the ones that are links as a whole wherever they are links. In /usr/bin and /usr/sbin single programs can be.
const LINKED_ALWAYS: &[(&str, &str)] = &[("/lib/", "/usr/lib/"), ("/run/", "/var/run/")];

/// The file at `path`, and whether it goes by another name too.
pub fn located(facts: &Facts, path: &str, source: &str) -> Result<Option<Located>, HostError> {
    let Some(metadata) = facts.stat_if_exists(path)? else { return Ok(None) };
    let mut other_name = None;
    if let Some(other) = linked_name(path) {
        // On a system without the link, a file there is another one and has other metadata.
        let plain = |metadata: &Metadata| Metadata { resolved: None, ..metadata.clone() };
        if facts.stat_if_exists(&other)?.is_some_and(|other| plain(&other) == plain(&metadata)) {
            other_name = Some(other);
        }
    }
    Ok(Some(Located { path: path.to_owned(), other_name, metadata, source: source.to_owned(), because: String::new() }))
}

fn existing(facts: &Facts, paths: impl Iterator<Item = String>) -> Result<Found, HostError> {
    let paths: Vec<String> = paths.collect();
    let mut files: Vec<Located> = Vec::new();
    for path in &paths {
        if files.iter().any(|file| file.other_name.as_ref() == Some(path)) {
            continue;
        }
        files.extend(located(facts, path, "")?);
    }
    Ok(Found::new(files, format!("this host has no {}", paths.join(", "))))
}

fn find_unit(facts: &Facts, unit: &str) -> Result<Found, HostError> {
    let file = match ask_systemd(facts, unit)? {
        Some(path) if path.is_empty() => None,
        Some(path) => match located(facts, &path, "systemctl show")? {
            Some(file) => Some(file),
            None => {
                return Err(HostError::failed(format!("systemd loaded {unit} from {path}, but there is no such file")));
            }
        },
        None => {
            let mut first = None;
            for dir in UNIT_DIRS {
                first = located(facts, &format!("{dir}/{unit}"), "systemd's unit directories")?;
                if first.is_some() {
                    break;
                }
            }
            first
        }
    };
    // A masked unit is a link to /dev/null, whose owner and mode say nothing about the unit.
    match file {
        Some(file) if file.metadata.kind == FileKind::Other => Ok(Found::new(vec![], format!("{unit} is masked"))),
        file => Ok(Found::new(file.into_iter().collect(), format!("this host has no {unit}"))),
    }
}

/// The path of a unit, empty where systemd knows none; none where systemd cannot be asked.
fn ask_systemd(facts: &Facts, unit: &str) -> Result<Option<String>, HostError> {
    let answer = match facts.run("systemctl", &["show", "--property=FragmentPath", unit]) {
        Err(error) if error.is_unavailable() => return Ok(None),
        answer => answer?,
    };
    // systemctl fails where it is installed but systemd does not run: a container, another init.
    if answer.code != Some(0) {
        return Ok(None);
    }
    if answer.truncated {
        return Err(HostError::failed(format!("systemctl show {unit} was cut short")));
    }
    let path = answer.stdout.lines().find_map(|line| line.strip_prefix("FragmentPath="));
    let path =
        path.ok_or_else(|| HostError::failed(format!("systemctl show {unit} did not answer with a FragmentPath")))?;
    Ok(Some(path.trim().to_owned()))
}

fn linked_name(path: &str) -> Option<String> {
    LINKED.iter().find_map(|(one, other)| {
        let swap = |from: &str, to: &str| path.strip_prefix(from).map(|rest| format!("{to}{rest}"));
        swap(one, other).or_else(|| swap(other, one))
    })
}
