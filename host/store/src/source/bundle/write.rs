//! Writing a bundle. The same plugins always make the same bytes.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::super::oci::{Artifact, Descriptor, INDEX_TYPE, Labels, MANIFEST_TYPE};
use super::super::{Cause, SourceError};
use super::{BLOBS, INDEX_FILE, LAYOUT, LAYOUT_FILE, NAME_ANNOTATION};

/// A plugin on its way into a bundle.
#[derive(Clone, Debug)]
pub struct Item {
    pub bytes: Vec<u8>,
    pub signature: Option<String>,
    pub labels: Labels,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    schema_version: u32,
    media_type: &'static str,
    manifests: Vec<Descriptor>,
}

/// Writes a bundle of `items` to `out`, one after the other, and returns the SHA-256 of all that was written.
pub fn save(items: impl IntoIterator<Item = Item>, out: impl Write) -> Result<String, SourceError> {
    let failed = |error| SourceError::new("bundle", Cause::Write(error));
    let mut tar = tar::Builder::new(Hashing { out, hash: Sha256::new() });
    let mut written = BTreeSet::new();
    let mut index = Index { schema_version: 2, media_type: INDEX_TYPE, manifests: Vec::new() };
    append(&mut tar, LAYOUT_FILE, LAYOUT.as_bytes()).map_err(failed)?;
    for item in items {
        let name = format!("{}:{}", item.labels.id, item.labels.version);
        let artifact = Artifact::new(&item.bytes, item.signature.as_deref(), &item.labels)
            .map_err(|cause| SourceError::new(&name, cause))?;
        let mut manifest = Descriptor::of(MANIFEST_TYPE, &artifact.manifest);
        let blobs = [
            (&artifact.config_descriptor.digest, artifact.config.as_slice()),
            (&artifact.layer_descriptor.digest, item.bytes.as_slice()),
            (&manifest.digest, artifact.manifest.as_slice()),
        ];
        for (digest, blob) in blobs {
            if written.insert(digest.clone()) {
                let name = format!("{BLOBS}{}", digest.trim_start_matches("sha256:"));
                append(&mut tar, &name, blob).map_err(failed)?;
            }
        }
        manifest.annotations.insert(NAME_ANNOTATION.to_owned(), name);
        index.manifests.push(manifest);
    }
    let index = serde_json::to_vec(&index).map_err(|error| failed(error.into()))?;
    append(&mut tar, INDEX_FILE, &index).map_err(failed)?;
    let mut hashing = tar.into_inner().map_err(failed)?;
    hashing.flush().map_err(failed)?;
    Ok(hashing.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn append<W: Write>(tar: &mut tar::Builder<W>, name: &str, content: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(u64::try_from(content.len()).unwrap_or(u64::MAX));
    header.set_mode(0o644);
    // No time and no owner: they would say something about the host that saved, and make every bundle differ.
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    tar.append_data(&mut header, name, content)
}

/// Hashes what passes.
struct Hashing<W> {
    out: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hash.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
