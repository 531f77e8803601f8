//! The audited host's files: what they are, what is in them, and nothing of what they must not tell.
//!
//! Paths are absolute and in the audited host's own view. The gate has allowed them; what a followed link led to is
//! part of the answer, so that the gate can allow or refuse that as well. See [`walk`] for how paths are resolved.

mod accounts;
mod acl;
mod change;
mod directory;
mod error;
mod loose;
mod refuse;
pub(super) mod walk;

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::fs::{Dir, FileType, Mode, OFlags, major, minor, open};
use serde_json::{Map, Value, json};

use super::super::{ErrorKind, FactError};
use super::mask::Raw;
use accounts::Accounts;
pub(super) use directory::Directory;
use walk::{Place, Stop, walk};

/// The largest file that is read. Configuration has kilobytes; the largest file of use to a benchmark, /etc/passwd or
/// /proc/self/mounts of a host with thousands of containers, stays below 4 MiB.
pub const MAX_TEXT_BYTES: u64 = 4 * 1024 * 1024;

/// The longest list of names. Benchmarks list directories of units, rules and certificates: hundreds of names.
pub const MAX_NAMES: usize = 10_000;

/// What is asked for at first: nearly every file that is read, and all of /proc/PID, is shorter.
const USUAL_BYTES: usize = 1024;

/// Linux takes no longer path either (`PATH_MAX`).
const MAX_PATH_BYTES: usize = 4096;

/// How often a read starts anew because its file was replaced meanwhile. Programs that save by renaming do that once;
/// who does it all the time is not waited for.
const MAX_ATTEMPTS: usize = 5;

/// The files of the audited host, below a root that no path leads out of.
pub struct HostFiles {
    root: OwnedFd,
    /// Where it is, in keelmark's own view.
    root_path: PathBuf,
    is_mounted: bool,
    users: OnceLock<Accounts>,
    groups: OnceLock<Accounts>,
}

