//! Directories that only their owner can write: where native code and installed plugins are kept.
//!
//! What is in them decides what root runs, so every component of the path is opened without following links and must
//! belong to root or to the user who runs keelmark. Files are opened relative to the directory that was checked.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// A directory that was walked to, and that nobody but its owner can write.
#[derive(Debug)]
pub struct PrivateDir {
    path: PathBuf,
    fd: OwnedFd,
}

/// Why a directory or a file in it is not used.
#[derive(Debug, thiserror::Error)]
pub enum PrivateDirError {
    #[error("{path} is not an absolute path without \"..\"")]
    NotNormal { path: String },
    #[error("failed to open {path}: {source}")]
    Open { path: String, source: Errno },
    #[error("{path} belongs to uid {owner}, who could put anything there; it must belong to root or to uid {we}")]
    Owner { path: String, owner: u32, we: u32 },
    #[error("{path} can be written by others (mode {mode:04o}), who could put anything there; `chmod go-w` closes it")]
    Writable { path: String, mode: u32 },
    #[error("{path} is not a regular file")]
    NotAFile { path: String },
    #[error("{path} is larger than {limit} bytes")]
    TooLarge { path: String, limit: usize },
    #[error("failed to read {path}: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("failed to write {path}: {source}")]
    Write { path: String, source: std::io::Error },
}

impl PrivateDir {
    /// Opens the directory, making it (mode 0700) where it does not exist, and checks who could have written it.
    pub fn open(path: &Path) -> Result<Self, PrivateDirError> {
        Self::walk(path, true)?.ok_or_else(|| PrivateDirError::Open { path: name_of(path), source: Errno::NOENT })
    }

    /// Opens the directory like [`Self::open`], but makes nothing; none where it does not exist.
    pub fn open_existing(path: &Path) -> Result<Option<Self>, PrivateDirError> {
        Self::walk(path, false)
    }

    fn walk(path: &Path, make: bool) -> Result<Option<Self>, PrivateDirError> {
        let not_normal = || PrivateDirError::NotNormal { path: name_of(path) };
        let mut parts = path.components();
        if parts.next() != Some(Component::RootDir) {
            return Err(not_normal());
        }
        let open = |source| PrivateDirError::Open { path: name_of(path), source };
        let fd = rustix::fs::open("/", DIRECTORY, Mode::empty()).map_err(open)?;
        check_owner(&fd, Path::new("/"))?;
        let mut here = Self { path: PathBuf::from("/"), fd };
        for part in parts {
            let Component::Normal(name) = part else { return Err(not_normal()) };
            match here.step(name, make)? {
                Some(next) => here = next,
                None => return Ok(None),
            }
        }
        here.check_closed()?;
        Ok(Some(here))
    }

    fn step(&self, name: &OsStr, make: bool) -> Result<Option<Self>, PrivateDirError> {
        let path = self.path.join(name);
        let failed = |source| PrivateDirError::Open { path: name_of(&path), source };
        let fd = match rustix::fs::openat(&self.fd, name, DIRECTORY, Mode::empty()) {
            Err(Errno::NOENT) if !make => return Ok(None),
            Err(Errno::NOENT) => {
                match rustix::fs::mkdirat(&self.fd, name, Mode::RWXU) {
                    // Another process was faster.
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(source) => return Err(failed(source)),
                }
                rustix::fs::openat(&self.fd, name, DIRECTORY, Mode::empty()).map_err(failed)?
            }
            opened => opened.map_err(failed)?,
        };
        check_owner(&fd, &path)?;
        Ok(Some(Self { path, fd }))
    }

    /// Stickiness excuses the directories above: in this one, others must not even add names.
    fn check_closed(&self) -> Result<(), PrivateDirError> {
        let failed = |source| PrivateDirError::Open { path: name_of(&self.path), source };
        let mode = rustix::fs::fstat(&self.fd).map_err(failed)?.st_mode & 0o7777;
        if mode & 0o022 != 0 {
            return Err(PrivateDirError::Writable { path: name_of(&self.path), mode });
        }
        Ok(())
    }

