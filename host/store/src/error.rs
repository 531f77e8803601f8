//! Why the store, or a plugin in it, is not used.

use keelmark_contract::plugin::{FormError, Level, ManifestError};
use keelmark_disk::private_dir::PrivateDirError;

use super::SignatureError;

/// Why the store is not read or not changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Directory(#[from] PrivateDirError),
    #[error("there is no place for plugins: neither KEELMARK_STORE_DIR, XDG_DATA_HOME nor HOME is set")]
    NoPlace,
    #[error("{path}: {problem}")]
    Damaged { path: String, problem: String },
    #[error("{path} is of schema {found}, but this keelmark reads schema {known}; a newer keelmark wrote it")]
    Schema { path: String, found: u32, known: u32 },
    #[error("another keelmark has held {path} for {seconds} s; if it hangs, end it")]
    Busy { path: String, seconds: u64 },
    #[error("failed to lock {path}: {source}")]
    Lock { path: String, source: std::io::Error },
    #[error("{id:?} is not installed{}", known(.installed))]
    NotInstalled { id: String, installed: Vec<String> },
    #[error("{0}")]
    Refused(String),
}

fn known(installed: &[String]) -> String {
    if installed.is_empty() {
        return "; nothing is (`keelmark plugin install` installs)".into();
    }
    format!("; installed are: {}", installed.join(", "))
}

/// Why an installed plugin does not run.
#[derive(Debug, thiserror::Error)]
pub enum LoadProblem {
    #[error("its file {path} is gone; install it again")]
    Gone { path: String },
    #[error(transparent)]
    File(#[from] PrivateDirError),
    #[error("{path} has {found} bytes, but keelmark.lock says {expected}: it was changed since it was installed")]
    Size { path: String, found: usize, expected: u64 },
    #[error("{path} has the SHA-256 {found}: it was changed since it was installed; install the plugin again")]
    Digest { path: String, found: String },
    #[error("its manifest says {field} {found:?}, but keelmark.lock says {expected:?}")]
    Differs { field: &'static str, found: String, expected: String },
    #[error("{path}: {source}")]
    Signature { path: String, source: SignatureError },
    #[error(
        "it was installed as signed by {publisher}, whose key is not trusted any more (`keelmark plugin trust add`)"
    )]
    Untrusted { publisher: String },
    #[error("its level is {level}, but the settings require {required} ([plugins] require)")]
    Level { level: Level, required: Level },
    #[error("it takes the id or benchmark {0:?}, which only a built-in plugin may have, or one that looks like it")]
    Reserved(String),
    #[error("it imports {0}, which its manifest does not ask for")]
    Uncovered(String),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Form(#[from] FormError),
}
