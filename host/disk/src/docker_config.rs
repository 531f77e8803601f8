//! The docker client's directory in a user's home: it names engines to ask and programs to run.
//!
//! `sudo` may keep the home of the user who called it. So root believes of it what it believes of its own stores: every
//! directory and file belongs to root, nobody else can write it, and no link leads there.

use std::fs::File;
use std::io::{Error, ErrorKind};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::private_dir::PrivateDir;

/// A directory that docker keeps its configuration in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DockerConfig {
    path: PathBuf,
    /// Whether what is in it has to be root's and nobody else's.
    is_guarded: bool,
}

impl DockerConfig {
    /// What the operator named (`DOCKER_CONFIG`).
    pub fn named(path: PathBuf) -> Self {
        Self { path, is_guarded: false }
    }

    /// `~/.docker`; none where there is no home, or root must not believe what is there.
    pub fn own() -> Option<Self> {
        let home = PathBuf::from(std::env::var_os("HOME").filter(|home| !home.is_empty())?);
        Self::below(&home, rustix::process::geteuid().is_root())
    }

    fn below(home: &Path, is_root: bool) -> Option<Self> {
        if !is_root {
            return Some(Self::named(home.join(".docker")));
        }
        // Root's home may be behind a link (/root to /var/roothome); what it leads to is looked at part by part.
        let path = home.canonicalize().ok()?.join(".docker");
        let is_private = matches!(PrivateDir::open_existing(&path), Ok(Some(_)));
        is_private.then_some(Self { path, is_guarded: true })
    }

    /// `DOCKER_CONFIG`, else `~/.docker`.
    pub fn of_environment() -> Option<Self> {
        let named = std::env::var_os("DOCKER_CONFIG").filter(|path| !path.is_empty());
        named.map(|path| Self::named(path.into())).or_else(Self::own)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a file below it without waiting for anybody; none where it does not exist.
    ///
    /// # Errors
    /// Where it is not a regular file, or root must not believe it.
    pub fn open(&self, file: &Path) -> std::io::Result<Option<File>> {
        if self.is_guarded {
            return open_guarded(file);
        }
        let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        let file = match File::options().read(true).custom_flags(nonblocking).open(file) {
            Ok(file) => file,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(error) => return Err(error),
        };
        if !file.metadata()?.is_file() {
            return Err(Error::other("it is not a regular file"));
        }
        Ok(Some(file))
    }

    /// Whether there is such a directory below it.
    ///
    /// # Errors
    /// Where root must not believe it.
    pub fn has_directory(&self, directory: &Path) -> std::io::Result<bool> {
        if !self.is_guarded {
            return Ok(directory.is_dir());
        }
        PrivateDir::open_existing(directory).map(|found| found.is_some()).map_err(Error::other)
    }
}

/// Opens a file that nobody but root and whoever runs keelmark can have written, on a path that nobody else can change.
pub fn open_guarded(file: &Path) -> std::io::Result<Option<File>> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name().and_then(|name| name.to_str())) else {
        return Err(Error::from(ErrorKind::InvalidInput));
    };
    let Some(folder) = PrivateDir::open_existing(folder).map_err(Error::other)? else { return Ok(None) };
    folder.open_file(name).map_err(Error::other)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};

    use super::*;

    fn home() -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".docker");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("config.json"), "{}").unwrap();
        (home, folder)
    }

    fn chmod(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn root_believes_a_plain_directory_that_nobody_else_can_write() {
        let (home, folder) = home();
        chmod(&folder, 0o755);
        let own = DockerConfig::below(home.path(), true).unwrap();
        let config = folder.join("config.json");
        assert!(own.open(&config).unwrap().is_some());
        assert!(own.open(&folder.join("absent/config.json")).unwrap().is_none());
        chmod(&config, 0o666);
        assert!(own.open(&config).is_err(), "anybody can write it");
        chmod(&folder, 0o777);
        assert_eq!(DockerConfig::below(home.path(), true), None);
        assert!(DockerConfig::below(home.path(), false).is_some(), "a user's own");
    }

    /// The directory that the link leads to is a good one; whose link it is decides where else it leads tomorrow.
    #[test]
    fn root_follows_no_link_to_it() {
        let (home, folder) = home();
        let (_other, good) = self::home();
        std::fs::remove_dir_all(&folder).unwrap();
        symlink(&good, &folder).unwrap();
        assert_eq!(DockerConfig::below(home.path(), true), None);
    }

    #[test]
    fn root_believes_no_user_s_home() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let (home, folder) = home();
        chown(&folder, Some(1000), None).unwrap();
        assert_eq!(DockerConfig::below(home.path(), true), None);
        // Nor a directory of root's in it: its owner can put another there.
        chown(&folder, Some(0), None).unwrap();
        chown(home.path(), Some(1000), None).unwrap();
        assert_eq!(DockerConfig::below(home.path(), true), None);
    }
}
