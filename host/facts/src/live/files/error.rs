//! What went wrong with a file, in the contract's words.

use std::io;

use rustix::io::Errno;

use super::super::{ErrorKind, FactError};
use super::walk::Stop;

/// The error for `path`, as it was asked for: where its links led is not the plugin's to know before the gate has
/// checked it.
pub fn of(stop: Stop, path: &str) -> FactError {
    let failed = |message: String| FactError::new(ErrorKind::Failed, message);
    match stop {
        Stop::Os(errno) => os(errno, path),
        Stop::TooManyLinks => failed(format!("cannot resolve {path}: too many links, or links that lead in a circle")),
        Stop::TooDeep => failed(format!("cannot resolve {path}: too many directories deep")),
        Stop::MagicLink => FactError::new(
            ErrorKind::Denied,
            format!("{path} leads through a link of /proc into another process, which is not followed"),
        ),
        Stop::NotMounted => FactError::new(
            ErrorKind::Unavailable,
            format!("{path} is below an automount point where nothing is mounted: mount it, then audit again"),
        ),
        Stop::Replaced => failed(format!("{path} was replaced again and again while it was being opened")),
    }
}

/// What the operating system said about `path`.
pub fn os(errno: Errno, path: &str) -> FactError {
    let (kind, message) = match errno {
        // ESRCH is how files in /proc say that their process has ended.
        Errno::NOENT | Errno::NOTDIR | Errno::SRCH => (ErrorKind::NotFound, format!("{path} does not exist")),
        Errno::ACCESS | Errno::PERM => (ErrorKind::Permission, refused(path)),
        Errno::AGAIN => (ErrorKind::Failed, format!("cannot read {path}: it is locked, or has nothing to read now")),
        errno => (ErrorKind::Failed, format!("cannot read {path}: {}", io::Error::from(errno))),
    };
    FactError::new(kind, message)
}

/// Like [`os`], for errors of the standard library.
pub fn io(error: &io::Error, path: &str) -> FactError {
    match Errno::from_io_error(error) {
        Some(errno) => os(errno, path),
        None => FactError::new(ErrorKind::Failed, format!("cannot read {path}: {error}")),
    }
}

fn refused(path: &str) -> String {
    if rustix::process::geteuid().is_root() {
        // Root is refused by capabilities that a container lacks, by a security module, or by a network filesystem.
        format!("permission denied reading {path}, even with uid 0")
    } else {
        format!("needs root: permission denied reading {path}")
    }
}