    /// A directory in this one, made where `make` says so; none where it does not exist.
    pub fn child(&self, name: &str, make: bool) -> Result<Option<Self>, PrivateDirError> {
        let child = self.step(OsStr::new(name), make)?;
        child.as_ref().map_or(Ok(()), Self::check_closed)?;
        Ok(child)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file in it, for messages.
    pub fn name(&self, name: &str) -> String {
        name_of(&self.path.join(name))
    }

    /// Opens a file that only its owner can have written, for reading; none where there is no such file.
    pub fn open_file(&self, name: &str) -> Result<Option<File>, PrivateDirError> {
        let path = || self.name(name);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match rustix::fs::openat(&self.fd, name, flags, Mode::empty()) {
            Err(Errno::NOENT) => return Ok(None),
            opened => opened.map_err(|source| PrivateDirError::Open { path: path(), source })?,
        };
        check_file(&file, &path)?;
        Ok(Some(File::from(file)))
    }

    /// The content of a file that only its owner can have written; none where there is no such file.
    pub fn read(&self, name: &str, limit: usize) -> Result<Option<Vec<u8>>, PrivateDirError> {
        let path = || self.name(name);
        let Some(file) = self.open_file(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        let read = file.take(most).read_to_end(&mut bytes);
        read.map_err(|source| PrivateDirError::Read { path: path(), source })?;
        if bytes.len() > limit {
            return Err(PrivateDirError::TooLarge { path: path(), limit });
        }
        Ok(Some(bytes))
    }

    /// Opens a file that processes lock, making it where `make` says so; none where it does not exist.
    pub fn open_lockable(&self, name: &str, make: bool) -> Result<Option<File>, PrivateDirError> {
        let path = || self.name(name);
        let common = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let flags = if make { common | OFlags::RDWR | OFlags::CREATE } else { common | OFlags::RDONLY };
        let file = match rustix::fs::openat(&self.fd, name, flags, Mode::RUSR | Mode::WUSR) {
            Err(Errno::NOENT) if !make => return Ok(None),
            opened => opened.map_err(|source| PrivateDirError::Open { path: path(), source })?,
        };
        check_file(&file, &path)?;
        Ok(Some(File::from(file)))
    }

    /// Writes a file so that it appears whole or not at all, under a name that only this process uses meanwhile.
    ///
    /// With `durable`, it and its name have reached the disk when this returns.
    pub fn write(&self, name: &str, parts: &[&[u8]], durable: bool) -> Result<(), PrivateDirError> {
        self.write_by(name, durable, |file| parts.iter().try_for_each(|part| file.write_all(part)))
    }

    /// The same with what is left of a reader, which need not fit into memory.
    pub fn write_from(&self, name: &str, from: &mut dyn std::io::Read) -> Result<(), PrivateDirError> {
        self.write_by(name, false, |file| std::io::copy(from, file).map(drop))
    }

    fn write_by(
        &self,
        name: &str,
        durable: bool,
        fill: impl FnOnce(&mut File) -> std::io::Result<()>,
    ) -> Result<(), PrivateDirError> {
        let temporary = temporary_name(name);
        let written = self.write_temporary(&temporary, fill, durable).and_then(|()| {
            rustix::fs::renameat(&self.fd, &temporary, &self.fd, name)?;
            if durable { self.sync() } else { Ok(()) }
        });
        written.map_err(|source| {
            let _ = self.remove(&temporary);
            PrivateDirError::Write { path: self.name(name), source }
        })
    }

    fn write_temporary(
        &self,
        temporary: &str,
        fill: impl FnOnce(&mut File) -> std::io::Result<()>,
        durable: bool,
    ) -> std::io::Result<()> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(rustix::fs::openat(&self.fd, temporary, flags, Mode::RUSR | Mode::WUSR)?);
        fill(&mut file)?;
        if durable { file.sync_all() } else { Ok(()) }
    }

    /// Gives a file another name, replacing what had it.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), PrivateDirError> {
        let renamed = rustix::fs::renameat(&self.fd, from, &self.fd, to).map_err(std::io::Error::from);
        let synced = renamed.and_then(|()| self.sync());
        synced.map_err(|source| PrivateDirError::Write { path: self.name(to), source })
    }

    /// Removes a file; not an error where there is none.
    pub fn remove(&self, name: &str) -> Result<(), PrivateDirError> {
        match rustix::fs::unlinkat(&self.fd, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(PrivateDirError::Write { path: self.name(name), source: errno.into() }),
        }
    }

    /// The names in it.
    pub fn names(&self) -> Result<Vec<String>, PrivateDirError> {
        let failed = |source| PrivateDirError::Open { path: name_of(&self.path), source };
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.fd).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            if name != "." && name != ".." {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn sync(&self) -> std::io::Result<()> {
        Ok(rustix::fs::fsync(&self.fd)?)
    }
}

/// How the names of files end that are not yet what they are going to be.
pub const TEMPORARY: &str = ".tmp";

/// A name that no other thread, process or container uses at the same time.
pub(crate) fn temporary_name(name: &str) -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos();
    format!("{name}.{}-{number}-{now:x}{TEMPORARY}", std::process::id())
}

fn name_of(path: &Path) -> String {
    path.display().to_string()
}

