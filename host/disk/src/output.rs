//! Where keelmark writes what the operator names: reports, recordings, logs.
//!
//! Root may write into a directory of somebody else's, and that somebody may have put a link, a pipe or a device there
//! in the meantime, or a link in the place of a directory on the way. So paths are walked part by part: a link is
//! followed only where it is root's or the caller's own, and what is not a regular file is written only where nobody
//! else could have put it.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Error, ErrorKind, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, PROC_SUPER_MAGIC, Stat};
use rustix::io::Errno;

/// Links that one path may lead through: as many as the kernel allows.
const MAX_LINKS: usize = 40;
const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
const STICKY: u32 = 0o1000;
const WRITABLE_BY_OTHERS: u32 = 0o022;

/// How long a FIFO may be without a reader: `cat pipe` in another terminal comes a moment later, or never.
const READER_PATIENCE: Duration = Duration::from_secs(10);
const READER_PAUSE: Duration = Duration::from_millis(50);

/// A name in a directory that is held open, which nobody can move meanwhile.
#[derive(Debug)]
pub struct Place {
    directory: OwnedFd,
    name: OsString,
    /// Whether nobody but root and the caller can change the path: every directory on it.
    is_closed: bool,
    /// What has the name now.
    found: Option<Stat>,
    /// Whether it is a magic link of /proc, such as /dev/stderr: the caller's own descriptor, opened as it is.
    is_descriptor: bool,
}

impl Place {
    /// Finds the place of a path. A relative one begins in the working directory, which the caller chose.
    ///
    /// # Errors
    /// Where it leads through somebody else's link, or does not exist but for its last name.
    pub fn find(path: &Path) -> std::io::Result<Self> {
        let mut walk = Walk { here: open_start(path)?, is_closed: true, links: 0 };
        walk.close_in(path.is_absolute())?;
        let mut rest: Vec<OsString> = parts(path);
        rest.reverse();
        while let Some(name) = rest.pop() {
            let is_last = rest.is_empty();
            let found = stat_at(&walk.here, &name)?;
            let kind = found.as_ref().map(|found| FileType::from_raw_mode(found.st_mode));
            match kind {
                Some(FileType::Symlink) if is_last && walk.is_in_proc()? => {
                    return Ok(walk.place(name, found, true));
                }
                Some(FileType::Symlink) => rest.extend(walk.follow(&name, found.as_ref())?),
                _ if is_last => return Ok(walk.place(name, found, false)),
                _ => walk.enter(&name)?,
            }
        }
        Err(Error::new(ErrorKind::IsADirectory, "it names a directory, not a file"))
    }

    /// Writes a file that appears whole or not at all, by what `fill` puts into it: a new one, whoever the old one
    /// belongs to. Devices and pipes (`/dev/stderr`, a FIFO) are written as they are: there is nothing to replace.
    ///
    /// # Errors
    /// Where it cannot be written, or must not be.
    pub fn write(&self, content: &[u8], mode: u32) -> std::io::Result<()> {
        let Some(found) = self.found.filter(|found| self.is_descriptor || !is_regular(found)) else {
            return self.replace(mode, |file| file.write_all(content));
        };
        self.check_special(&found)?;
        let is_fifo = !self.is_descriptor && FileType::from_raw_mode(found.st_mode) == FileType::Fifo;
        let mut file = if is_fifo { self.open_fifo()? } else { self.open(OFlags::WRONLY, &found)? };
        file.write_all(content)
    }

