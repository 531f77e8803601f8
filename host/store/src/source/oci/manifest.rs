//! The manifest of a plugin: written when it is pushed or bundled, read strictly when it is pulled or loaded.

use std::collections::BTreeMap;

use keelmark_contract::digest;
use serde::{Deserialize, Serialize};

use super::super::error::quoted;
use super::super::reference::is_digest;
use super::super::{Cause, SIGNATURE_BYTES};

pub(in super::super) const MANIFEST_TYPE: &str = "application/vnd.oci.image.manifest.v1+json";
pub(in super::super) const INDEX_TYPE: &str = "application/vnd.oci.image.index.v1+json";
pub(in super::super) const CONFIG_TYPE: &str = "application/vnd.wasm.config.v0+json";
pub(in super::super) const LAYER_TYPE: &str = "application/wasm";

/// The annotation that carries the text of a minisign signature over the layer.
pub const SIGNATURE_ANNOTATION: &str = "dev.keelmark.signature.minisign";
const TITLE_ANNOTATION: &str = "org.opencontainers.image.title";
const VERSION_ANNOTATION: &str = "org.opencontainers.image.version";

/// A plugin's manifest is 1 KiB, with a signature 2 KiB. Registries have to take 4 MiB, which nobody here needs.
pub(in super::super) const MANIFEST_BYTES: usize = 256 * 1024;

/// What a registry's page shows of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    pub id: String,
    pub version: String,
}

/// A blob, by what it is, how large, and its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Descriptor {
    pub media_type: String,
    pub digest: String,
    pub size: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Descriptor {
    pub fn of(media_type: &str, blob: &[u8]) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest: sha256(blob),
            size: u64::try_from(blob.len()).unwrap_or(u64::MAX),
            annotations: BTreeMap::new(),
        }
    }

    /// Whether a blob is the one that is described.
    pub fn verify(&self, blob: &[u8]) -> Result<(), Cause> {
        let found = u64::try_from(blob.len()).unwrap_or(u64::MAX);
        if found != self.size {
            return Err(Cause::WrongSize { found, expected: self.size });
        }
        let found = sha256(blob);
        if found == self.digest { Ok(()) } else { Err(Cause::WrongDigest { found, expected: self.digest.clone() }) }
    }

    /// The size as a limit for reading; an error where it is over what is taken at all.
    pub fn limit(&self, most: usize) -> Result<usize, Cause> {
        usize::try_from(self.size).ok().filter(|size| *size <= most).ok_or(Cause::TooLarge { limit: most })
    }
}

/// "sha256:" and the digest of some bytes.
pub(in super::super) fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", digest(bytes))
}

/// What of a manifest matters here. Other keys are allowed by the specification, and mean nothing to a plugin.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Manifest {
    schema_version: u32,
    #[serde(default)]
    media_type: Option<String>,
    config: Descriptor,
    layers: Vec<Descriptor>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads a manifest whose digest has been checked already, and holds it to the convention.
    pub fn parse(text: &[u8]) -> Result<Self, Cause> {
        let manifest: Self = serde_json::from_slice(text).map_err(|error| Cause::malformed("manifest", error))?;
        let wrong = |problem: String| Err(Cause::malformed("manifest", problem));
        if manifest.schema_version != 2 {
            return wrong(format!("its schemaVersion is {}, not 2", manifest.schema_version));
        }
        if manifest.media_type.as_deref().is_some_and(|found| found != MANIFEST_TYPE) {
            let found = manifest.media_type.unwrap_or_default();
            return Err(Cause::NotPlugin(format!("of the media type {:?}", quoted(&found))));
        }
        if manifest.config.media_type != CONFIG_TYPE {
            let found = quoted(&manifest.config.media_type);
            return Err(Cause::NotPlugin(format!("an image or artifact with a config of the media type {found:?}")));
        }
        let [layer] = manifest.layers.as_slice() else {
            return Err(Cause::NotPlugin(format!("a Wasm artifact of {} layers", manifest.layers.len())));
        };
        if layer.media_type != LAYER_TYPE {
            return Err(Cause::NotPlugin(format!(
                "an artifact with a layer of the media type {:?}",
                quoted(&layer.media_type)
            )));
        }
        if !is_digest(&layer.digest) || !is_digest(&manifest.config.digest) {
            return wrong("a digest in it is not sha256: and 64 hexadecimal digits".to_owned());
        }
        if manifest.signature().is_some_and(|signature| signature.len() > SIGNATURE_BYTES) {
            return wrong(format!("its signature is larger than {SIGNATURE_BYTES} bytes"));
        }
        Ok(manifest)
    }

    /// The component.
    pub fn layer(&self) -> Option<&Descriptor> {
        self.layers.first()
    }

    pub fn config(&self) -> &Descriptor {
        &self.config
    }

    pub fn signature(&self) -> Option<&str> {
        self.annotations.get(SIGNATURE_ANNOTATION).map(String::as_str)
    }
}

