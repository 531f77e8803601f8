//! minisign signatures: who signed a plugin. Works offline, with nothing but the keys that the operator trusts.

use keelmark_contract::plugin::Level;
use minisign_verify::{Error, PublicKey, Signature};

use super::TrustedKeys;

/// Why a signature is refused. A wrong signature is never taken for none.
#[derive(Debug, thiserror::Error)]
pub enum SignatureError {
    #[error("the signature is not one of minisign's: {0}")]
    Malformed(String),
    #[error("the signature is not by {key}, which the manifest names as its publisher")]
    NotThePublisher { key: String },
    #[error("the signature by {key} does not fit: the file is not the one that was signed")]
    Wrong { key: String },
    #[error("the signature is of minisign's old kind, which is not accepted: sign again with `minisign -H`")]
    Legacy,
    #[error("{key:?} is not a minisign public key: {problem}")]
    Key { key: String, problem: String },
}

/// What is known of a plugin's origin, from its signature alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The key that signed it, proven; none where nobody did, or where nobody known did.
    pub publisher: Option<String>,
    /// Whether the operator trusts that key.
    pub is_trusted: bool,
    /// Whether there is a signature at all, if only by a key that nobody named.
    pub has_signature: bool,
}

impl Provenance {
    /// The level that this gives; `is_pinned` where the operator named the digest.
    pub fn level(&self, is_pinned: bool) -> Level {
        match (self.is_trusted, is_pinned) {
            (true, _) => Level::Signed,
            (false, true) => Level::Pinned,
            (false, false) => Level::Local,
        }
    }
}

/// Checks a signature.
///
/// A manifest that names its publisher binds the signature to that key. One that names none may be signed by any key
/// that is trusted; a signature by an unknown key then proves nothing, and counts for nothing.
pub fn provenance(
    bytes: &[u8],
    signature: Option<&str>,
    claimed: Option<&str>,
    trusted: &TrustedKeys,
) -> Result<Provenance, SignatureError> {
    let Some(text) = signature else { return Ok(Provenance::default()) };
    let signature = Signature::decode(text).map_err(|error| SignatureError::Malformed(error.to_string()))?;
    let candidates: Vec<&str> = match claimed {
        Some(claimed) => vec![claimed],
        None => trusted.keys().collect(),
    };
    for candidate in candidates {
        let key = || candidate.to_owned();
        match parse_key(candidate)?.verify(bytes, &signature, false) {
            Ok(()) => {
                let is_trusted = trusted.contains(candidate);
                return Ok(Provenance { publisher: Some(key()), is_trusted, has_signature: true });
            }
            Err(Error::UnexpectedKeyId) if claimed.is_some() => {
                return Err(SignatureError::NotThePublisher { key: key() });
            }
            Err(Error::UnexpectedKeyId) => {}
            Err(Error::UnexpectedAlgorithm) => return Err(SignatureError::Legacy),
            Err(_) => return Err(SignatureError::Wrong { key: key() }),
        }
    }
    Ok(Provenance { has_signature: true, ..Provenance::default() })
}

/// A public key as manifests, settings and `minisign` write it.
pub fn parse_key(text: &str) -> Result<PublicKey, SignatureError> {
    let wrong = |error: Error| SignatureError::Key { key: text.to_owned(), problem: error.to_string() };
    PublicKey::from_base64(text).map_err(wrong)
}
