//! Finding a program that only root can have put there.
//!
//! keelmark runs as root, so whoever can change what it runs is root. The bare name is looked up in fixed directories,
//! never in an inherited PATH, and everything that decides which file that is must be in root's hands.

use std::ffi::OsStr;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags, Stat, open};

use super::super::files::walk::{Stop, file_type, walk_seeing};
use super::super::{ErrorKind, FactError};

/// Where programs are looked up, in this order.
pub const PROGRAM_DIRS: [&str; 4] = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// No program of a Linux distribution has a longer name; names come from plugins and end up in messages.
const MAX_NAME_BYTES: usize = 64;

/// The path of `program`, free of links, so that what is run is what was checked.
pub fn find(program: &str) -> Result<PathBuf, FactError> {
    find_in(&PROGRAM_DIRS, program)
}

fn find_in(dirs: &[&str], program: &str) -> Result<PathBuf, FactError> {
    check_name(program)?;
    let failed = |cause| FactError::new(ErrorKind::Failed, format!("cannot look for {program}: {cause}"));
    let root = open("/", OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).map_err(failed)?;
    for dir in dirs {
        let path = Path::new(dir).join(program);
        let mut problem = None;
        let mut see = |name: &OsStr, stat: &Stat| {
            if let (None, Some(complaint)) = (&problem, why_untrusted(stat)) {
                problem = Some(format!("{} {complaint}", name.display()));
            }
        };
        let place = match walk_seeing(root.as_fd(), path.as_os_str(), true, &mut see) {
            Ok(place) => place,
            Err(Stop::Os(rustix::io::Errno::NOENT | rustix::io::Errno::NOTDIR)) => continue,
            Err(stop) => return Err(untrusted(&path, &format!("its path cannot be resolved ({stop:?})"))),
        };
        if place.file_type() != FileType::RegularFile {
            return Err(untrusted(&path, "it is not a regular file"));
        }
        return match problem {
            None => Ok(place.path()),
            Some(problem) => Err(untrusted(&path, &format!("on the way to it, {problem}"))),
        };
    }
    let message = format!("{program} is not installed (looked in {})", dirs.join(", "));
    Err(FactError::new(ErrorKind::Unavailable, message))
}

/// Who besides root could change this directory, link or file. The mode of a link says nothing: its directory does.
fn why_untrusted(stat: &Stat) -> Option<String> {
    if stat.st_uid != 0 {
        Some(format!("belongs to uid {}", stat.st_uid))
    } else if file_type(stat) != FileType::Symlink && stat.st_mode & 0o022 != 0 {
        Some(format!("is writable for others than root (mode {:04o})", stat.st_mode & 0o7777))
    } else {
        None
    }
}

fn untrusted(path: &Path, reason: &str) -> FactError {
    let message = format!("{} is not run: {reason}; only root may be able to change it", path.display());
    FactError::new(ErrorKind::Unavailable, message)
}

fn check_name(program: &str) -> Result<(), FactError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let well_formed = program.bytes().all(allowed) && program.len() <= MAX_NAME_BYTES;
    if well_formed && program.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_') {
        return Ok(());
    }
    let shown: String = program.chars().take(MAX_NAME_BYTES).collect();
    let message = format!("{shown:?} is not the bare name of a program: letters, digits, \"_\", \".\" and \"-\"");
    Err(FactError::new(ErrorKind::Invalid, message))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn only_bare_names_are_looked_up() {
        for name in ["", ".", "..", "/bin/sh", "bin/sh", "../sh", "sh\0", "-sh", "s h", "sh\n", "$SHELL", "é"] {
            assert_eq!(find(name).unwrap_err().kind, ErrorKind::Invalid, "{name:?}");
        }
        assert_eq!(find(&"x".repeat(65)).unwrap_err().kind, ErrorKind::Invalid);
    }

    #[test]
    fn a_program_that_is_absent_is_unavailable() {
        let error = find("keelmark-no-such-program").unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert!(error.message.ends_with("is not installed (looked in /usr/sbin, /usr/bin, /sbin, /bin)"), "{error}");
    }

    #[test]
    fn links_are_resolved_before_running() {
        let path = find("sh").unwrap();
        assert_eq!(path, path.canonicalize().unwrap());
    }

    #[test]
    fn what_others_can_change_is_not_run() {
        // Below /tmp, which everyone can write to, nothing is trusted; neither is what a link there leads to.
        let dir = tempfile::tempdir().unwrap();
        let name = dir.path().to_str().unwrap();
        std::fs::write(dir.path().join("own"), "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(dir.path().join("own"), std::fs::Permissions::from_mode(0o755)).unwrap();
        symlink("/usr/bin/env", dir.path().join("link")).unwrap();
        std::fs::create_dir(dir.path().join("directory")).unwrap();
        for program in ["own", "link", "directory"] {
            let error = find_in(&[name], program).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Unavailable, "{program}");
            assert!(error.message.contains("is not run"), "{error}");
        }
        // An untrusted file does not let a later directory answer instead: that would hide it.
        assert!(find_in(&[name, "/usr/bin"], "own").is_err());
        assert_eq!(find_in(&[name, "/usr/bin"], "env").unwrap(), find("env").unwrap());
    }
}