    /// Puts a new regular file there by what `fill` writes, whole or not at all.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn replace<T, E: From<Error>>(&self, mode: u32, fill: impl FnOnce(&mut File) -> Result<T, E>) -> Result<T, E> {
        let mut temporary = Temporary::beside(self)?;
        let done = fill(&mut temporary.file)?;
        temporary.put(mode)?;
        Ok(done)
    }

    /// Opens a log for adding to it, of mode `mode` where it is made. What is there must be the caller's own: somebody
    /// else's file could be read by them, and a link to another file would be written in its place.
    ///
    /// # Errors
    /// Where it is not a file to add to.
    pub fn append(&self, mode: u32) -> std::io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::NONBLOCK;
        let file = match &self.found {
            Some(found) if self.is_descriptor || !is_regular(found) => {
                self.check_special(found)?;
                self.open(flags, found)?
            }
            _ => self.open_regular(flags, mode)?,
        };
        // Nothing was waited for: a pipe without a reader is an error at once. Writing may wait again.
        let current = rustix::fs::fcntl_getfl(&file)?;
        rustix::fs::fcntl_setfl(&file, current - OFlags::NONBLOCK)?;
        Ok(file)
    }

    fn open_regular(&self, flags: OFlags, mode: u32) -> std::io::Result<File> {
        let flags = flags | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NOCTTY;
        let fd = rustix::fs::openat(&self.directory, &self.name, flags, Mode::from_raw_mode(mode))?;
        let stat = rustix::fs::fstat(&fd)?;
        if !is_regular(&stat) {
            return Err(Error::other("it is something else than a moment ago"));
        }
        if stat.st_uid != we() {
            let (owner, we) = (stat.st_uid, we());
            let problem =
                format!("it belongs to uid {owner}, who could read what is added; it must belong to uid {we}");
            return Err(Error::new(ErrorKind::PermissionDenied, problem));
        }
        if stat.st_nlink > 1 {
            return Err(Error::new(
                ErrorKind::PermissionDenied,
                "it has another name too, under which it is another file",
            ));
        }
        // A file of an earlier run may be open to others.
        rustix::fs::fchmod(&fd, Mode::from_raw_mode(mode))?;
        Ok(File::from(fd))
    }

    /// What is not a regular file takes what it is given where it likes, so nobody else may have put it there.
    fn check_special(&self, found: &Stat) -> std::io::Result<()> {
        let kind = FileType::from_raw_mode(found.st_mode);
        if kind == FileType::Directory {
            return Err(Error::new(ErrorKind::IsADirectory, "it is a directory"));
        }
        if self.is_descriptor || (self.is_closed && is_trusted(found.st_uid)) {
            return Ok(());
        }
        let problem =
            "it is a pipe or device that others could have put there; name one that only root or you can change";
        Err(Error::new(ErrorKind::PermissionDenied, problem))
    }

    fn open(&self, flags: OFlags, found: &Stat) -> std::io::Result<File> {
        let follow = if self.is_descriptor { OFlags::empty() } else { OFlags::NOFOLLOW };
        let flags = flags | follow | OFlags::CLOEXEC | OFlags::NOCTTY;
        let file = File::from(rustix::fs::openat(&self.directory, &self.name, flags, Mode::empty())?);
        let opened = rustix::fs::fstat(&file)?;
        if !self.is_descriptor && (opened.st_dev, opened.st_ino) != (found.st_dev, found.st_ino) {
            return Err(Error::other("it is something else than a moment ago"));
        }
        Ok(file)
    }

    /// Opens a FIFO once somebody reads from it. Opening it plainly would wait for that for ever.
    fn open_fifo(&self) -> std::io::Result<File> {
        let Some(found) = &self.found else { return Err(Error::from(ErrorKind::NotFound)) };
        let deadline = Instant::now() + READER_PATIENCE;
        loop {
            match self.open(OFlags::WRONLY | OFlags::NONBLOCK, found) {
                Ok(fifo) => {
                    // A reader is there, and is waited for like any other.
                    rustix::fs::fcntl_setfl(&fifo, rustix::fs::fcntl_getfl(&fifo)? - OFlags::NONBLOCK)?;
                    return Ok(fifo);
                }
                Err(error) if error.raw_os_error() != Some(Errno::NXIO.raw_os_error()) => return Err(error),
                Err(_) if Instant::now() < deadline => std::thread::sleep(READER_PAUSE),
                Err(_) => {
                    let message = format!("nobody read from this pipe within {} s", READER_PATIENCE.as_secs());
                    return Err(Error::new(ErrorKind::TimedOut, message));
                }
            }
        }
    }
}

/// The way to a place.
struct Walk {
    here: OwnedFd,
    is_closed: bool,
    links: usize,
}

impl Walk {
    fn place(self, name: OsString, found: Option<Stat>, is_descriptor: bool) -> Place {
        Place { directory: self.here, name, is_closed: self.is_closed, found, is_descriptor }
    }

    fn enter(&mut self, name: &OsStr) -> std::io::Result<()> {
        self.here = rustix::fs::openat(&self.here, name, DIRECTORY, Mode::empty())?;
        self.look()
    }

