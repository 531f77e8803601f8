//! Native code that was compiled before, by the digest of the component it came from.
//!
//! What is loaded from here runs outside the sandbox, so nobody but its owner may be able to write it: every
//! component of the path is checked, and the bytes are hashed again before they are used. A cache that fails a
//! check is not used; that costs time and nothing else.

use std::hash::{Hash, Hasher};
use std::io::Read as _;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component as PathComponent, Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;
use sha2::{Digest as _, Sha256};
use wasmtime::Engine;

use super::load::hex;

/// The bytes of a SHA-256, with which every cached file begins.
const HASH_BYTES: usize = 32;
/// Native code is about five times its component.
const MAX_FILE_BYTES: u64 = 512 * 1024 * 1024;

/// A directory of native code that only its owner can write.
#[derive(Debug)]
pub struct Cache {
    path: PathBuf,
    directory: OwnedFd,
}

/// Why a cache directory is not used.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    #[error("{path} is not an absolute path without \"..\"")]
    NotNormal { path: String },
    #[error("failed to open {path}: {source}")]
    Open { path: String, source: Errno },
    #[error("{path} belongs to uid {owner}, who could put native code there")]
    Owner { path: String, owner: u32 },
    #[error("{path} can be written by others (mode {mode:04o}), who could put native code there")]
    Writable { path: String, mode: u32 },
}

impl Cache {
    /// The cache of the user who runs keelmark: `KEELMARK_CACHE_DIR`, else `/var/cache/keelmark` for root, else below
    /// the XDG cache directory. None where there is no home to put it in.
    pub fn default_path() -> Option<PathBuf> {
        if let Some(path) = std::env::var_os("KEELMARK_CACHE_DIR").filter(|path| !path.is_empty()) {
            return Some(PathBuf::from(path));
        }
        if rustix::process::geteuid().is_root() {
            // Never below $HOME: `sudo` may keep the home of a user whose files root must not trust.
            return Some(PathBuf::from("/var/cache/keelmark"));
        }
        let xdg = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let base = xdg.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))?;
        Some(base.join("keelmark"))
    }

    /// Opens the directory, making it (mode 0700) where it does not exist, and checks who could have written it.
    pub fn open(path: &Path) -> Result<Self, CacheError> {
        let not_normal = || CacheError::NotNormal { path: path.display().to_string() };
        let mut parts = path.components();
        if parts.next() != Some(PathComponent::RootDir) {
            return Err(not_normal());
        }
        let mut here = PathBuf::from("/");
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = |source| CacheError::Open { path: path.display().to_string(), source };
        let mut directory = rustix::fs::open("/", flags, Mode::empty()).map_err(open)?;
        check_owner(&directory, &here)?;
        for part in parts {
            let PathComponent::Normal(name) = part else { return Err(not_normal()) };
            here.push(name);
            let failed = |source| CacheError::Open { path: here.display().to_string(), source };
            directory = match rustix::fs::openat(&directory, name, flags, Mode::empty()) {
                Err(Errno::NOENT) => {
                    rustix::fs::mkdirat(&directory, name, Mode::RWXU).or_else(ignore_exists).map_err(failed)?;
                    rustix::fs::openat(&directory, name, flags, Mode::empty()).map_err(failed)?
                }
                opened => opened.map_err(failed)?,
            };
            check_owner(&directory, &here)?;
        }
        // Stickiness excuses the directories above: in this one, others must not even add names.
        let mode = rustix::fs::fstat(&directory).map_err(open)?.st_mode & 0o7777;
        if mode & 0o022 != 0 {
            return Err(CacheError::Writable { path: here.display().to_string(), mode });
        }
        Ok(Self { path: here, directory })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The native code of a component, if it is here and whole.
    pub(super) fn get(&self, engine: &Engine, digest: &str) -> Option<Vec<u8>> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.directory, file_name(engine, digest), flags, Mode::empty()).ok()?;
        let stat = rustix::fs::fstat(&file).ok()?;
        let is_ours = stat.st_uid == 0 || stat.st_uid == rustix::process::geteuid().as_raw();
        let is_file = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        if !is_ours || !is_file || stat.st_mode & 0o022 != 0 {
            return None;
        }
        let mut bytes = Vec::new();
        std::fs::File::from(file).take(MAX_FILE_BYTES).read_to_end(&mut bytes).ok()?;
        let (hash, native) = bytes.split_at_checked(HASH_BYTES)?;
        let is_whole = Sha256::digest(native).as_slice() == hash;
        is_whole.then(|| native.to_vec())
    }

    /// Keeps native code. Failing to is not an error: the next run compiles again.
    pub(super) fn put(&self, engine: &Engine, digest: &str, native: &[u8]) {
        let name = file_name(engine, digest);
        // Two processes may do this at once: each writes its own file, and the last rename wins with the same bytes.
        let temporary = format!("{name}.{}.tmp", std::process::id());
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let written = rustix::fs::openat(&self.directory, &temporary, flags, Mode::RUSR | Mode::WUSR)
            .map_err(std::io::Error::from)
            .and_then(|file| {
                let mut file = std::fs::File::from(file);
                std::io::Write::write_all(&mut file, &Sha256::digest(native))?;
                std::io::Write::write_all(&mut file, native)
            })
            .and_then(|()| Ok(rustix::fs::renameat(&self.directory, &temporary, &self.directory, &name)?));
        if written.is_err() {
            let _ = rustix::fs::unlinkat(&self.directory, &temporary, AtFlags::empty());
        }
    }
}