/// Every directory on the way belongs to root or to us, and nobody else can rename what is in it.
fn check_owner(directory: impl AsFd, path: &Path) -> Result<(), PrivateDirError> {
    let stat = rustix::fs::fstat(directory).map_err(|source| PrivateDirError::Open { path: name_of(path), source })?;
    let we = rustix::process::geteuid().as_raw();
    if stat.st_uid != 0 && stat.st_uid != we {
        return Err(PrivateDirError::Owner { path: name_of(path), owner: stat.st_uid, we });
    }
    let mode = stat.st_mode & 0o7777;
    // In a sticky directory such as /tmp others can add names, but not replace ours.
    let is_sticky = mode & 0o1000 != 0;
    if mode & 0o022 != 0 && !is_sticky {
        return Err(PrivateDirError::Writable { path: name_of(path), mode });
    }
    Ok(())
}

/// A regular file of root's or ours that nobody else can write.
fn check_file(file: impl AsFd, path: &dyn Fn() -> String) -> Result<(), PrivateDirError> {
    let stat = rustix::fs::fstat(file).map_err(|source| PrivateDirError::Open { path: path(), source })?;
    let we = rustix::process::geteuid().as_raw();
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(PrivateDirError::NotAFile { path: path() });
    }
    if stat.st_uid != 0 && stat.st_uid != we {
        return Err(PrivateDirError::Owner { path: path(), owner: stat.st_uid, we });
    }
    if stat.st_mode & 0o022 != 0 {
        return Err(PrivateDirError::Writable { path: path(), mode: stat.st_mode & 0o7777 });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn chmod(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_directory_that_others_can_write_is_refused() {
        let base = tempfile::tempdir().unwrap();
        let open = base.path().join("open");
        std::fs::create_dir(&open).unwrap();
        chmod(&open, 0o777);
        assert!(matches!(PrivateDir::open(&open.join("cache")), Err(PrivateDirError::Writable { .. })));
    }

    #[test]
    fn a_sticky_directory_is_good_enough_on_the_way_but_not_at_its_end() {
        let base = tempfile::tempdir().unwrap();
        let sticky = base.path().join("sticky");
        std::fs::create_dir(&sticky).unwrap();
        chmod(&sticky, 0o1777);
        assert!(matches!(PrivateDir::open(&sticky), Err(PrivateDirError::Writable { .. })));
        let inside = PrivateDir::open(&sticky.join("cache")).unwrap();
        std::fs::create_dir(sticky.join("cache/plugins")).unwrap();
        chmod(&sticky.join("cache/plugins"), 0o1777);
        assert!(matches!(inside.child("plugins", true), Err(PrivateDirError::Writable { .. })));
    }

    #[test]
    fn a_link_on_the_way_is_refused() {
        let base = tempfile::tempdir().unwrap();
        std::fs::create_dir(base.path().join("real")).unwrap();
        std::os::unix::fs::symlink("real", base.path().join("link")).unwrap();
        assert!(matches!(PrivateDir::open(&base.path().join("link")), Err(PrivateDirError::Open { .. })));
        assert!(matches!(PrivateDir::open(&base.path().join("x/../real")), Err(PrivateDirError::NotNormal { .. })));
        assert!(matches!(PrivateDir::open(Path::new("real")), Err(PrivateDirError::NotNormal { .. })));
    }

    #[test]
    fn what_does_not_exist_is_only_made_when_asked_for() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("a/b");
        assert!(PrivateDir::open_existing(&path).unwrap().is_none());
        assert!(!base.path().join("a").exists());
        PrivateDir::open(&path).unwrap();
        assert_eq!(std::fs::metadata(base.path().join("a")).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(PrivateDir::open_existing(&path).unwrap().is_some());
    }

    #[test]
    fn files_are_read_only_where_nobody_else_can_have_written_them() {
        let base = tempfile::tempdir().unwrap();
        let directory = PrivateDir::open(&base.path().join("d")).unwrap();
        let path = |name: &str| base.path().join("d").join(name);
        directory.write("good", &[b"12", b"345"], true).unwrap();
        assert_eq!(directory.read("good", 5).unwrap().as_deref(), Some(&b"12345"[..]));
        assert!(matches!(directory.read("good", 4), Err(PrivateDirError::TooLarge { .. })));
        assert_eq!(directory.read("absent", 5).unwrap(), None);
        std::os::unix::fs::symlink("good", path("link")).unwrap();
        assert!(matches!(directory.read("link", 5), Err(PrivateDirError::Open { .. })));
        std::fs::create_dir(path("folder")).unwrap();
        assert!(matches!(directory.read("folder", 5), Err(PrivateDirError::NotAFile { .. })));
        chmod(&path("good"), 0o666);
        assert!(matches!(directory.read("good", 5), Err(PrivateDirError::Writable { .. })));
        assert!(matches!(directory.open_lockable("good", true), Err(PrivateDirError::Writable { .. })));
        assert_eq!(directory.names().unwrap(), ["folder", "good", "link"]);
    }
}
