//! Plugins in one file, for hosts without a network.
//!
//! A bundle is a plain tar archive of an OCI image layout: the same manifests, configs and layers that a registry would
//! hold, and an index of them. Signatures travel in the manifests, as in a registry. Grants do not travel at all.
//!
//! ```text
//! oci-layout
//! blobs/sha256/…      a config, a layer and a manifest per plugin
//! index.json          the manifests' digests, with the plugins' ids and versions
//! ```
//!
//! The index names every manifest by its digest, and each manifest its layer: so the digest of the whole file, or of
//! the index, stands for all of them.

mod read;
mod write;

pub use read::Bundle;
pub use write::{Item, save};

const LAYOUT_FILE: &str = "oci-layout";
const INDEX_FILE: &str = "index.json";
const BLOBS: &str = "blobs/sha256/";
/// What the file `oci-layout` says, by the specification.
const LAYOUT: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;
/// The annotation of an index's entry that other tools select by.
const NAME_ANNOTATION: &str = "org.opencontainers.image.ref.name";

#[cfg(test)]
mod tests;