fn ignore_exists(error: Errno) -> Result<(), Errno> {
    if error == Errno::EXIST { Ok(()) } else { Err(error) }
}

/// Every directory on the way belongs to root or to us, and nobody else can rename what is in it.
fn check_owner(directory: impl AsFd, path: &Path) -> Result<(), CacheError> {
    let name = || path.display().to_string();
    let stat = rustix::fs::fstat(directory).map_err(|source| CacheError::Open { path: name(), source })?;
    let we = rustix::process::geteuid().as_raw();
    if stat.st_uid != 0 && stat.st_uid != we {
        return Err(CacheError::Owner { path: name(), owner: stat.st_uid });
    }
    let mode = stat.st_mode & 0o7777;
    // In a sticky directory such as /tmp others can add names, but not replace ours.
    let is_sticky = mode & 0o1000 != 0;
    if mode & 0o022 != 0 && !is_sticky {
        return Err(CacheError::Writable { path: name(), mode });
    }
    Ok(())
}

/// Names the component and everything about the compiler that decides whether its native code still fits.
fn file_name(engine: &Engine, digest: &str) -> String {
    let mut hasher = Sha256Hasher(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    let compiler = hex(&hasher.0.finalize());
    format!("{digest}-{}.native", compiler.get(..16).unwrap_or(&compiler))
}

/// std's own hasher may change between Rust versions; a cache key should not.
struct Sha256Hasher(Sha256);

impl Hasher for Sha256Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_others_can_write_is_refused() {
        let base = tempfile::tempdir().unwrap();
        let open = base.path().join("open");
        std::fs::create_dir(&open).unwrap();
        std::fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
        assert!(matches!(Cache::open(&open.join("cache")), Err(CacheError::Writable { .. })));
    }

    #[test]
    fn a_sticky_directory_is_good_enough_on_the_way_but_not_as_the_cache() {
        let base = tempfile::tempdir().unwrap();
        let sticky = base.path().join("sticky");
        std::fs::create_dir(&sticky).unwrap();
        std::fs::set_permissions(&sticky, std::os::unix::fs::PermissionsExt::from_mode(0o1777)).unwrap();
        assert!(matches!(Cache::open(&sticky), Err(CacheError::Writable { .. })));
        assert!(Cache::open(&sticky.join("cache")).is_ok());
    }

    #[test]
    fn a_link_on_the_way_is_refused() {
        let base = tempfile::tempdir().unwrap();
        std::fs::create_dir(base.path().join("real")).unwrap();
        std::os::unix::fs::symlink("real", base.path().join("link")).unwrap();
        assert!(matches!(Cache::open(&base.path().join("link")), Err(CacheError::Open { .. })));
        assert!(matches!(Cache::open(&base.path().join("x/../real")), Err(CacheError::NotNormal { .. })));
    }

    #[test]
    fn what_was_changed_since_is_not_returned() {
        let base = tempfile::tempdir().unwrap();
        let cache = Cache::open(&base.path().join("cache")).unwrap();
        let engine = Engine::default();
        cache.put(&engine, "abc", b"native code");
        assert_eq!(cache.get(&engine, "abc").as_deref(), Some(&b"native code"[..]));
        let file = base.path().join("cache").join(file_name(&engine, "abc"));
        let mut bytes = std::fs::read(&file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&file, bytes).unwrap();
        assert_eq!(cache.get(&engine, "abc"), None);
    }
}
