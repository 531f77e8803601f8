//! Credentials, where and how docker keeps them: `config.json`, its `auths`, and the helpers that it names.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use docker_credential::{CredentialRetrievalError, DockerCredential};
use keelmark_disk::docker_config::{DockerConfig, open_guarded};
use keelmark_disk::input;
use keelmark_disk::private_dir::PrivateDir;
use serde::Deserialize;

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
    let Some(folder) = folder(options) else { return Ok(None) };
    let path = folder.path().join("config.json");
    let unusable = |problem: String| Cause::DockerConfig { path: path.display().to_string(), problem };
    let Some(file) = folder.open(&path).map_err(|error| unusable(error.to_string()))? else { return Ok(None) };
    let text = input::read_rest(file, MAX_CONFIG).map_err(|error| unusable(error.to_string()))?;
    check_helpers(&text, rustix::process::geteuid().is_root()).map_err(unusable)?;
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

fn folder(options: &FetchOptions) -> Option<DockerConfig> {
    options.docker_config.clone().map(DockerConfig::named).or_else(DockerConfig::of_environment)
}

/// What of a config names programs.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Helpers {
    #[serde(default)]
    creds_store: Option<String>,
    #[serde(default)]
    cred_helpers: BTreeMap<String, String>,
}

/// Every helper that a config names is a name, not a path: with a slash in it, `docker-credential-…` would be a file
/// below the working directory, which can be anybody's. And root runs only what nobody else can have written.
fn check_helpers(config: &[u8], is_root: bool) -> Result<(), String> {
    // What is not of this form is not believed to name none, but refused by whoever reads the whole of it.
    let Ok(helpers) = serde_json::from_slice::<Helpers>(config) else { return Ok(()) };
    for helper in helpers.creds_store.iter().chain(helpers.cred_helpers.values()).filter(|name| !name.is_empty()) {
        let is_name = helper.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        if !is_name {
            let helper = quoted(helper);
            return Err(format!("it names the credential helper {helper}: letters, digits, dots and dashes name one"));
        }
        if let Some(problem) = is_root.then(|| problem_of_program(&format!("docker-credential-{helper}"))).flatten() {
            return Err(problem);
        }
    }
    Ok(())
}

/// Why root does not run the program that the PATH has first under this name; none where there is no such program.
fn problem_of_program(program: &str) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.exists())?;
    let shown = found.display();
    if found.is_relative() {
        return Some(format!(
            "its helper {shown} is found by a relative entry of the PATH, which root does not follow"
        ));
    }
    // Links are followed as running it would: what is run in the end has to be root's alone.
    let checked = found.canonicalize().and_then(|file| open_guarded(&file)).and(open_folder_of(&found));
    checked.err().map(|error| format!("root does not run its helper {shown}: {error}"))
}

/// The folder of the PATH itself, where the link may lie.
fn open_folder_of(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("/")).canonicalize()?;
    PrivateDir::open_existing(&folder).map(drop).map_err(std::io::Error::other)
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
            (r#"{"credsStore": "x/evil"}"#, "names the credential helper"),
            (r#"{"credsStore": "../evil"}"#, "names the credential helper"),
            (
                r#"{"credHelpers": {"other": "good", "registry.example:5000": "/tmp/evil"}}"#,
                "names the credential helper",
            ),
            (r#"{"auths": {"registry.example:5000": {"auth": "!"}}}"#, "decode"),
        ] {
            let Err(error) = with_config(config) else { panic!("{config} is taken") };
            let error = error.to_string();
            assert!(error.contains("config.json") && error.contains(expected), "{error}");
        }
    }
}
