//! Plugins from https URLs, with the signature at the same URL and `.minisig`.

use ureq::http::Uri;

use super::http::{Answer, Call, Client, shown, with_suffix};
use super::{Cause, FetchOptions, Fetched, SIGNATURE_BYTES, SourceError};

/// What every minisign signature begins with.
const SIGNATURE_HEAD: &str = "untrusted comment:";

/// What every WebAssembly file begins with.
const WASM_MAGIC: &[u8] = b"\0asm";

pub(super) fn fetch(url: &str, options: &FetchOptions) -> Result<Fetched, SourceError> {
    let uri: Uri = url.parse().map_err(|error| SourceError::new(url, Cause::malformed("URL", error)))?;
    let client = Client::new(options)?;
    let answer = expect_ok(client.send(Call::get(uri.clone()))?)?;
    let media_type = answer.media_type();
    let bytes = answer.read(options.component_bytes)?;
    // The loader would say that it is not WebAssembly; a page's media type says why: a login page, a preview.
    if !bytes.starts_with(WASM_MAGIC) {
        let what = if media_type.is_empty() { "something".to_owned() } else { super::error::quoted(&media_type) };
        return Err(SourceError::new(shown(&uri), Cause::NotWasm(what)));
    }
    let signature = signature(&client, &uri)?;
    Ok(Fetched { bytes, signature, resolved: url.to_owned() })
}

/// The signature beside a URL; none where the server has none. Object stores answer 403 for what is not there.
fn signature(client: &Client, uri: &Uri) -> Result<Option<String>, SourceError> {
    let Some(beside) = with_suffix(uri, ".minisig") else { return Ok(None) };
    let answer = client.send(Call::get(beside.clone()))?;
    if matches!(answer.status(), 403 | 404 | 410) {
        return Ok(None);
    }
    let text = expect_ok(answer)?.read(SIGNATURE_BYTES)?;
    signature_text(text).map(Some).map_err(|cause| SourceError::new(shown(&beside), cause))
}

/// The text of a signature, if it looks like one: what else lies there must not pass for "unsigned".
pub(super) fn signature_text(bytes: Vec<u8>) -> Result<String, Cause> {
    let text = String::from_utf8(bytes).map_err(|_| Cause::NotSignature)?;
    if text.starts_with(SIGNATURE_HEAD) { Ok(text) } else { Err(Cause::NotSignature) }
}

fn expect_ok(answer: Answer) -> Result<Answer, SourceError> {
    let address = shown(&answer.url);
    let status = answer.status();
    let cause = match status {
        200 => return Ok(answer),
        401 => Cause::UrlLogin,
        403 => Cause::Forbidden(answer.complaint()),
        404 | 410 => Cause::NotFound(status),
        500.. => Cause::ServerFailed { status, said: answer.complaint() },
        _ => Cause::Unexpected { status, said: answer.complaint() },
    };
    Err(SourceError::new(address, cause))
}
