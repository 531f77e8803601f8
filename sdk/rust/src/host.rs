//! The host's capabilities as a Rust trait: what a check may ask, and how an answer can fail.
//!
//! The trait has one method per WIT function (`docker` excepted, where [`DockerList`] and [`DockerEach`] name the
//! functions). In a plugin it is backed by the component's imports, in a native test by the fake host.

mod questions;

use std::fmt;

use serde_json::Value;

#[cfg(feature = "testing")]
pub(crate) use questions::FORMAT_1;
pub use questions::{DockerEach, DockerList};

/// Why the host could not answer; the WIT's `types.error-kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The gate refused: not in the manifest, not granted, or above the host's ceiling.
    Denied,
    /// The file, container, image or program does not exist.
    NotFound,
    /// The argument has a form that is never valid.
    Invalid,
    /// The answer did not come in time.
    Timeout,
    /// The answer is larger than the limit for one call.
    TooLarge,
    /// The source cannot be asked at all: no engine, no such program.
    Unavailable,
    /// The operating system refused: keelmark runs without the privilege that this fact needs.
    Permission,
    /// The source answered with a failure, or with something that cannot be read.
    Failed,
    /// A cause that this version of the contract has no word for.
    Other,
}

impl ErrorKind {
    /// The kind's name in the WIT, and in recordings.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorKind::Denied => "denied",
            ErrorKind::NotFound => "not-found",
            ErrorKind::Invalid => "invalid",
            ErrorKind::Timeout => "timeout",
            ErrorKind::TooLarge => "too-large",
            ErrorKind::Unavailable => "unavailable",
            ErrorKind::Permission => "permission",
            ErrorKind::Failed => "failed",
            ErrorKind::Other => "other",
        }
    }

    /// The kind of that name; a name this version does not know is [`ErrorKind::Other`].
    pub fn from_name(name: &str) -> Self {
        use ErrorKind::*;
        [Denied, NotFound, Invalid, Timeout, TooLarge, Unavailable, Permission, Failed]
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .unwrap_or(Other)
    }
}

/// A fact that could not be read. With `?` it becomes the check's verdict: `error`, with this message.
///
/// ```
/// use keelmark_sdk::{ErrorKind, HostError};
///
/// let error = HostError::new(ErrorKind::NotFound, "there is no /etc/docker");
/// assert!(error.is_not_found());
/// assert_eq!(error.to_string(), "there is no /etc/docker");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError {
    /// What kind of cause it is.
    pub kind: ErrorKind,
    /// One sentence for the operator, complete without context.
    pub message: String,
    pub(crate) inapplicable: bool,
}

impl HostError {
    /// An error of a kind, with one sentence for the operator.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), inapplicable: false }
    }

    /// There is no such fact on this host, and none is missing: Podman has no daemon, and so no daemon options. With `?`
    /// the check's verdict is `not-applicable`, with this reason.
    pub fn inapplicable(reason: impl Into<String>) -> Self {
        Self { kind: ErrorKind::NotFound, message: reason.into(), inapplicable: true }
    }

    /// The source answered, but not with what the check needs.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Failed, message)
    }

    /// Whether the file, container or program does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind == ErrorKind::NotFound && !self.inapplicable
    }

    /// Whether there is no such fact on this host; see [`HostError::inapplicable`].
    pub fn is_inapplicable(&self) -> bool {
        self.inapplicable
    }

    /// Whether the source cannot be asked at all.
    pub fn is_unavailable(&self) -> bool {
        self.kind == ErrorKind::Unavailable
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for HostError {}

/// How a program that the host ran ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exec {
    /// The exit code; none when a signal ended the program.
    pub code: Option<i32>,
    /// What it printed to its standard output.
    pub stdout: String,
    /// What it printed to its standard error.
    pub stderr: String,
    /// There was more than the host's limit.
    pub truncated: bool,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link that was not followed.
    Symlink,
    /// A Unix socket.
    Socket,
    /// Anything else: a device, a FIFO.
    Other,
}

impl FileKind {
    /// The kind's name in the WIT, and in recordings.
    pub fn as_str(self) -> &'static str {
        match self {
            FileKind::File => "file",
            FileKind::Directory => "directory",
            FileKind::Symlink => "symlink",
            FileKind::Socket => "socket",
            FileKind::Other => "other",
        }
    }
}

/// Facts about a file; the WIT's `fs.metadata`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// What the path leads to.
    pub kind: FileKind,
    /// The permission bits, `0o7777` at most.
    pub mode: u32,
    /// The owner's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
    /// The owner's name, where the host's /etc/passwd has one.
    pub owner: Option<String>,
    /// The group's name, where the host's /etc/group has one.
    pub group: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub modified: i64,
    /// "major:minor" of the filesystem's device.
    pub device: String,
    /// Where a symlink points, as written in it; only when it was not followed.
    pub target: Option<String>,
    /// Where the links on the way led, if any were followed; the WIT's `info` of that name, as the following ones.
    pub resolved: Option<String>,
    /// When content, owner, mode or name last changed, in seconds since 1970: unlike [`modified`](Self::modified),
    /// nobody can set it. None in a recording of an earlier version.
    pub changed: Option<i64>,
    /// The file's number on its device. None in a recording of an earlier version.
    pub inode: Option<u64>,
    /// The named entries and the mask of its POSIX access control list, "user:1000:rw-,mask::rw-"; empty where it has
    /// none, and an error where it could not be read.
    pub acl: Result<String, HostError>,
    /// The directories on the way in which others than root may put another file in its place.
    pub loose_directories: Vec<LooseDirectory>,
}

