//! POSIX access control lists: rights that the nine bits of a mode do not show.

use std::os::fd::{AsRawFd, BorrowedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{fstat, getxattr, lgetxattr, lstat};
use rustix::io::Errno;

/// The attribute in which Linux hands out a file's access ACL.
const ATTRIBUTE: &str = "system.posix_acl_access";

/// Room for a hundred entries, which is more than any that is kept by hand; and Linux's own limit (`XATTR_SIZE_MAX`).
const BYTES: [usize; 2] = [1024, 64 * 1024];

const VERSION: u32 = 2;
const USER: u16 = 0x02;
const GROUP: u16 = 0x08;
const MASK: u16 = 0x10;

/// The named entries of a file's ACL and its mask, as getfacl prints them with numbers:
/// "user:1000:rw-,mask::rw-". None where it has no entry beyond owner, group and others; an error says why it could
/// not be read. `path` is where the file was found, in keelmark's own view.
pub fn read(file: BorrowedFd<'_>, path: &Path) -> Result<Option<String>, String> {
    // A descriptor from O_PATH has no attributes, and a socket cannot be opened. By this name the kernel goes to the
    // very file that is held open, whatever its path stands for by now.
    let own = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    let attribute = match attribute(|value| getxattr(&own, ATTRIBUTE, value)) {
        // In a pid namespace whose /proc is another's. By its path, then, if that leads to the same file all the while.
        Err(Errno::NOENT) => {
            let is_same = || is_at(file, path);
            let found = is_same().and_then(|()| attribute(|value| lgetxattr(path, ATTRIBUTE, value)));
            found.and_then(|found| is_same().map(|()| found))
        }
        read => read,
    };
    match attribute {
        Ok(Some(value)) => named_entries(&value),
        Ok(None) => Ok(None),
        Err(errno) => Err(format!("its access control list cannot be read: {}", std::io::Error::from(errno))),
    }
}

/// Whether the path leads to the file that is held open.
fn is_at(file: BorrowedFd<'_>, path: &Path) -> Result<(), Errno> {
    let (held, there) = (fstat(file)?, lstat(path)?);
    if (held.st_dev, held.st_ino) == (there.st_dev, there.st_ino) { Ok(()) } else { Err(Errno::STALE) }
}

/// The attribute; none where the file or its filesystem has no list.
fn attribute(read: impl Fn(&mut [u8]) -> Result<usize, Errno>) -> Result<Option<Vec<u8>>, Errno> {
    let mut reason = Errno::RANGE;
    for size in BYTES {
        let mut value = vec![0; size];
        match read(&mut value) {
            Ok(length) => {
                value.truncate(length);
                return Ok(Some(value));
            }
            Err(Errno::NODATA | Errno::OPNOTSUPP | Errno::NOSYS) => return Ok(None),
            Err(errno) => reason = errno,
        }
        if reason != Errno::RANGE {
            break;
        }
    }
    Err(reason)
}

/// The kernel's form: a version, and entries of a tag, rights and a number, in little endian.
fn named_entries(value: &[u8]) -> Result<Option<String>, String> {
    let broken = || "its access control list has a form that is not known".to_owned();
    let (version, mut rest) = value.split_first_chunk::<4>().ok_or_else(broken)?;
    if u32::from_le_bytes(*version) != VERSION {
        return Err(broken());
    }
    let (mut named, mut mask) = (Vec::new(), None);
    while let Some((entry, others)) = rest.split_first_chunk::<8>() {
        let [tag_low, tag_high, rights_low, rights_high, id @ ..] = *entry;
        let rights = rights(u16::from_le_bytes([rights_low, rights_high]));
        let id = u32::from_le_bytes(id);
        match u16::from_le_bytes([tag_low, tag_high]) {
            USER => named.push(format!("user:{id}:{rights}")),
            GROUP => named.push(format!("group:{id}:{rights}")),
            MASK => mask = Some(format!("mask::{rights}")),
            _ => {}
        }
        rest = others;
    }
    if !rest.is_empty() {
        return Err(broken());
    }
    if named.is_empty() {
        return Ok(None);
    }
    named.extend(mask);
    Ok(Some(named.join(",")))
}

fn rights(bits: u16) -> String {
    [(4, 'r'), (2, 'w'), (1, 'x')].into_iter().map(|(bit, letter)| if bits & bit != 0 { letter } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(entries: &[(u16, u16, u32)]) -> Vec<u8> {
        let mut bytes = VERSION.to_le_bytes().to_vec();
        for (tag, rights, id) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(rights.to_le_bytes());
            bytes.extend(id.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn named_entries_are_written_as_getfacl_does() {
        let all = [
            (0x01, 6, u32::MAX),
            (0x02, 6, 1000),
            (0x04, 4, u32::MAX),
            (0x08, 5, 50),
            (0x10, 6, u32::MAX),
            (0x20, 0, 0),
        ];
        assert_eq!(named_entries(&value(&all)).unwrap().as_deref(), Some("user:1000:rw-,group:50:r-x,mask::rw-"));
        let plain = [(0x01, 6, u32::MAX), (0x04, 4, u32::MAX), (0x20, 0, 0)];
        assert_eq!(named_entries(&value(&plain)), Ok(None));
    }

    #[test]
    fn what_is_no_list_is_an_error() {
        let mut cut = value(&[(0x02, 6, 1000)]);
        cut.pop();
        let other = 3_u32.to_le_bytes().to_vec();
        for broken in [vec![], vec![2, 0, 0], cut, other] {
            assert!(named_entries(&broken).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn a_socket_has_a_list_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let flags = rustix::fs::OFlags::PATH | rustix::fs::OFlags::CLOEXEC;
        let fd = rustix::fs::open(&path, flags, rustix::fs::Mode::empty()).unwrap();
        use std::os::fd::AsFd;
        assert_eq!(read(fd.as_fd(), &path), Ok(None));
        let list = value(&[
            (0x01, 6, u32::MAX),
            (0x02, 6, 4242),
            (0x04, 6, u32::MAX),
            (0x10, 6, u32::MAX),
            (0x20, 0, u32::MAX),
        ]);
        match rustix::fs::setxattr(&path, ATTRIBUTE, &list, rustix::fs::XattrFlags::empty()) {
            Ok(()) => assert_eq!(read(fd.as_fd(), &path).unwrap().as_deref(), Some("user:4242:rw-,mask::rw-")),
            Err(errno) => assert_eq!(errno, Errno::OPNOTSUPP, "only a filesystem without lists refuses one"),
        }
        assert_eq!(is_at(fd.as_fd(), &path), Ok(()));
        assert_eq!(is_at(fd.as_fd(), folder.path()), Err(Errno::STALE));
    }
}
