//! Native code that was compiled before, by the digest of the component it came from.
//!
//! What is loaded from here runs outside the sandbox, so nobody but its owner may be able to write it: every
//! component of the path is checked, and the bytes are hashed again before they are used. A cache that fails a
//! check is not used; that costs time and nothing else.
//!
//! A file is what wasmtime wrote and then its hash, so that the code can be mapped from the file instead of being read
//! into memory: of several MiB most is never run.

use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use keelmark_contract::hex;
use keelmark_disk::private_dir::{PrivateDir, PrivateDirError};
use sha2::{Digest as _, Sha256};
use wasmtime::Engine;

/// The bytes of a SHA-256, with which every cached file ends.
const HASH_BYTES: usize = 32;
/// Native code is about five times its component.
pub(super) const MAX_FILE_BYTES: u64 = 512 * 1024 * 1024;
/// Read and hashed at once: as much as a processor keeps near.
const PIECE_BYTES: usize = 128 * 1024;

/// A directory of native code that only its owner can write.
#[derive(Debug)]
pub struct Cache(PrivateDir);

/// What a cache holds of one component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CachedCode {
    None,
    Whole,
    /// It is compiled anew, and never run.
    Damaged,
}

impl Cache {
    /// How the names of its files end: what wasmtime's own tools call compiled WebAssembly.
    pub const SUFFIX: &str = ".cwasm";

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
    pub fn open(path: &Path) -> Result<Self, PrivateDirError> {
        PrivateDir::open(path).map(Self)
    }

    /// The same for looking at it: makes nothing; none where there is no cache, or none that may be used.
    pub fn open_existing(path: &Path) -> Option<Self> {
        PrivateDir::open_existing(path).ok().flatten().map(Self)
    }

    /// What is kept of a component, whatever compiler made it.
    pub fn inspect(&self, digest: &str) -> CachedCode {
        let names = self.0.names().unwrap_or_default();
        let of_it = names.iter().filter(|name| name.starts_with(digest) && name.ends_with(Self::SUFFIX));
        let is_whole = |name: &String| self.0.open_file(name).ok().flatten().is_some_and(|file| is_whole(&file));
        let found: Vec<bool> = of_it.map(is_whole).collect();
        match (found.is_empty(), found.contains(&false)) {
            (true, _) => CachedCode::None,
            (false, true) => CachedCode::Damaged,
            (false, false) => CachedCode::Whole,
        }
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The native code of a component, if it is here and whole.
    pub(super) fn get(&self, engine: &Engine, digest: &str) -> Option<WholeFile> {
        self.0.open_file(&file_name(engine, digest)).ok()?.and_then(WholeFile::of)
    }

    /// Keeps native code. Failing to is not an error: the next run compiles again.
    pub(super) fn put(&self, engine: &Engine, digest: &str, native: &[u8]) {
        // Two processes may do this at once: each writes its own file, and the last rename wins with the same bytes.
        let _ = self.0.write(&file_name(engine, digest), &[native, &Sha256::digest(native)], false);
    }

    /// The same with what another process compiled.
    pub(super) fn keep(&self, engine: &Engine, digest: &str, native: &WholeFile) {
        let mut whole = &native.0;
        if whole.seek(SeekFrom::Start(0)).is_ok() {
            let _ = self.0.write_from(&file_name(engine, digest), &mut whole);
        }
    }
}

/// A file that was compared with its hash, and begins with native code.
#[derive(Debug)]
pub(super) struct WholeFile(File);

impl WholeFile {
    /// The file, where it ends with the hash of the rest.
    pub(super) fn of(file: File) -> Option<Self> {
        is_whole(&file).then_some(Self(file))
    }

    /// A path of this very file, whatever its name stands for by now.
    pub(super) fn path(&self) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", self.0.as_raw_fd()))
    }

    /// The native code in memory, for where it cannot be run from the file: on a file system that is mounted `noexec`.
    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        let length = self.0.metadata()?.len().saturating_sub(HASH_BYTES as u64);
        let mut native = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.0.read_exact_at(&mut native, 0)?;
        Ok(native)
    }
}

/// Whether a cached file holds what was written there.
fn is_whole(file: &File) -> bool {
    let compare = || -> io::Result<bool> {
        let length = file.metadata()?.len();
        let Some(native) = length.checked_sub(HASH_BYTES as u64).filter(|_| length <= MAX_FILE_BYTES) else {
            return Ok(false);
        };
        let mut hasher = Sha256::new();
        io::copy(&mut BufReader::with_capacity(PIECE_BYTES, file).take(native), &mut hasher)?;
        let mut hash = [0; HASH_BYTES];
        file.read_exact_at(&mut hash, native)?;
        Ok(hasher.finalize().as_slice() == hash)
    };
    compare().unwrap_or(false)
}

/// Names the component and everything about the compiler that decides whether its native code still fits.
fn file_name(engine: &Engine, digest: &str) -> String {
    let mut hasher = Sha256Hasher(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    let compiler = hex(&hasher.0.finalize());
    format!("{digest}-{}{}", compiler.get(..16).unwrap_or(&compiler), Cache::SUFFIX)
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
    fn what_was_changed_since_is_not_returned() {
        let base = tempfile::tempdir().unwrap();
        let cache = Cache::open(&base.path().join("cache")).unwrap();
        let engine = Engine::default();
        cache.put(&engine, "abc", b"native code");
        let kept = cache.get(&engine, "abc").unwrap();
        assert_eq!(kept.read().unwrap(), b"native code");
        let file = base.path().join("cache").join(file_name(&engine, "abc"));
        let mut bytes = std::fs::read(&file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&file, bytes).unwrap();
        assert!(cache.get(&engine, "abc").is_none());
    }
}
