//! A directory that stays the same one while several of its files are read.
//!
//! Made for /proc: the directory of a process never becomes that of another one, and all of them are looked at, so each
//! file costs as few calls of the kernel as can be. A [`walk`](super::walk) would look at each first.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, fstat, openat, readlinkat, statat};
use rustix::io::Errno;

use super::super::super::FactError;
use super::walk::file_type;
use super::{error, names_in, no_regular_file, read_at_most, too_large};

/// A directory that is held open.
pub struct Directory {
    fd: OwnedFd,
    path: String,
}

impl Directory {
    pub(super) fn new(fd: OwnedFd, path: String) -> Self {
        Self { fd, path }
    }

    /// The names in it, at most `max` of them, in no order.
    pub fn names(&self, max: usize) -> Result<Vec<String>, FactError> {
        names_in(&self.fd, &self.path, max)
    }

    /// Where the links in it point, as written in them; what is no link, or gone by now, is left out.
    pub fn links(&self, max: usize) -> Result<Vec<String>, FactError> {
        let target = |name: String| match readlinkat(&self.fd, name, Vec::new()) {
            Ok(target) => Some(Ok(target.to_string_lossy().into_owned())),
            Err(Errno::INVAL | Errno::NOENT) => None,
            Err(errno) => Some(Err(error::os(errno, &self.path))),
        };
        self.names(max)?.into_iter().filter_map(target).collect()
    }

    /// Where the link `name` points, as written in it; none where it is no link.
    pub fn link(&self, name: &str) -> Option<String> {
        readlinkat(&self.fd, name, Vec::new()).ok().map(|target| target.to_string_lossy().into_owned())
    }

    /// The directory `name` in this one; a link is none.
    pub fn directory(&self, name: &str) -> Result<Self, FactError> {
        let path = format!("{}/{name}", self.path);
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match openat(&self.fd, name, flags, Mode::empty()) {
            Ok(fd) => Ok(Self { fd, path }),
            Err(errno) => Err(error::os(errno, &path)),
        }
    }

    /// What the magic link `name` of /proc stands for, looked at and never opened: the program of a process, whatever
    /// has become of its path.
    pub fn behind_link(&self, name: &str) -> Result<Stat, FactError> {
        statat(&self.fd, name, AtFlags::empty()).map_err(|errno| error::os(errno, &format!("{}/{name}", self.path)))
    }

    /// The bytes of the regular file `name` in this directory, at most `max` of them. Links are not followed.
    pub fn read(&self, name: &str, max: u64) -> Result<Vec<u8>, FactError> {
        let path = || format!("{}/{name}", self.path);
        // NONBLOCK: whatever else has this name, opening it waits for nobody.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let opened = openat(self.fd.as_fd(), name, flags, Mode::empty());
        let opened = opened.and_then(|fd| fstat(&fd).map(|stat| (File::from(fd), stat)));
        let (file, stat) = opened.map_err(|errno| error::os(errno, &path()))?;
        if file_type(&stat) != FileType::RegularFile {
            return Err(no_regular_file(file_type(&stat), &path()));
        }
        let read = read_at_most(file, max).map_err(|cause| error::io(&cause, &path()))?;
        read.ok_or_else(|| too_large(&path(), max))
    }
}
