//! When a configuration file last became what it is: by facts that nobody can set.
//!
//! The mtime of a file is anybody's to choose, and `mv`, `cp -p`, `rsync -a` and packages keep an old one. What counts
//! is the ctime, which the kernel alone writes, of everything that decides what is found: the file, each link on the way,
//! and where there is no file, the directory that it was taken out of.

use std::ffi::{OsStr, OsString};
use std::os::fd::BorrowedFd;

use rustix::fs::{AtFlags, FileType, Stat, statat};
use rustix::io::Errno;

use super::walk::{Stop, file_type, walk, walk_seeing};

/// What dockerd makes beside its configuration at its first start, up to Docker 24.
const MADE_BY_DOCKERD: &str = "key.json";

/// Between writing a new file and giving it its name lies less than this, in seconds, on the slowest of disks.
const AT_ONCE: i64 = 10;

/// The last change of what is found at `path`, in seconds since 1970; 0 where nothing has changed that could be told.
pub fn last(root: BorrowedFd<'_>, path: &OsStr) -> Result<i64, Stop> {
    let mut links = 0;
    let walked = walk_seeing(root, path, true, &mut |_, stat| {
        if file_type(stat) == FileType::Symlink {
            links = links.max(stat.st_ctime);
        }
    });
    match walked {
        Ok(place) => {
            let directory = place.directories().last().map_or(0, |(_, stat, _)| moved(stat));
            Ok(place.stat().st_ctime.max(links).max(directory))
        }
        Err(Stop::Os(Errno::NOENT)) => Ok(taken_out(root, path)?.max(links)),
        Err(stop) => Err(stop),
    }
}

/// When a directory was last renamed, or given to others. What is made or removed in it changes its mtime as well.
fn moved(directory: &Stat) -> i64 {
    if directory.st_ctime > directory.st_mtime { directory.st_ctime } else { 0 }
}

/// When the nearest directory that is still there lost, or got, what is in it.
fn taken_out(root: BorrowedFd<'_>, path: &OsStr) -> Result<i64, Stop> {
    let mut path = std::path::Path::new(path);
    loop {
        let Some(above) = path.parent() else { return Ok(0) };
        path = above;
        let place = match walk(root, &OsString::from(path), true) {
            Err(Stop::Os(Errno::NOENT)) => continue,
            walked => walked?,
        };
        let directory = place.stat();
        let own = statat(place.fd(), MADE_BY_DOCKERD, AtFlags::SYMLINK_NOFOLLOW);
        return Ok(if own.is_ok_and(|own| is_last_made(&own, directory)) { 0 } else { directory.st_ctime });
    }
}

/// Whether nothing has been put into a directory, or taken out, since this file of it was made.
fn is_last_made(file: &Stat, directory: &Stat) -> bool {
    let is_as_made = file.st_ctime.saturating_sub(file.st_mtime) <= AT_ONCE;
    is_as_made && (directory.st_ctime, directory.st_ctime_nsec) <= (file.st_ctime, file.st_ctime_nsec)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::fd::AsFd;
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use rustix::fs::{Mode, OFlags, open};

    use super::*;

    struct Root(tempfile::TempDir);

    impl Root {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            fs::create_dir_all(root.path().join("etc/docker")).unwrap();
            fs::write(root.path().join("etc/docker/daemon.json"), "{}").unwrap();
            Self(root)
        }

        fn at(&self, path: &str) -> std::path::PathBuf {
            self.0.path().join(path)
        }

        fn last(&self) -> i64 {
            let root = open(self.0.path(), OFlags::PATH, Mode::empty()).unwrap();
            last(root.as_fd(), Path::new("/etc/docker/daemon.json").as_os_str()).unwrap()
        }

        /// Does something a while later, and says whether it shows.
        fn shows(&self, change: impl FnOnce(&Self)) -> bool {
            let before = self.last();
            std::thread::sleep(Duration::from_millis(1100));
            change(self);
            self.last() > before
        }
    }

    fn old(path: &Path) {
        let time = SystemTime::now() - Duration::from_secs(86_400);
        fs::File::open(path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn every_way_to_another_content_shows() {
        assert!(Root::new().shows(|root| fs::write(root.at("etc/docker/daemon.json"), "{ }").unwrap()));
        assert!(Root::new().shows(|root| fs::remove_file(root.at("etc/docker/daemon.json")).unwrap()));
        assert!(Root::new().shows(|root| fs::remove_dir_all(root.at("etc/docker")).unwrap()));
        // A backup that keeps its own, older time.
        let root = Root::new();
        fs::write(root.at("etc/docker/daemon.json.bak"), "{}").unwrap();
        old(&root.at("etc/docker/daemon.json.bak"));
        let restore =
            |root: &Root| fs::rename(root.at("etc/docker/daemon.json.bak"), root.at("etc/docker/daemon.json"));
        assert!(root.shows(|root| restore(root).unwrap()));
        // A whole directory put in the place of the other.
        let root = Root::new();
        fs::create_dir(root.at("etc/new")).unwrap();
        fs::write(root.at("etc/new/daemon.json"), "{}").unwrap();
        assert!(root.shows(|root| {
            fs::rename(root.at("etc/docker"), root.at("etc/old")).unwrap();
            fs::rename(root.at("etc/new"), root.at("etc/docker")).unwrap();
        }));
    }

    #[test]
    fn a_link_that_leads_elsewhere_shows() {
        let root = Root::new();
        for name in ["one.json", "two.json"] {
            fs::write(root.at(name), "{}").unwrap();
            old(&root.at(name));
        }
        fs::remove_file(root.at("etc/docker/daemon.json")).unwrap();
        symlink("/one.json", root.at("etc/docker/daemon.json")).unwrap();
        assert!(root.shows(|root| {
            symlink("/two.json", root.at("etc/docker/next")).unwrap();
            fs::rename(root.at("etc/docker/next"), root.at("etc/docker/daemon.json")).unwrap();
        }));
    }

    #[test]
    fn what_does_not_decide_does_not_show() {
        assert!(!Root::new().shows(|root| fs::write(root.at("etc/docker/other"), "").unwrap()));
        assert!(!Root::new().shows(|root| fs::write(root.at("etc/passwd"), "").unwrap()));
        // Docker's key, made as the last thing in a directory that never had a configuration file.
        let root = Root::new();
        fs::remove_file(root.at("etc/docker/daemon.json")).unwrap();
        fs::write(root.at("etc/docker/key.json"), "{}").unwrap();
        assert_eq!(root.last(), 0);
        assert!(root.shows(|root| fs::write(root.at("etc/docker/later"), "").unwrap()));
    }
}
