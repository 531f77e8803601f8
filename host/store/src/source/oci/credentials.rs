//! Credentials, where and how docker keeps them: `config.json`, its `auths`, and the helpers that it names.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use docker_credential::{CredentialRetrievalError, DockerCredential};
use keelmark_disk::input;

use super::super::error::quoted;
use super::super::{Cause, FetchOptions, Reference};

/// A config with the credentials of hundreds of registries is below this.
const MAX_CONFIG: usize = 1024 * 1024;
/// A helper may ask its user for the key of a password store; what takes longer waits for nobody.
const HELPER: Duration = Duration::from_secs(60);

/// What docker has for a registry. Not printable: it is secret.
pub(super) enum Credentials {
    Password {
        user: String,
        password: String,
    },
    /// Stands for a login with a token service, which changes it for tokens.
    IdentityToken(String),
}

/// What docker has for the registry of a reference; none where it has nothing, or is not used at all.
pub(super) fn find(reference: &Reference, options: &FetchOptions) -> Result<Option<Credentials>, Cause> {
    let Some(path) = folder(options).map(|folder| folder.join("config.json")) else { return Ok(None) };
    let unusable = |problem: String| Cause::DockerConfig { path: path.display().to_string(), problem };
    let text = match input::read(&path, MAX_CONFIG) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(error.to_string())),
    };
    let key = reference.credentials_key().to_owned();
    let (sender, receiver) = channel();
    // A helper is a program, and may hang; then its thread is left behind.
    std::thread::spawn(move || {
        // Nobody listens any more when it took too long.
        let _ = sender.send(docker_credential::get_credential_from_reader(text.as_slice(), &key));
    });
    let found = match receiver.recv_timeout(HELPER) {
        Ok(found) => found,
        Err(RecvTimeoutError::Timeout) => {
            return Err(unusable(format!("its credential helper did not answer within {} s", HELPER.as_secs())));
        }
        Err(RecvTimeoutError::Disconnected) => return Err(unusable("reading it failed".to_owned())),
    };
    match found {
        Ok(DockerCredential::UsernamePassword(user, password)) => Ok(Some(Credentials::Password { user, password })),
        Ok(DockerCredential::IdentityToken(token)) => Ok(Some(Credentials::IdentityToken(token))),
        Err(CredentialRetrievalError::NoCredentialConfigured) => Ok(None),
        // How helpers say, by their protocol's own words, that they have nothing for a registry.
        Err(CredentialRetrievalError::HelperFailure { stdout, .. }) if stdout.contains("credentials not found") => {
            Ok(None)
        }
        Err(CredentialRetrievalError::HelperFailure { helper, stdout, stderr }) => {
            let said = if stdout.trim().is_empty() { stderr } else { stdout };
            Err(unusable(format!("its helper {} failed: {}", quoted(&helper), quoted(&said))))
        }
        Err(CredentialRetrievalError::HelperCommunicationError) => Err(unusable(
            "the credential helper that it names (docker-credential-…) is not on the PATH, or does not run".to_owned(),
        )),
        Err(CredentialRetrievalError::ConfigReadError) => {
            Err(unusable("it is not valid JSON of the form that docker writes".to_owned()))
        }
        Err(error) => Err(unusable(quoted(&error.to_string()))),
    }
}

fn folder(options: &FetchOptions) -> Option<PathBuf> {
    let environment = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || environment("HOME").map(|home| home.join(".docker"));
    options.docker_config.clone().or_else(|| environment("DOCKER_CONFIG")).or_else(home)
}

/// The value of an `Authorization` header for a name and a password.
pub(super) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", base64(format!("{user}:{password}").as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().chain([&0, &0]).take(3).fold(0_usize, |group, byte| (group << 8) | usize::from(*byte));
        for place in 0..4 {
            let letter = ALPHABET.get((group >> (18 - 6 * place)) & 63).copied().unwrap_or(b'=');
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_config(config: &str) -> Result<Option<Credentials>, Cause> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), config).unwrap();
        let options = FetchOptions { docker_config: Some(folder.path().to_owned()), ..FetchOptions::default() };
        find(&"registry.example:5000/n:1".parse().unwrap(), &options)
    }

    #[test]
    fn base64_is_padded() {
        for (bytes, text) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("Ünï:~?>", "w5xuw686fj8+")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(basic("ann", "pa:ss"), "Basic YW5uOnBhOnNz");
    }

    #[test]
    fn docker_logins_are_found_by_the_host_and_port() {
        let config =
            r#"{"auths": {"registry.example:5000": {"auth": "YW5uOnBhOnNz"}, "registry.example": {"auth": "eDp5"}}}"#;
        let Ok(Some(Credentials::Password { user, password })) = with_config(config) else { panic!("no password") };
        assert_eq!((user.as_str(), password.as_str()), ("ann", "pa:ss"));
        let token = r#"{"auths": {"registry.example:5000": {"identitytoken": "tok"}}}"#;
        assert!(matches!(with_config(token), Ok(Some(Credentials::IdentityToken(token))) if token == "tok"));
        assert!(matches!(with_config(r#"{"auths": {"other:5000": {"auth": "eDp5"}}}"#), Ok(None)));
        assert!(matches!(with_config("{}"), Ok(None)));
    }

    #[test]
    fn a_config_that_cannot_be_used_is_named() {
        for (config, expected) in [
            ("{", "not valid JSON"),
            (r#"{"credsStore": "no-such-helper-of-keelmark"}"#, "not on the PATH"),
            (r#"{"auths": {"registry.example:5000": {"auth": "!"}}}"#, "decode"),
        ] {
            let Err(error) = with_config(config) else { panic!("{config} is taken") };
            let error = error.to_string();
            assert!(error.contains("config.json") && error.contains(expected), "{error}");
        }
    }
}
