//! Where plugins come from and go to: files, https, OCI registries, and bundles for hosts without a network.
//!
//! What is fetched is only bytes and, where there is one, a signature: whether they are a plugin, whom they are from
//! and whether they are wanted is decided by whoever asked. Everything here blocks; call it from a blocking thread.

pub mod bundle;
mod error;
mod file;
mod http;
mod https;
mod location;
mod oci;
mod reference;

use std::path::PathBuf;
use std::time::Duration;

use keelmark_contract::limits;

pub use error::{Cause, SourceError};
pub use location::{ParseError, Source};
pub use oci::{Labels, SIGNATURE_ANNOTATION, push};
pub use reference::Reference;

/// A minisign signature with the longest comments that minisign reads is about 9 KiB.
pub const SIGNATURE_BYTES: usize = 16 * 1024;

/// What a source gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The component. Nothing about it has been checked but its size and, where the source names one, its digest.
    pub bytes: Vec<u8>,
    /// The text of a minisign signature that came with it. Nobody has verified it.
    pub signature: Option<String>,
    /// The source in full: an absolute path, a URL, or a registry's reference with the digest that was found.
    pub resolved: String,
}

/// How long to wait, how much to take, and whom to ask for credentials and certificates.
#[derive(Clone, Debug)]
pub struct FetchOptions {
    /// Until a connection stands, TLS included.
    pub connect: Duration,
    /// Until an answer begins, and between any two pieces of it.
    pub answer: Duration,
    /// For all requests that one plugin takes.
    pub total: Duration,
    /// The largest component to take.
    pub component_bytes: usize,
    /// The folder of docker's `config.json`; `DOCKER_CONFIG` or `~/.docker` unless given.
    pub docker_config: Option<PathBuf>,
    /// A PEM file of the authorities to trust, instead of the system's.
    pub authorities: Option<PathBuf>,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            // A host across the world answers in a second; what takes ten is not there.
            connect: Duration::from_secs(10),
            // Registries that copy a blob from somewhere else first have been seen to take ten seconds.
            answer: Duration::from_secs(30),
            // 64 MiB at two megabits a second.
            total: Duration::from_secs(300),
            component_bytes: limits::COMPONENT_BYTES,
            docker_config: None,
            authorities: None,
        }
    }
}

/// Fetches a plugin. Blocks for at most [`FetchOptions::total`], beside the time that a credential helper takes.
pub fn fetch(source: &Source, options: &FetchOptions) -> Result<Fetched, SourceError> {
    match source {
        Source::File(path) => file::fetch(path, options),
        Source::Https(url) => https::fetch(url, options),
        Source::Registry(reference) => oci::pull(reference, options),
        Source::Bundle(path) => Err(SourceError::new(source, Cause::InBundle(path.display().to_string()))),
    }
}
