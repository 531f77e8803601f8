//! Where plugins come from: a real registry, and servers that do everything wrong.

mod bundle;
mod faults;
mod program;
mod registry;
mod tls;
mod token;

use std::path::Path;

use keelmark_store::source::{FetchOptions, Fetched, SourceError, fetch};

/// The smallest component, and one more section to tell it from others.
pub fn component(content: &str) -> Vec<u8> {
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    bytes.extend([0, u8::try_from(content.len() + 2).unwrap(), 1, b'x']);
    bytes.extend(content.as_bytes());
    bytes
}

/// Options that know of no docker config but the one in `folder`.
pub fn options(folder: &Path) -> FetchOptions {
    FetchOptions { docker_config: Some(folder.to_owned()), ..FetchOptions::default() }
}

/// Fetches without credentials.
pub fn fetch_text(source: &str) -> Result<Fetched, SourceError> {
    fetch_with(source, &options(Path::new("/nonexistent")))
}

pub fn fetch_with(source: &str, options: &FetchOptions) -> Result<Fetched, SourceError> {
    fetch(&source.parse().unwrap(), options)
}
