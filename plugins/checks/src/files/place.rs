//! Where the daemon's files really are: a unit where systemd found it, a socket where the daemon listens, a
//! certificate where the configuration points. Shared by the checks over owners and modes and over audit rules.

use keelmark_sdk::{Facts, HostError, Metadata, Need, Verdict};

use super::{configured, podman, rootless, sockets, units};
use crate::daemon::effective::{self, Doubt};
use crate::daemon::engine::{self, Kind};
use crate::needs::joined;

const STAT: Need = Need::new(
    "fs.stat",
    &["/**"],
    "reads owner and mode of the engine's files, which its configuration and its user may put anywhere",
);
const UNIT: Need =
    Need::new("exec", &["systemctl", "show", "--property=FragmentPath", "{unit}"], "finds the engine's units");
const DROP_INS: Need = Need::new(
    "fs.list-dir",
    &["/**/*docker*.service.d", "/**/*docker*.socket.d"],
    "finds what changes the engine's units",
);

/// What finding a [`Place`] takes, whichever it is.
pub const NEEDS: &[Need] = joined![effective::NEEDS, &[STAT, UNIT, DROP_INS]];

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
    /// Certificates and keys below certs.d; with the directories of registries too, where they matter by themselves.
    RegistryCerts {
        with_directories: bool,
    },
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
    /// The bits that its mode may have, where they are others than those of the place.
    pub max: Option<u32>,
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
    /// The user of an engine that runs without root: what is its, may belong to it.
    pub rootless_uid: Option<u32>,
    /// Why the place need not be where the running daemon was told.
    pub doubt: Option<Doubt>,
    /// Of a unit: its name, and the directories in which its drop-ins may be.
    pub unit: Option<(String, Vec<String>)>,
}

impl Found {
    pub fn new(files: Vec<Located>, absent: impl Into<String>) -> Self {
        Self { files, absent: absent.into(), rootless_uid: None, doubt: None, unit: None }
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
    /// What is there. Whose engine answers decides where that is: root's dockerd, a user's, or Podman, which has none of
    /// Docker's files. Where no engine answers, the files of root's dockerd are what its next start would read.
    pub fn find(&self, facts: &Facts) -> Result<Found, HostError> {
        effective::require_local(facts)?;
        match engine::kind(facts)? {
            Kind::Podman { is_rootless } => podman::find(facts, self, is_rootless),
            Kind::Rootless => rootless::find(facts, self),
            Kind::Docker => self.of_root(facts),
        }
    }

    /// The same with the drop-ins of a unit: a line in one of those counts as much as one in the unit.
    pub fn find_with_drop_ins(&self, facts: &Facts) -> Result<Found, HostError> {
        let mut found = self.find(facts)?;
        if let Some((unit, dirs)) = &found.unit {
            found.files.extend(units::drop_ins(facts, dirs, unit)?);
        }
        Ok(found)
    }

    /// Where root's dockerd has it, and whatever is the same for all engines.
    pub fn of_root(&self, facts: &Facts) -> Result<Found, HostError> {
        match self {
            Place::Paths(paths) => existing(facts, paths.iter().map(|path| (*path).to_owned())),
            Place::Program(name) => program(facts, name),
            Place::Unit(unit) => units::find(facts, unit),
            Place::DataRoot => configured::data_root(facts),
            Place::DaemonJson => configured::daemon_json(facts),
            Place::DockerSockets => sockets::of_docker(facts),
            Place::ContainerdSocket => sockets::of_containerd(facts),
            Place::Tls(option) => configured::tls_file(facts, option),
            Place::RegistryCerts { with_directories } => {
                configured::registry_certs(facts, &["/etc/docker/certs.d".to_owned()], *with_directories)
            }
        }
    }
}

/// Docker's packages install to /usr/bin, Debian's dockerd and runc to /usr/sbin, archives to /usr/local.
const PROGRAM_DIRS: &[&str] = &["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

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
        let plain =
            |metadata: &Metadata| Metadata { resolved: None, loose_directories: Vec::new(), ..metadata.clone() };
        if facts.stat_if_exists(&other)?.is_some_and(|other| plain(&other) == plain(&metadata)) {
            other_name = Some(other);
        }
    }
    let (path, source) = (path.to_owned(), source.to_owned());
    Ok(Some(Located { path, other_name, metadata, source, because: String::new(), max: None }))
}

/// A program in the usual directories; one that runs, also where it runs from: a snap, /nix/store, /opt.
fn program(facts: &Facts, name: &str) -> Result<Found, HostError> {
    let usual = PROGRAM_DIRS.iter().map(|dir| format!("{dir}/{name}"));
    let mut found = existing(facts, usual)?;
    if !matches!(name, "dockerd" | "docker") {
        return Ok(found);
    }
    let process = effective::DaemonConfig::any(facts).ok().and_then(|config| config.process.clone());
    let Some((pid, exe)) = process.and_then(|process| Some((process.pid, process.exe?))) else { return Ok(found) };
    let is_known = |file: &Located| {
        [Some(&file.path), file.other_name.as_ref(), file.metadata.resolved.as_ref()].contains(&Some(&exe))
    };
    if exe.rsplit('/').next() == Some(name) && !found.files.iter().any(is_known) {
        found.files.extend(located(facts, &exe, &format!("the running process {pid}"))?);
    }
    Ok(found)
}

pub fn existing(facts: &Facts, paths: impl Iterator<Item = String>) -> Result<Found, HostError> {
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

fn linked_name(path: &str) -> Option<String> {
    LINKED.iter().find_map(|(one, other)| {
        let swap = |from: &str, to: &str| path.strip_prefix(from).map(|rest| format!("{to}{rest}"));
        swap(one, other).or_else(|| swap(other, one))
    })
}
