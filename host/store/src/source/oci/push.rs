//! Pushing a plugin: its layer and config where the registry does not have them yet, then the manifest.

use ureq::http::Method;

use super::super::error::quoted;
use super::super::http::{Answer, Call, may_lead, resolve, shown};
use super::super::{Cause, FetchOptions, Reference, SourceError};
use super::manifest::{Artifact, Descriptor, Labels, MANIFEST_TYPE};
use super::session::{Session, unexpected};

/// Pushes a component, and returns the digest of its manifest: by that it can be installed ever after.
///
/// Pushing the same component and signature again changes nothing, and returns the same digest.
pub fn push(
    component: &[u8],
    signature: Option<&str>,
    labels: &Labels,
    reference: &Reference,
    options: &FetchOptions,
) -> Result<String, SourceError> {
    let failed = |cause| SourceError::new(reference, cause);
    let artifact = Artifact::new(component, signature, labels).map_err(failed)?;
    let digest = artifact.digest();
    if let Some(expected) = reference.digest().filter(|expected| *expected != digest) {
        return Err(failed(Cause::WrongDigest { found: digest, expected: expected.to_owned() }));
    }
    let mut session = Session::new(reference, "pull,push", options)?;
    upload(&mut session, &artifact.layer_descriptor, component)?;
    upload(&mut session, &artifact.config_descriptor, &artifact.config)?;
    let url = session.url(&format!("manifests/{}", reference.tag().unwrap_or(&digest)))?;
    let answer = session
        .send(|| Call::new(Method::PUT, url.clone(), Some(&artifact.manifest)).header("content-type", MANIFEST_TYPE))?;
    let answer = expect(answer, 201)?;
    match answer.header("docker-content-digest").filter(|found| found.starts_with("sha256:")) {
        Some(found) if found != digest => {
            Err(SourceError::new(shown(&url), Cause::WrongDigest { found: quoted(found), expected: digest }))
        }
        _ => Ok(digest),
    }
}

/// Brings one blob to the registry, unless it is there.
fn upload(session: &mut Session<'_>, descriptor: &Descriptor, blob: &[u8]) -> Result<(), SourceError> {
    let url = session.url(&format!("blobs/{}", descriptor.digest))?;
    let there = session.send(|| Call::new(Method::HEAD, url.clone(), None))?;
    if there.status() == 200 {
        return Ok(());
    }
    expect(there, 404)?;
    let begin = session.url("blobs/uploads/")?;
    let begun = expect(session.send(|| Call::new(Method::POST, begin.clone(), Some(b"")))?, 202)?;
    let location = begun.header("location").and_then(|location| resolve(&begun.url, location));
    let lost = || SourceError::new(shown(&begin), Cause::malformed("answer", "it says nowhere to upload to"));
    let location = location.ok_or_else(lost)?;
    if !may_lead(&begin, &location) {
        return Err(SourceError::new(shown(&begin), Cause::RedirectToHttp(shown(&location))));
    }
    let joint = if location.query().is_some() { '&' } else { '?' };
    let target = format!("{location}{joint}digest={}", descriptor.digest).parse::<ureq::http::Uri>();
    let target = target.map_err(|_| lost())?;
    let put = || Call::new(Method::PUT, target.clone(), Some(blob)).header("content-type", "application/octet-stream");
    expect(session.send(put)?, 201).map(drop)
}

fn expect(answer: Answer, expected: u16) -> Result<Answer, SourceError> {
    let status = answer.status();
    if status == expected {
        return Ok(answer);
    }
    let address = shown(&answer.url);
    let cause = match status {
        404 => Cause::NotFound(status),
        413 => Cause::Unexpected { status, said: "the registry takes nothing as large".to_owned() },
        _ => unexpected(status, answer.complaint()),
    };
    Err(SourceError::new(address, cause))
}
