use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};

use super::*;

/// A directory that everybody can write, with a link, a pipe and a file of somebody else's in it. Only root can make one.
struct Shared(tempfile::TempDir);

impl Shared {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        rustix::process::geteuid().is_root().then_some(Self(folder))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn link(&self, name: &str, target: &Path) -> PathBuf {
        symlink(target, self.path(name)).unwrap();
        std::os::unix::fs::lchown(self.path(name), Some(1000), None).unwrap();
        self.path(name)
    }
}

fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    Place::find(path)?.write(content, 0o644)
}

fn refusal(done: std::io::Result<impl Sized>) -> String {
    done.map(drop).unwrap_err().to_string()
}

#[test]
fn a_link_of_somebody_else_s_is_not_followed() {
    let Some(shared) = Shared::new() else { return };
    let victim = tempfile::tempdir().unwrap();
    let passwd = victim.path().join("passwd");
    std::fs::write(&passwd, "root").unwrap();
    std::fs::set_permissions(&passwd, std::fs::Permissions::from_mode(0o644)).unwrap();
    let link = shared.link("log", &passwd);
    for refused in [refusal(write(&link, b"x")), refusal(Place::find(&link).and_then(|place| place.append(0o600)))] {
        assert!(refused.contains("a link of uid 1000"), "{refused}");
    }
    // Nor one in the place of a directory on the way.
    let folder = shared.link("folder", victim.path());
    assert!(refusal(write(&folder.join("passwd"), b"x")).contains("a link of uid 1000"));
    let found = std::fs::metadata(&passwd).unwrap();
    assert_eq!((std::fs::read(&passwd).unwrap().as_slice(), found.mode() & 0o777), (&b"root"[..], 0o644));
}

#[test]
fn one_s_own_link_is_followed_and_a_plain_file_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("file"), folder.path().join("link"));
    symlink("file", &link).unwrap();
    write(&link, b"one").unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), b"one");
    write(&link, b"two").unwrap();
    assert_eq!(
        (std::fs::read(&file).unwrap().as_slice(), std::fs::read_dir(folder.path()).unwrap().count()),
        (&b"two"[..], 2)
    );
    symlink("loop", folder.path().join("loop")).unwrap();
    assert!(write(&folder.path().join("loop"), b"x").is_err());
    assert!(write(folder.path(), b"x").is_err() && write(&folder.path().join("absent/file"), b"x").is_err());
}

#[test]
fn a_file_of_somebody_else_s_is_no_log_and_stays_as_it_is() {
    let Some(shared) = Shared::new() else { return };
    let theirs = shared.path("theirs");
    std::fs::write(&theirs, "").unwrap();
    std::fs::set_permissions(&theirs, std::fs::Permissions::from_mode(0o666)).unwrap();
    chown(&theirs, Some(1000), None).unwrap();
    assert!(refusal(Place::find(&theirs).and_then(|place| place.append(0o600))).contains("belongs to uid 1000"));
    assert_eq!(std::fs::metadata(&theirs).unwrap().mode() & 0o777, 0o666);
    // A report replaces it: it is ours then.
    write(&theirs, b"report").unwrap();
    assert_eq!(std::fs::metadata(&theirs).unwrap().uid(), 0);
    // Another name of a file of ours.
    let ours = shared.path("ours");
    std::fs::write(&ours, "").unwrap();
    std::fs::hard_link(&ours, shared.path("other-name")).unwrap();
    assert!(
        refusal(Place::find(&shared.path("other-name")).and_then(|place| place.append(0o600))).contains("another name")
    );
}

#[test]
fn pipes_and_devices_are_written_only_where_nobody_else_put_them() {
    let Some(shared) = Shared::new() else { return };
    let pipe = shared.path("pipe");
    rustix::fs::mkfifoat(CWD, &pipe, Mode::RUSR | Mode::WUSR).unwrap();
    assert!(refusal(write(&pipe, b"x")).contains("others could have put there"));
    assert!(refusal(Place::find(&pipe).and_then(|place| place.append(0o600))).contains("others could have put there"));
    let full = write(Path::new("/dev/full"), b"x").unwrap_err();
    assert_eq!(full.kind(), ErrorKind::StorageFull, "a device of root's in root's directory");
    write(Path::new("/dev/null"), b"x").unwrap();
}

#[test]
fn one_s_own_descriptors_are_written_as_they_are() {
    let file = tempfile::NamedTempFile::new().unwrap();
    use std::os::fd::AsRawFd as _;
    let number = file.as_raw_fd();
    write(Path::new(&format!("/proc/self/fd/{number}")), b"one").unwrap();
    write(Path::new(&format!("/dev/fd/{number}")), b"two").unwrap();
    let content = std::fs::read_to_string(file.path()).unwrap();
    assert!(content == "two" || content == "onetwo", "{content}");
}

#[test]
fn what_fails_half_way_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::find(&folder.path().join("file")).unwrap();
    let failed: std::io::Result<()> = place.replace(0o644, |file| {
        file.write_all(b"half")?;
        Err(Error::other("no more"))
    });
    assert!(failed.is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
