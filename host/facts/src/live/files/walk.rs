//! Resolving a path one component at a time, below a root that it cannot leave.
//!
//! Every component is opened with `O_PATH | O_NOFOLLOW` relative to the descriptor before it, and symlinks are
//! resolved here instead of by the kernel. Three things follow:
//!
//! - An absolute link or `..` stays inside the root, which is what `--host-root` needs.
//! - What is read afterwards is the descriptor that was looked at: nobody can swap a link in between.
//! - The magic links of /proc (`/proc/1/root`, `/proc/self/fd/3`) are not traversed: they lead out of the root and
//!   into containers, whatever their text says.
//!
//! `O_PATH` opens nothing for reading, so a walk never blocks on a FIFO and never wakes a device.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use rustix::fs::{FileType, FsWord, Mode, OFlags, PROC_SUPER_MAGIC, Stat, fstat, fstatfs, openat, readlinkat};
use rustix::io::Errno;

/// As many links as Linux itself follows in one path.
const MAX_LINKS: usize = 40;

/// Each directory on the way is held open, and links can nest paths in paths. The deepest paths of a Docker host,
/// below /var/lib/docker/overlay2, have about 30 components; twice a hundred leaves descriptors for everyone else.
const MAX_DEPTH: usize = 200;

/// The inode number of a procfs root, which the kernel has promised (`PROCFS_ROOT_INO`).
const PROC_ROOT_INODE: u64 = 1;

/// The kernel's number for autofs.
const AUTOFS_SUPER_MAGIC: FsWord = 0x0187;

/// Why a walk ended early.
#[derive(Debug, PartialEq, Eq)]
pub enum Stop {
    Os(Errno),
    TooManyLinks,
    TooDeep,
    MagicLink,
    /// The way leads below an automount point where nothing is mounted. Walking does not mount: an audit changes
    /// nothing, and whether the file exists is not known.
    NotMounted,
    /// The file was replaced between being looked at and being opened.
    Replaced,
}

impl From<Errno> for Stop {
    fn from(errno: Errno) -> Self {
        Stop::Os(errno)
    }
}

/// One component on the way to a file, held open.
struct Step {
    name: OsString,
    fd: OwnedFd,
    stat: Stat,
}

/// A file that a walk has arrived at, and the directories above it, all held open.
pub struct Place<'root> {
    root: BorrowedFd<'root>,
    root_stat: Stat,
    steps: Vec<Step>,
    followed: bool,
}

/// Walks from `root` to `path`. A symlink in the last place is resolved only with `follow`; those before it always are.
pub fn walk<'root>(root: BorrowedFd<'root>, path: &OsStr, follow: bool) -> Result<Place<'root>, Stop> {
    walk_seeing(root, path, follow, &mut |_, _| ())
}

/// Like [`walk`], and shows `see` everything that decides where the path leads: the root, every directory and link on
/// the way and the file itself, each with its name.
pub fn walk_seeing<'root>(
    root: BorrowedFd<'root>,
    path: &OsStr,
    follow: bool,
    see: &mut dyn FnMut(&OsStr, &Stat),
) -> Result<Place<'root>, Stop> {
    let mut place = Place { root, root_stat: fstat(root)?, steps: Vec::new(), followed: false };
    see(OsStr::new("/"), &place.root_stat);
    let mut pending = Vec::new();
    push_components(&mut pending, path);
    let mut links = 0;
    while let Some(name) = pending.pop() {
        if file_type(place.stat()) != FileType::Directory {
            return Err(Errno::NOTDIR.into());
        }
        if name == "." {
            continue;
        }
        if name == ".." {
            // In the root there is nothing to pop: as everywhere on Unix, its parent is itself.
            place.steps.pop();
            continue;
        }
        let step = match Step::open(place.fd(), name) {
            Err(Errno::NOENT) if is_on(place.fd(), AUTOFS_SUPER_MAGIC)? => return Err(Stop::NotMounted),
            step => step?,
        };
        see(&step.name, &step.stat);
        if file_type(&step.stat) == FileType::Symlink && (follow || !pending.is_empty()) {
            links += 1;
            if links > MAX_LINKS {
                return Err(Stop::TooManyLinks);
            }
            if is_magic_link(place.stat(), &step)? {
                return Err(Stop::MagicLink);
            }
            let target = link_target(&step.fd)?;
            if target.as_bytes().starts_with(b"/") {
                place.steps.clear();
            }
            push_components(&mut pending, &target);
            place.followed = true;
            continue;
        }
        if place.steps.len() >= MAX_DEPTH {
            return Err(Stop::TooDeep);
        }
        place.steps.push(step);
    }
    Ok(place)
}