    /// Who could have changed what is in the directory that was just entered.
    fn look(&mut self) -> std::io::Result<()> {
        let stat = rustix::fs::fstat(&self.here)?;
        // In a sticky directory others can add names, but not replace ours.
        let is_open = stat.st_mode & WRITABLE_BY_OTHERS != 0 && stat.st_mode & STICKY == 0;
        self.is_closed &= is_trusted(stat.st_uid) && !is_open;
        Ok(())
    }

    /// The directories above a relative path's beginning count too.
    fn close_in(&mut self, is_absolute: bool) -> std::io::Result<()> {
        self.look()?;
        if is_absolute {
            return Ok(());
        }
        let mut above = Self { here: open_start(Path::new("/"))?, is_closed: true, links: 0 };
        for name in parts(&std::env::current_dir()?) {
            above.enter(&name)?;
        }
        self.is_closed &= above.is_closed;
        Ok(())
    }

    /// The parts of where a link leads, last first, after going back to the root where it is absolute.
    fn follow(&mut self, name: &OsStr, link: Option<&Stat>) -> std::io::Result<Vec<OsString>> {
        let owner = link.map_or(u32::MAX, |link| link.st_uid);
        if !is_trusted(owner) {
            let problem = format!(
                "{} is a link of uid {owner}, who decides where it leads; name what it leads to",
                name.display()
            );
            return Err(Error::new(ErrorKind::PermissionDenied, problem));
        }
        self.links += 1;
        if self.links > MAX_LINKS {
            return Err(Error::from(Errno::LOOP));
        }
        let target = rustix::fs::readlinkat(&self.here, name, Vec::new())?;
        let target = PathBuf::from(OsString::from_vec(target.into_bytes()));
        if target.is_absolute() {
            self.here = open_start(&target)?;
            self.look()?;
        }
        let mut parts = parts(&target);
        parts.reverse();
        Ok(parts)
    }

    /// What looks like a link there leads to an open file, wherever its text points.
    fn is_in_proc(&self) -> std::io::Result<bool> {
        Ok(rustix::fs::fstatfs(&self.here)?.f_type == PROC_SUPER_MAGIC)
    }
}

/// A file under a name that nobody else uses, which goes unless it is put in its place.
struct Temporary<'p> {
    place: &'p Place,
    name: OsString,
    file: File,
}

impl<'p> Temporary<'p> {
    fn beside(place: &'p Place) -> std::io::Result<Self> {
        let mut name = OsString::from(".");
        name.push(&place.name);
        name.push(crate::private_dir::temporary_name(""));
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = rustix::fs::openat(&place.directory, &name, flags, Mode::RUSR | Mode::WUSR)?;
        Ok(Self { place, name, file: File::from(fd) })
    }

    fn put(mut self, mode: u32) -> std::io::Result<()> {
        self.file.sync_all()?;
        rustix::fs::fchmod(self.file.as_fd(), Mode::from_raw_mode(mode))?;
        let directory = &self.place.directory;
        rustix::fs::renameat(directory, &self.name, directory, &self.place.name)?;
        self.name.clear();
        Ok(())
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if !self.name.is_empty() {
            let _ = rustix::fs::unlinkat(&self.place.directory, &self.name, AtFlags::empty());
        }
    }
}

fn open_start(path: &Path) -> std::io::Result<OwnedFd> {
    let start = if path.is_absolute() { "/" } else { "." };
    Ok(rustix::fs::openat(CWD, start, DIRECTORY, Mode::empty())?)
}

/// The names of a path; ".." stays one, and is walked as the kernel would.
fn parts(path: &Path) -> Vec<OsString> {
    let name = |part: Component<'_>| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    };
    path.components().filter_map(name).collect()
}

fn stat_at(directory: &OwnedFd, name: &OsStr) -> std::io::Result<Option<Stat>> {
    match rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW | AtFlags::NO_AUTOMOUNT) {
        Ok(found) => Ok(Some(found)),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}

fn is_regular(found: &Stat) -> bool {
    FileType::from_raw_mode(found.st_mode) == FileType::RegularFile
}

fn is_trusted(uid: u32) -> bool {
    uid == 0 || uid == we()
}

fn we() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(test)]
mod tests;
