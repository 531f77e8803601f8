//! Installed plugins: their files, what they were granted, and whose signatures are trusted.
//!
//! ```text
//! keelmark.lock          what is installed; its rename is the one moment at which anything changes
//! grants.toml            what was granted; the lock holds its digest, so both change together
//! trust.toml             the keys whose signatures are trusted
//! plugins/<sha256>.wasm  components, by their digest; beside them <sha256>.minisig, signatures by theirs
//! exclusive              what processes lock: many may read, one may write
//! ```
//!
//! A process that is killed, or that finds the disk full, leaves what was there before, and perhaps files that nothing
//! names; the next one that writes sweeps them away.

mod candidate;
mod error;
mod exclusive;
mod grants;
mod load;
mod lock;
mod signature;
pub mod source;
mod state;
mod trust;

use std::path::{Path, PathBuf};

use keelmark_disk::private_dir::PrivateDir;

pub use candidate::{Allowances, Candidate, CandidateError, Change, what_needs_a_grant};
pub use error::{LoadProblem, StoreError};
pub use grants::{Grants, Written, parse_grant_file, read_grant_file};
pub use load::{Installed, Unusable, check_imports};
pub use lock::{Entry, Lock};
pub use signature::{Provenance, SignatureError, parse_key, provenance};
pub use state::{State, Transaction};
pub use trust::{TrustedKey, TrustedKeys};

/// Where components are, in the store.
const PLUGINS: &str = "plugins";

/// The store of the user who runs keelmark.
#[derive(Debug)]
pub struct Store {
    directory: PrivateDir,
}

impl Store {
    /// `KEELMARK_STORE_DIR`, else `/var/lib/keelmark` for root, else below the XDG data directory.
    pub fn default_path() -> Result<PathBuf, StoreError> {
        if let Some(path) = std::env::var_os("KEELMARK_STORE_DIR").filter(|path| !path.is_empty()) {
            return Ok(PathBuf::from(path));
        }
        if rustix::process::geteuid().is_root() {
            // Never below $HOME: `sudo` may keep the home of a user whose files root must not trust.
            return Ok(PathBuf::from("/var/lib/keelmark"));
        }
        let xdg = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let home = || std::env::var_os("HOME").filter(|home| !home.is_empty());
        let base = xdg.or_else(|| home().map(|home| Path::new(&home).join(".local/share")));
        base.map(|base| base.join("keelmark")).ok_or(StoreError::NoPlace)
    }

    /// Opens a store for writing, making it where there is none.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { directory: PrivateDir::open(path)? })
    }

    /// Opens a store for reading; none where nothing was ever installed.
    pub fn open_existing(path: &Path) -> Result<Option<Self>, StoreError> {
        Ok(PrivateDir::open_existing(path)?.map(|directory| Self { directory }))
    }

    /// The default store, for reading; none where nothing was ever installed, or where there is no place for it.
    pub fn open_default() -> Result<Option<Self>, StoreError> {
        match Self::default_path() {
            // Nothing was ever installed: whether somebody else could write to the place is no concern yet.
            Ok(path) if path.is_absolute() && !path.exists() => Ok(None),
            Ok(path) => Self::open_existing(&path),
            Err(StoreError::NoPlace) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }
}
