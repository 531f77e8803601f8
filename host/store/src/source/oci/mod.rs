//! Plugins in OCI registries, after the convention for Wasm artifacts: a manifest with one layer, which is the component.
//!
//! Why this is not a library: `docs/adr/0006-own-registry-client.md`.

mod challenge;
mod config;
mod credentials;
mod manifest;
mod pull;
mod push;
mod session;

pub(super) use config::config_of;
pub(super) use manifest::{Artifact, Descriptor, INDEX_TYPE, MANIFEST_TYPE, Manifest};
pub use manifest::{Labels, SIGNATURE_ANNOTATION};
pub(super) use pull::pull;
pub use push::push;
