//! TLS to an engine: its certificate is checked against the given authority, and ours is shown where we have one.

use std::path::Path;
use std::sync::Arc;

use keelmark_contract::{ErrorKind, FactError};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WantsClientCert;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{ClientConfig, ConfigBuilder, RootCertStore};

use super::endpoint::TlsFiles;

/// PEM files hold a chain of a few certificates; the cap keeps a wrong path from being read into memory.
const MAX_PEM_BYTES: u64 = 1024 * 1024;

/// A connector that trusts `ca.pem` and nothing else.
pub(super) fn connector(files: &TlsFiles) -> Result<TlsConnector, FactError> {
    let mut roots = RootCertStore::empty();
    let Some(authorities) = read(&files.ca)? else {
        let message =
            format!("TLS needs the engine's certificate authority, but {} does not exist", files.ca.display());
        return Err(FactError::new(ErrorKind::Unavailable, message));
    };
    for authority in certificates(&files.ca, &authorities)? {
        roots.add(authority).map_err(|error| unusable(&files.ca, error))?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| FactError::new(ErrorKind::Failed, format!("failed to set up TLS: {error}")))?
        .with_root_certificates(roots);
    // As for docker, the client's own certificate may be missing: not every engine asks for one.
    let config = match (read(&files.cert)?, read(&files.key)?) {
        (None, None) => builder.with_no_client_auth(),
        (Some(chain), Some(key)) => {
            let chain = certificates(&files.cert, &chain)?;
            let key = PrivateKeyDer::from_pem_slice(&key).map_err(|error| unusable(&files.key, error))?;
            authenticated(builder, files, chain, key)?
        }
        (chain, _) => {
            let (there, missing) = if chain.is_some() { (&files.cert, &files.key) } else { (&files.key, &files.cert) };
            let message = format!("{} exists, but {} does not: TLS needs both", there.display(), missing.display());
            return Err(FactError::new(ErrorKind::Unavailable, message));
        }
    };
    Ok(TlsConnector::from(Arc::new(config)))
}

/// A configuration that shows our own certificate.
///
/// rustls looks whether it belongs to the key, and cannot for one of X.509 version 1, which is what `openssl x509 -req`
/// makes without `-extfile`. Whether it is good enough is for the engine to say, and Docker's own client leaves it to that.
fn authenticated(
    builder: ConfigBuilder<ClientConfig, WantsClientCert>,
    files: &TlsFiles,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ClientConfig, FactError> {
    match builder.clone().with_client_auth_cert(chain.clone(), key.clone_key()) {
        Err(error) if is_old_form(&error) => {
            let key = ring::default_provider().key_provider.load_private_key(key);
            let key = key.map_err(|error| unusable(&files.key, error))?;
            let shown = SingleCertAndKey::from(CertifiedKey::new(chain, key));
            Ok(builder.with_client_cert_resolver(Arc::new(shown)))
        }
        config => config.map_err(|error| unusable(&files.cert, error)),
    }
}

/// Whether a certificate was refused for its version. rustls has no case of its own for it.
fn is_old_form(error: &dyn std::fmt::Debug) -> bool {
    format!("{error:?}").contains("UnsupportedCertVersion")
}

/// What went wrong in a handshake, in words that say what to do.
pub(super) fn explain(error: &std::io::Error) -> String {
    match is_old_form(error) {
        true => "the engine's certificate is X.509 version 1, which has no names in it: make it anew, \
                 openssl x509 -req with -extfile and a subjectAltName"
            .to_owned(),
        false => error.to_string(),
    }
}

fn certificates(path: &Path, text: &[u8]) -> Result<Vec<CertificateDer<'static>>, FactError> {
    let found: Result<Vec<_>, pem::Error> = CertificateDer::pem_slice_iter(text).collect();
    match found {
        Ok(list) if list.is_empty() => Err(unusable(path, "it holds no certificate")),
        Ok(list) => Ok(list),
        Err(error) => Err(unusable(path, error)),
    }
}

/// The bytes of a file, or none where it does not exist.
fn read(path: &Path) -> Result<Option<Vec<u8>>, FactError> {
    use std::io::{ErrorKind as Io, Read};
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(unusable(path, "it is not a regular file")),
        Err(error) if matches!(error.kind(), Io::NotFound | Io::NotADirectory) => return Ok(None),
        Err(error) => return Err(unreadable(path, &error)),
    }
    let mut text = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    file.take(MAX_PEM_BYTES).read_to_end(&mut text).map_err(|error| unreadable(path, &error))?;
    Ok(Some(text))
}

fn unreadable(path: &Path, error: &std::io::Error) -> FactError {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => FactError::new(
            ErrorKind::Permission,
            format!("permission denied reading {}: run as the user it belongs to", path.display()),
        ),
        _ => unusable(path, error),
    }
}

fn unusable(path: &Path, problem: impl std::fmt::Display) -> FactError {
    FactError::new(ErrorKind::Unavailable, format!("{} cannot be used for TLS: {problem}", path.display()))
}
