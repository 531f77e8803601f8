//! What stands in the place of a secret, and where in a text secrets are.

use std::ops::Range;

use super::shapes;

/// What stands in the place of a value that may be a secret; the contract promises this text.
pub(super) const MASKED: &str = "<masked>";

/// The same, where the value's own shape says that it is one: a key of a known kind, a URL with a password. The contract
/// promises this text too: a check can judge the value without having seen it.
pub(super) const CREDENTIAL: &str = "<masked credential>";

/// What is told instead of `value`. An empty one tells no secret, which an audit may want to know.
pub(super) fn masked_value(value: &str) -> &str {
    match value {
        "" | "\"\"" | "''" | MASKED | CREDENTIAL => value,
        _ if shapes::is_credential(value) => CREDENTIAL,
        _ => MASKED,
    }
}

/// The mark at the beginning of `text`, if it begins with one.
pub(super) fn mark_at(text: &[u8]) -> Option<&'static str> {
    [MASKED, CREDENTIAL].into_iter().find(|mark| text.starts_with(mark.as_bytes()))
}

/// A part of a text that is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Secret {
    pub place: Range<usize>,
    /// Whether its shape says that it is a credential.
    pub is_credential: bool,
}

impl Secret {
    pub fn named(place: Range<usize>) -> Self {
        Self { place, is_credential: false }
    }

    pub fn credential(place: Range<usize>) -> Self {
        Self { place, is_credential: true }
    }
}

/// `text` without `secrets`, which may overlap; none where that changes nothing.
pub(super) fn without(text: &str, mut secrets: Vec<Secret>) -> Option<String> {
    secrets.retain(|secret| !secret.place.is_empty());
    if secrets.is_empty() {
        return None;
    }
    secrets.sort_by_key(|secret| secret.place.start);
    let mut joined: Vec<Secret> = Vec::with_capacity(secrets.len());
    for secret in secrets {
        match joined.last_mut() {
            // A secret that begins inside the one before makes that one longer.
            Some(last) if secret.place.start < last.place.end => {
                last.place.end = last.place.end.max(secret.place.end);
                last.is_credential |= secret.is_credential;
            }
            _ => joined.push(secret),
        }
    }
    let mut result = String::with_capacity(text.len());
    let mut end = 0;
    for secret in joined {
        let value = text.get(secret.place.clone()).unwrap_or_default();
        result.push_str(text.get(end..secret.place.start).unwrap_or_default());
        result.push_str(match value {
            MASKED | CREDENTIAL => value,
            _ if secret.is_credential => CREDENTIAL,
            _ => MASKED,
        });
        end = secret.place.end;
    }
    result.push_str(text.get(end..).unwrap_or_default());
    (result != text).then_some(result)
}