impl HostFiles {
    /// `host_root` is where the audited host's `/` is mounted; without, it is this machine's own.
    pub fn open(host_root: Option<&Path>) -> std::io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root_path = host_root.unwrap_or(Path::new("/")).to_owned();
        let root = open(&root_path, flags, Mode::empty())?;
        Ok(Self { root, root_path, is_mounted: host_root.is_some(), users: OnceLock::new(), groups: OnceLock::new() })
    }

    /// A path of the audited host as keelmark itself would open it.
    fn in_own_view(&self, path: &Path) -> PathBuf {
        self.root_path.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// Whether the files are those of a host that is mounted somewhere, and so the uname of this system not its own.
    pub fn is_mounted_host(&self) -> bool {
        self.is_mounted
    }

    /// Facts about `path`: `{"kind", "mode", "uid", "gid", "owner"?, "group"?, "size", "modified", "changed", "inode",
    /// "acl"?, "acl-error"?, "loose-directories"?, "device", "target"?, "resolved"?}`. The mode is octal text.
    pub fn stat(&self, path: &str, follow: bool) -> Result<Value, FactError> {
        let place = self.find(path, follow)?;
        let resolved = resolved_path(&place, path)?;
        let target = place.target().map_err(|errno| error::os(errno, path))?;
        let stat = place.stat();
        let mut answer = Map::new();
        let mut put = |key: &str, value: Value| drop(answer.insert(key.to_owned(), value));
        put("kind", kind_name(place.file_type()).into());
        put("mode", format!("{:04o}", stat.st_mode & 0o7777).into());
        put("uid", stat.st_uid.into());
        put("gid", stat.st_gid.into());
        put("size", u64::try_from(stat.st_size).unwrap_or(0).into());
        put("modified", stat.st_mtime.into());
        put("changed", stat.st_ctime.into());
        put("inode", stat.st_ino.into());
        put("device", format!("{}:{}", major(stat.st_dev), minor(stat.st_dev)).into());
        if let Some(owner) = self.users().name(stat.st_uid) {
            put("owner", owner.into());
        }
        if let Some(group) = self.groups().name(stat.st_gid) {
            put("group", group.into());
        }
        // A link has no list of its own: that of what it leads to counts.
        if place.file_type() != FileType::Symlink {
            match acl::read(place.fd(), &self.in_own_view(&place.path())) {
                Ok(None) => {}
                Ok(Some(entries)) => put("acl", entries.into()),
                Err(reason) => put("acl-error", format!("{path}: {reason}").into()),
            }
        }
        let mut loose = loose::directories(self, &place);
        if place.followed_links() {
            // Who may write where a link stands, points it elsewhere.
            let of_link = loose::directories(self, &self.find(path, false)?);
            loose.extend(of_link.into_iter().filter(|directory| !loose.contains(directory)).collect::<Vec<_>>());
        }
        if !loose.is_empty() {
            put("loose-directories", loose.into());
        }
        if let Some(target) = target {
            put("target", target.to_string_lossy().into());
        }
        if let Some(resolved) = resolved {
            put("resolved", resolved.into());
        }
        Ok(Value::Object(answer))
    }

    /// The text of the regular file at `path`. Where a link leads elsewhere, only `{"resolved"}`: nothing of a file is
    /// read, or recorded, before the gate has seen its real path.
    pub fn read_text(&self, path: &str) -> Result<Raw<Value>, FactError> {
        let look = |place: &Place<'_>| {
            let inside_proc = place.is_inside_proc().map_err(|errno| error::os(errno, path))?;
            match refuse::reason(&place.path(), inside_proc) {
                Some(reason) => Err(FactError::new(ErrorKind::Denied, format!("{path} is never read: {reason}"))),
                None => resolved_path(place, path),
            }
        };
        if let Some(resolved) = look(&self.find(path, true)?)? {
            return Ok(Raw::new(json!({ "resolved": resolved })));
        }
        let (bytes, resolved) = self.read(path, look)?;
        if resolved.is_some() {
            return Err(FactError::new(ErrorKind::Failed, format!("{path} became a link while it was read")));
        }
        let text = String::from_utf8(bytes).map_err(|_| {
            FactError::new(ErrorKind::Failed, format!("{path} is not a text: it has bytes that are not UTF-8"))
        })?;
        Ok(Raw::new(Value::String(text)))
    }

    /// The sorted names in the directory `path`. Where a link leads elsewhere, only `{"resolved"}`, as for a text.
    pub fn list_dir(&self, path: &str) -> Result<Value, FactError> {
        let place = self.find(path, true)?;
        if let Some(resolved) = resolved_path(&place, path)? {
            return Ok(json!({ "resolved": resolved }));
        }
        let mut names = names_in(open_directory(&place, path)?, path, MAX_NAMES)?;
        names.sort_unstable();
        Ok(Value::from(names))
    }

    /// The bytes of the regular file at `path`, for this backend's own use: nothing is refused.
    pub(super) fn read_bytes(&self, path: &str) -> Result<Vec<u8>, FactError> {
        self.read(path, |_| Ok(())).map(|(bytes, ())| bytes)
    }

    /// The directory at `path`, held open.
    pub(super) fn directory(&self, path: &str) -> Result<Directory, FactError> {
        Ok(Directory::new(open_directory(&self.find(path, true)?, path)?, path.to_owned()))
    }

    /// The name behind a user's number.
    pub(super) fn user_name(&self, uid: u32) -> Option<String> {
        self.users().name(uid).map(str::to_owned)
    }

    /// The device and inode of the file at `path`, links followed: by which two names are known to be one file.
    pub(super) fn file_number(&self, path: &str) -> Result<(u64, u64), FactError> {
        let place = self.find(path, true)?;
        Ok((place.stat().st_dev, place.stat().st_ino))
    }

    /// When what stands at `path` last became what it is now, in seconds since 1970. See [`change`].
    pub(super) fn last_change(&self, path: &str) -> Result<i64, FactError> {
        check_form(path)?;
        change::last(self.root.as_fd(), OsStr::new(path)).map_err(|stop| error::of(stop, path))
    }

    fn find(&self, path: &str, follow: bool) -> Result<Place<'_>, FactError> {
        check_form(path)?;
        walk(self.root.as_fd(), OsStr::new(path), follow).map_err(|stop| error::of(stop, path))
    }

    /// Reads the file at `path` once `look` has seen where it is; what `look` makes of that is handed back.
    fn read<T>(
        &self,
        path: &str,
        look: impl Fn(&Place<'_>) -> Result<T, FactError>,
    ) -> Result<(Vec<u8>, T), FactError> {
        for _ in 0..MAX_ATTEMPTS {
            let place = self.find(path, true)?;
            let looked = look(&place)?;
            match read_place(&place, path, MAX_TEXT_BYTES)? {
                Some(bytes) => return Ok((bytes, looked)),
                None => continue,
            }
        }
        Err(error::of(Stop::Replaced, path))
    }

    fn users(&self) -> &Accounts {
        self.users.get_or_init(|| self.accounts("/etc/passwd"))
    }

    fn groups(&self) -> &Accounts {
        self.groups.get_or_init(|| self.accounts("/etc/group"))
    }

    /// Names are a courtesy: without the file there are numbers.
    fn accounts(&self, path: &str) -> Accounts {
        self.read_bytes(path).map(|text| Accounts::parse(&text)).unwrap_or_default()
    }
}