impl Place<'_> {
    /// The file itself, opened with `O_PATH`.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.steps.last().map_or(self.root, |step| step.fd.as_fd())
    }

    /// The facts about the file when the walk met it.
    pub fn stat(&self) -> &Stat {
        self.steps.last().map_or(&self.root_stat, |step| &step.stat)
    }

    pub fn file_type(&self) -> FileType {
        file_type(self.stat())
    }

    /// Whether a symlink was resolved on the way.
    pub fn followed_links(&self) -> bool {
        self.followed
    }

    /// The path from the root to the file, free of links.
    pub fn path(&self) -> PathBuf {
        let mut path = PathBuf::from("/");
        path.extend(self.steps.iter().map(|step| &step.name));
        path
    }

    /// The directories above the file, outermost first, below the root: who may write to one replaces what is in it.
    pub fn directories(&self) -> impl Iterator<Item = (PathBuf, &Stat, BorrowedFd<'_>)> {
        let above = self.steps.len().saturating_sub(1);
        let mut path = PathBuf::from("/");
        self.steps.iter().take(above).map(move |step| {
            path.push(&step.name);
            (path.clone(), &step.stat, step.fd.as_fd())
        })
    }

    /// Where the link points, as written in it; `None` if the file is no symlink.
    pub fn target(&self) -> Result<Option<OsString>, Errno> {
        if self.file_type() == FileType::Symlink { link_target(self.fd()).map(Some) } else { Ok(None) }
    }

    /// Whether the file is in a procfs, wherever that is mounted, but not directly in its root. There are the files
    /// about single processes.
    pub fn is_inside_proc(&self) -> Result<bool, Errno> {
        Ok(is_on(self.fd(), PROC_SUPER_MAGIC)? && self.parent().1.st_ino != PROC_ROOT_INODE)
    }

    /// Opens a regular file for reading. A descriptor from `O_PATH` cannot be read, and reopening it through
    /// /proc/self/fd needs a /proc that may be absent in a container. So the name is opened once more, and what it
    /// stands for now must be the file that the walk met.
    pub fn open_file(&self) -> Result<File, Stop> {
        let Some(step) = self.steps.last() else { return Err(Errno::ISDIR.into()) };
        // NONBLOCK: should the name now stand for a FIFO, opening it must not wait for a writer.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let fd = openat(self.parent().0, &step.name, flags, Mode::empty()).map_err(|errno| match errno {
            Errno::NOENT | Errno::LOOP | Errno::NOTDIR | Errno::NXIO | Errno::NODEV => Stop::Replaced,
            errno => Stop::Os(errno),
        })?;
        let now = fstat(&fd)?;
        let same = now.st_dev == step.stat.st_dev && now.st_ino == step.stat.st_ino;
        if same && file_type(&now) == FileType::RegularFile { Ok(File::from(fd)) } else { Err(Stop::Replaced) }
    }

    /// Opens a directory for listing. "." of a descriptor is always the directory itself.
    pub fn open_directory(&self) -> Result<OwnedFd, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        openat(self.fd(), ".", flags, Mode::empty())
    }

    /// The directory that holds the file.
    fn parent(&self) -> (BorrowedFd<'_>, &Stat) {
        let above = self.steps.len().checked_sub(2).and_then(|index| self.steps.get(index));
        above.map_or((self.root, &self.root_stat), |step| (step.fd.as_fd(), &step.stat))
    }
}

impl Step {
    fn open(directory: BorrowedFd<'_>, name: OsString) -> Result<Self, Errno> {
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = openat(directory, &name, flags, Mode::empty())?;
        let stat = fstat(&fd)?;
        Ok(Self { name, fd, stat })
    }
}

/// What kind of file `stat` is about.
pub fn file_type(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}

/// Puts the components of `path` on the stack, the first one on top.
fn push_components(pending: &mut Vec<OsString>, path: &OsStr) {
    let bytes = path.as_bytes();
    // "x/" is "x/.": x must be a directory, and if it is a link, the one that it leads to.
    if bytes.ends_with(b"/") {
        pending.push(OsString::from("."));
    }
    let components = bytes.rsplit(|byte| *byte == b'/').filter(|name| !name.is_empty());
    pending.extend(components.map(|name| OsStr::from_bytes(name).to_owned()));
}

fn link_target(link: impl AsFd) -> Result<OsString, Errno> {
    let target = readlinkat(link, "", Vec::new())?;
    Ok(OsString::from_vec(target.into_bytes()))
}

/// The links in the root of /proc (self, thread-self, mounts, net) are plain text; all below it are taken for magic.
fn is_magic_link(parent: &Stat, link: &Step) -> Result<bool, Errno> {
    Ok(parent.st_ino != PROC_ROOT_INODE && is_on(&link.fd, PROC_SUPER_MAGIC)?)
}

fn is_on(file: impl AsFd, filesystem: FsWord) -> Result<bool, Errno> {
    Ok(fstatfs(file)?.f_type == filesystem)
}
