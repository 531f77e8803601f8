//! Where plugins come from.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::engine::limits;

/// A signature file of minisign is about 300 bytes.
const SIGNATURE_BYTES: usize = 16 * 1024;

/// Where a plugin is fetched from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file on this host.
    File(PathBuf),
}

/// How a plugin is fetched.
#[derive(Clone, Debug, Default)]
pub struct FetchOptions {}

/// What was fetched. Nothing of it is checked yet but its size.
#[derive(Clone, Debug)]
pub struct Fetched {
    pub bytes: Vec<u8>,
    /// The text of its minisign signature, where there is one beside it.
    pub signature: Option<String>,
    /// Exactly where it came from; with the digest where the source has one.
    pub resolved: String,
}

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("failed to read {path}: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("{0:?} is no source that this keelmark knows")]
    Unknown(String),
}

impl FromStr for Source {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let path = text.strip_prefix("file:").unwrap_or(text);
        if path.is_empty() || path.contains("://") {
            return Err(SourceError::Unknown(text.to_owned()));
        }
        Ok(Self::File(PathBuf::from(path)))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::File(path) = self;
        // Where keelmark is run from the next time is unknown.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        write!(f, "{}", path.display())
    }
}

/// Fetches a plugin, with its signature where there is one.
pub fn fetch(source: &Source, _options: &FetchOptions) -> Result<Fetched, SourceError> {
    let Source::File(path) = source;
    let read = |path: &std::path::Path, limit| {
        crate::input::read(path, limit).map_err(|source| SourceError::Read { path: path.display().to_string(), source })
    };
    let bytes = read(path, limits::COMPONENT_BYTES)?;
    let mut beside = path.clone().into_os_string();
    beside.push(".minisig");
    let beside = PathBuf::from(beside);
    let signature = match crate::input::read(&beside, SIGNATURE_BYTES) {
        Ok(text) => Some(String::from_utf8_lossy(&text).into_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(source) => return Err(SourceError::Read { path: beside.display().to_string(), source }),
    };
    Ok(Fetched { bytes, signature, resolved: source.to_string() })
}
