//! Pulling a plugin: the manifest by tag or digest, then its one layer, each byte of both accounted for.

use serde::Deserialize;

use super::super::error::quoted;
use super::super::http::{Answer, Call, shown};
use super::super::{Cause, FetchOptions, Fetched, Reference, Source, SourceError};
use super::manifest::{Descriptor, INDEX_TYPE, MANIFEST_BYTES, MANIFEST_TYPE, Manifest, sha256};
use super::session::{Session, unexpected};

/// What we say we understand. Docker's own types are among them only so that an image is called one.
const ACCEPT: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
                      application/vnd.docker.distribution.manifest.v2+json;q=0.5, \
                      application/vnd.docker.distribution.manifest.list.v2+json;q=0.5";

/// The part of an index that is looked at.
#[derive(Deserialize)]
struct Index {
    manifests: Vec<Descriptor>,
}

pub(in super::super) fn pull(reference: &Reference, options: &FetchOptions) -> Result<Fetched, SourceError> {
    let mut session = Session::new(reference, "pull", options)?;
    let (digest, text) = manifest(&mut session, reference)?;
    let failed = |cause| SourceError::new(reference, cause);
    let manifest = Manifest::parse(&text).map_err(failed)?;
    let layer = manifest.layer().ok_or_else(|| failed(Cause::NotPlugin("an empty artifact".to_owned())))?;
    let limit = layer.limit(options.component_bytes).map_err(failed)?;
    let url = session.url(&format!("blobs/{}", layer.digest))?;
    let answer = session.send(|| Call::get(url.clone()))?;
    let answer = expect_ok(answer, || format!("layer {} in {}", layer.digest, reference.name()))?;
    let address = shown(&answer.url);
    let bytes = answer.read(limit)?;
    layer.verify(&bytes).map_err(|cause| SourceError::new(address, cause))?;
    let signature = manifest.signature().map(str::to_owned);
    Ok(Fetched { bytes, signature, resolved: Source::Registry(reference.with_digest(&digest)).to_string() })
}

/// The manifest of a reference and its digest; that of the only entry where the reference means an index of one.
fn manifest(session: &mut Session<'_>, reference: &Reference) -> Result<(String, Vec<u8>), SourceError> {
    let (digest, media_type, text) = document(session, reference, reference.manifest())?;
    if !is_index(&media_type, &text) {
        return Ok((digest, text));
    }
    let failed = |cause| SourceError::new(reference, cause);
    let index: Index = serde_json::from_slice(&text).map_err(|error| failed(Cause::malformed("index", error)))?;
    let [entry] = index.manifests.as_slice() else { return Err(failed(Cause::Index(index.manifests.len()))) };
    if entry.media_type != MANIFEST_TYPE || !super::super::reference::is_digest(&entry.digest) {
        return Err(failed(Cause::NotPlugin(format!("an index of the media type {:?}", quoted(&entry.media_type)))));
    }
    let (_, _, inner) = document(session, reference, &entry.digest)?;
    entry.verify(&inner).map_err(failed)?;
    // The digest that was asked for, or found under the tag, is the index's: it covers the manifest.
    Ok((digest, inner))
}

/// A manifest or index as the registry has it: its digest, which has been checked, its media type, and its bytes.
fn document(
    session: &mut Session<'_>,
    reference: &Reference,
    which: &str,
) -> Result<(String, String, Vec<u8>), SourceError> {
    let url = session.url(&format!("manifests/{which}"))?;
    let answer = session.send(|| Call::get(url.clone()).header("accept", ACCEPT))?;
    let answer = expect_ok(answer, || match which.starts_with("sha256:") {
        true => format!("manifest {which} in {}", reference.name()),
        false => format!("tag {which:?} in {}", reference.name()),
    })?;
    let failed = |cause| SourceError::new(shown(&url), cause);
    let media_type = answer.media_type();
    let promised = answer.header("docker-content-digest").map(str::to_owned);
    let text = answer.read(MANIFEST_BYTES)?;
    let found = sha256(&text);
    let asked = which.starts_with("sha256:").then(|| which.to_owned());
    // A digest of another algorithm in the header says nothing that could be checked here.
    let promised = promised.filter(|promised| promised.starts_with("sha256:"));
    for expected in asked.into_iter().chain(promised) {
        if expected != found {
            return Err(failed(Cause::WrongDigest { found, expected: quoted(&expected) }));
        }
    }
    if media_type == "text/html" {
        return Err(failed(Cause::NotPlugin("a web page: is there a registry at this address?".to_owned())));
    }
    Ok((found, media_type, text))
}

fn is_index(media_type: &str, text: &[u8]) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Type {
        media_type: Option<String>,
    }
    let inside = serde_json::from_slice::<Type>(text).ok().and_then(|found| found.media_type);
    let is = |found: &str| found == INDEX_TYPE || found == "application/vnd.docker.distribution.manifest.list.v2+json";
    is(media_type) || inside.is_some_and(|found| is(&found))
}

fn expect_ok(answer: Answer, what: impl Fn() -> String) -> Result<Answer, SourceError> {
    let address = shown(&answer.url);
    let cause = match answer.status() {
        200 => return Ok(answer),
        404 => Cause::NoManifest { what: what(), said: answer.complaint() },
        status => unexpected(status, answer.complaint()),
    };
    Err(SourceError::new(address, cause))
}