/// The three blobs that a plugin is in a registry or bundle. The same plugin always makes the same three.
pub(in super::super) struct Artifact {
    pub manifest: Vec<u8>,
    pub config: Vec<u8>,
    pub config_descriptor: Descriptor,
    pub layer_descriptor: Descriptor,
}

impl Artifact {
    pub fn new(component: &[u8], signature: Option<&str>, labels: &Labels) -> Result<Self, Cause> {
        let layer_descriptor = Descriptor::of(LAYER_TYPE, component);
        let config = super::config_of(component, &layer_descriptor.digest)?;
        let config_descriptor = Descriptor::of(CONFIG_TYPE, &config);
        let mut annotations = BTreeMap::from([
            (TITLE_ANNOTATION.to_owned(), labels.id.clone()),
            (VERSION_ANNOTATION.to_owned(), labels.version.clone()),
        ]);
        annotations.extend(signature.map(|text| (SIGNATURE_ANNOTATION.to_owned(), text.to_owned())));
        let manifest = Manifest {
            schema_version: 2,
            media_type: Some(MANIFEST_TYPE.to_owned()),
            config: config_descriptor.clone(),
            layers: vec![layer_descriptor.clone()],
            annotations,
        };
        let manifest = serde_json::to_vec(&manifest).map_err(|error| Cause::malformed("manifest", error))?;
        Ok(Self { manifest, config, config_descriptor, layer_descriptor })
    }

    /// The digest by which a registry knows the plugin.
    pub fn digest(&self) -> String {
        sha256(&self.manifest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Labels {
        Labels { id: "acme".into(), version: "1.0.0".into() }
    }

    const EMPTY_COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

    #[test]
    fn what_is_written_is_read_back() {
        let artifact = Artifact::new(EMPTY_COMPONENT, Some("untrusted comment: x"), &labels()).unwrap();
        let manifest = Manifest::parse(&artifact.manifest).unwrap();
        assert_eq!(manifest.layer(), Some(&artifact.layer_descriptor));
        assert_eq!(manifest.signature(), Some("untrusted comment: x"));
        manifest.layer().unwrap().verify(EMPTY_COMPONENT).unwrap();
        let again = Artifact::new(EMPTY_COMPONENT, Some("untrusted comment: x"), &labels()).unwrap();
        assert_eq!(artifact.digest(), again.digest());
    }

    #[test]
    fn what_is_no_plugin_is_told_what_it_is() {
        let artifact = Artifact::new(EMPTY_COMPONENT, None, &labels()).unwrap();
        let good = String::from_utf8(artifact.manifest).unwrap();
        let digest = &artifact.layer_descriptor.digest;
        let cases = [
            (good.replace(CONFIG_TYPE, "application/vnd.oci.image.config.v1+json"), "oci.image.config"),
            (good.replace(LAYER_TYPE, "application/vnd.oci.image.layer.v1.tar"), "layer.v1.tar"),
            (
                good.replace(MANIFEST_TYPE, "application/vnd.docker.distribution.manifest.v2+json"),
                "docker.distribution",
            ),
            (good.replace("\"schemaVersion\":2", "\"schemaVersion\":1"), "schemaVersion is 1"),
            (good.replace(digest, "sha256:../../etc"), "64 hexadecimal digits"),
            (good.replace("\"layers\":[", "\"layers\":[],\"x\":["), "0 layers"),
            ("<html>".to_owned(), "malformed manifest"),
            ("[]".to_owned(), "malformed manifest"),
            (
                good.replace(
                    "\"annotations\":{",
                    &format!("\"annotations\":{{\"{SIGNATURE_ANNOTATION}\":\"{}\",", "x".repeat(20_000)),
                ),
                "signature is larger",
            ),
        ];
        for (text, expected) in cases {
            let error = Manifest::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn an_altered_blob_is_noticed() {
        let descriptor = Descriptor::of(LAYER_TYPE, b"abc");
        assert!(matches!(descriptor.verify(b"abd"), Err(Cause::WrongDigest { .. })));
        assert!(matches!(descriptor.verify(b"abcd"), Err(Cause::WrongSize { found: 4, expected: 3 })));
        assert!(matches!(descriptor.limit(2), Err(Cause::TooLarge { limit: 2 })));
    }
}