/// A directory in which others than root may put another file in the place of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LooseDirectory {
    /// Where it is.
    pub path: String,
    /// The owner's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
    /// The permission bits, `0o7777` at most.
    pub mode: u32,
    /// The named entries and the mask of its access control list; empty where it has none.
    pub acl: String,
}

impl LooseDirectory {
    /// The WIT's `info` of that name, as a value; nothing where it is something else.
    pub(crate) fn list(value: &Value) -> Vec<Self> {
        let one = |directory: &Value| {
            let number = |name: &str| u32::try_from(directory.get(name)?.as_u64()?).ok();
            let text = |name: &str| directory.get(name)?.as_str();
            Some(Self {
                path: text("path")?.to_owned(),
                uid: number("uid")?,
                gid: number("gid")?,
                mode: u32::from_str_radix(text("mode")?, 8).ok()?,
                acl: text("acl").unwrap_or_default().to_owned(),
            })
        };
        value.as_array().into_iter().flatten().filter_map(one).collect()
    }
}

impl Metadata {
    /// "root:docker", with numbers where there is no name.
    ///
    /// ```
    /// # use keelmark_sdk::{FileKind, Metadata};
    /// # let file = Metadata {
    /// #     kind: FileKind::Socket, mode: 0o660, uid: 0, gid: 998, owner: Some("root".into()), group: None,
    /// #     size: 0, modified: 0, device: "0:24".into(), target: None, resolved: None, changed: None, inode: None,
    /// #     acl: Ok(String::new()), loose_directories: Vec::new(),
    /// # };
    /// assert_eq!(file.ownership(), "root:998");
    /// ```
    pub fn ownership(&self) -> String {
        let name = |name: &Option<String>, id: u32| name.clone().unwrap_or_else(|| id.to_string());
        format!("{}:{}", name(&self.owner, self.uid), name(&self.group, self.gid))
    }
}

/// A process of the audited host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// The process id.
    pub pid: u32,
    /// The command line, with passwords masked.
    pub argv: Vec<String>,
    /// The effective user id.
    pub euid: u32,
    /// When it started, in seconds since 1970-01-01T00:00:00Z; none where that is not known. The WIT's `info` of that
    /// name, as the following ones.
    pub started: Option<i64>,
    /// The path of its program.
    pub exe: Option<String>,
    /// The systemd service that it runs in.
    pub unit: Option<String>,
    /// Of a dockerd: its configuration file, whether that exists or not. In a manifest, "{dockerd-config}" grants it.
    pub config_file: Option<String>,
    /// When what is found there last changed, in seconds since 1970: the file, a link on the way, or the directory that
    /// it was taken out of.
    pub config_changed: Option<i64>,
    /// Of a dockerd without root: XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_RUNTIME_DIR, where they are set.
    pub xdg: [Option<String>; 3],
}

impl Process {
    /// A process with what every host tells, and the further facts by their names in the WIT.
    pub(crate) fn of(pid: u32, argv: Vec<String>, euid: u32, info: impl Fn(&str) -> Option<String>) -> Self {
        let number = |key: &str| info(key)?.parse().ok();
        Self {
            pid,
            argv,
            euid,
            started: number("started"),
            exe: info("exe"),
            unit: info("unit"),
            config_file: info("config-file"),
            config_changed: number("config-changed"),
            xdg: ["xdg-config-home", "xdg-data-home", "xdg-runtime-dir"].map(info),
        }
    }
}

/// What the audited host is; the WIT's `host.facts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFacts {
    /// The host's name.
    pub hostname: String,
    /// `uname -r`.
    pub kernel: String,
    /// `uname -m`.
    pub architecture: String,
    /// ID of /etc/os-release; empty where it has none.
    pub os_id: String,
    /// VERSION_ID of /etc/os-release; empty where it has none.
    pub os_version: String,
    /// PRETTY_NAME of /etc/os-release; empty where it has none.
    pub os_name: String,
    /// Whether keelmark runs with uid 0.
    pub privileged: bool,
    /// Whether the engine runs on the host whose files are read.
    pub engine_is_local: bool,
    /// Why nothing of the host's files, programs and processes can be read; none where it can.
    pub unreadable: Option<String>,
}

/// An object's id, and the answer about it.
pub type EachAnswer = (String, Result<Value, HostError>);

/// Everything a check may ask. Every call passes the host's gate; what the manifest does not name is `denied`.
pub trait Host {
    /// Runs a program; the WIT's `exec.run`.
    fn run(&self, program: &str, args: &[&str]) -> Result<Exec, HostError>;
    /// Facts about a file; the WIT's `fs.stat`.
    fn stat(&self, path: &str, follow: bool) -> Result<Metadata, HostError>;
    /// The text of a file; the WIT's `fs.read-text`.
    fn read_text(&self, path: &str) -> Result<String, HostError>;
    /// The names in a directory; the WIT's `fs.list-dir`.
    fn list_dir(&self, path: &str) -> Result<Vec<String>, HostError>;
    /// The processes of a name; the WIT's `process.find`.
    fn find_processes(&self, name: &str) -> Result<Vec<Process>, HostError>;
    /// One answer of the engine, projected to the fields.
    fn docker(&self, list: DockerList, fields: &[&str]) -> Result<Value, HostError>;
    /// An answer about each of the objects, projected to the fields.
    fn docker_each(&self, each: DockerEach, ids: &[String], fields: &[&str]) -> Result<Vec<EachAnswer>, HostError>;
    /// What the host is; the WIT's `host.describe`.
    fn describe(&self) -> Result<HostFacts, HostError>;
    /// Seconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> Result<i64, HostError>;
    /// One of the operator's settings; none where it is unset.
    fn setting(&self, key: &str) -> Result<Option<Value>, HostError>;
}