/// Reads at most `max` bytes of a regular file; `None` if it was replaced since the walk met it.
fn read_place(place: &Place<'_>, path: &str, max: u64) -> Result<Option<Vec<u8>>, FactError> {
    if place.file_type() != FileType::RegularFile {
        return Err(no_regular_file(place.file_type(), path));
    }
    if u64::try_from(place.stat().st_size).unwrap_or(0) > max {
        return Err(too_large(path, max));
    }
    let file = match place.open_file() {
        Ok(file) => file,
        Err(Stop::Replaced) => return Ok(None),
        Err(stop) => return Err(error::of(stop, path)),
    };
    // The size above is a promise that files in /proc do not make and growing files do not keep.
    read_at_most(file, max).map_err(|cause| error::io(&cause, path))?.ok_or_else(|| too_large(path, max)).map(Some)
}

/// The rest of a file; none where it is longer than `max` bytes.
fn read_at_most(file: File, max: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    let read = file.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(u64::try_from(read).is_ok_and(|read| read <= max).then_some(bytes))
}

fn no_regular_file(file_type: FileType, path: &str) -> FactError {
    let message = format!("cannot read {path}: it is a {}, not a regular file", long_kind_name(file_type));
    FactError::new(ErrorKind::Failed, message)
}

fn too_large(path: &str, max: u64) -> FactError {
    FactError::new(ErrorKind::TooLarge, format!("{path} is larger than {max} bytes"))
}

fn open_directory(place: &Place<'_>, path: &str) -> Result<OwnedFd, FactError> {
    let file_type = place.file_type();
    if file_type != FileType::Directory {
        let message = format!("cannot list {path}: it is a {}, not a directory", long_kind_name(file_type));
        return Err(FactError::new(ErrorKind::Failed, message));
    }
    place.open_directory().map_err(|errno| error::os(errno, path))
}

/// The names in a directory, at most `max` of them, in no order.
fn names_in(directory: impl AsFd, path: &str, max: usize) -> Result<Vec<String>, FactError> {
    let os = |errno| error::os(errno, path);
    let mut names = Vec::new();
    for entry in Dir::read_from(directory).map_err(os)? {
        let entry = entry.map_err(os)?;
        let name = entry.file_name().to_bytes();
        if matches!(name, b"." | b"..") {
            continue;
        }
        if names.len() >= max {
            return Err(FactError::new(ErrorKind::TooLarge, format!("{path} holds more than {max} names")));
        }
        // A name that is not UTF-8 stands in the list in a form that asking for it again does not find: better than
        // one such name, which any user of /tmp can make, hiding all the others.
        names.push(String::from_utf8_lossy(name).into_owned());
    }
    Ok(names)
}

/// Where links led, if it is somewhere else than `asked`. Never a guess: the gate decides by this path.
fn resolved_path(place: &Place<'_>, asked: &str) -> Result<Option<String>, FactError> {
    if !place.followed_links() {
        return Ok(None);
    }
    match place.path().into_os_string().into_string() {
        Ok(path) if path == asked => Ok(None),
        Ok(path) => Ok(Some(path)),
        Err(_) => {
            let message = format!("{asked} leads to a path that is not UTF-8, which cannot be checked against grants");
            Err(FactError::new(ErrorKind::Failed, message))
        }
    }
}

fn check_form(path: &str) -> Result<(), FactError> {
    let problem = if !path.starts_with('/') {
        "is not an absolute path"
    } else if path.contains('\0') {
        "holds a NUL byte, which no path can"
    } else if path.len() >= MAX_PATH_BYTES {
        "is longer than any path"
    } else {
        return Ok(());
    };
    let shown: String = path.chars().take(80).collect();
    Err(FactError::new(ErrorKind::Invalid, format!("{shown:?} {problem}")))
}

/// The contract's `fs.kind`.
fn kind_name(file_type: FileType) -> &'static str {
    match file_type {
        FileType::RegularFile => "file",
        FileType::Directory => "directory",
        FileType::Symlink => "symlink",
        FileType::Socket => "socket",
        _ => "other",
    }
}

fn long_kind_name(file_type: FileType) -> &'static str {
    match file_type {
        FileType::RegularFile => "regular file",
        FileType::Fifo => "FIFO",
        FileType::CharacterDevice | FileType::BlockDevice => "device",
        FileType::Directory | FileType::Symlink | FileType::Socket => kind_name(file_type),
        FileType::Unknown => "file of an unknown kind",
    }
}

#[cfg(test)]
mod tests;
