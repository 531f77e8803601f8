//! Why a plugin could not be fetched or pushed: always the address, and the cause in words that say what to do.

use std::fmt::Display;
use std::time::Duration;

use keelmark_contract::escape;

/// What a server says about its own failure, as far as it is repeated.
const MAX_REMOTE_TEXT: usize = 200;

/// A failure, and the address that it is about.
#[derive(Debug, thiserror::Error)]
#[error("{address}: {cause}")]
pub struct SourceError {
    /// A path, or a URL without its query: queries of signed URLs are secrets.
    pub address: String,
    pub cause: Cause,
}

impl SourceError {
    pub(super) fn new(address: impl Display, cause: Cause) -> Self {
        Self { address: address.to_string(), cause }
    }

    /// Whether nothing is wrong with what was asked for: the same command may work later, or from elsewhere.
    pub fn is_unreachable(&self) -> bool {
        matches!(
            self.cause,
            Cause::NoSuchHost(_)
                | Cause::Refused
                | Cause::Connect(_)
                | Cause::Closed
                | Cause::Proxy(_)
                | Cause::ConnectTimeout(_)
                | Cause::AnswerTimeout(_)
                | Cause::TotalTimeout(_)
                | Cause::ServerFailed { .. }
        )
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Cause {
    #[error("failed to read: {0}")]
    Read(std::io::Error),
    #[error("failed to write: {0}")]
    Write(std::io::Error),
    #[error("it is larger than {limit} bytes")]
    TooLarge { limit: usize },

    #[error("there is no host {0:?}, or its name could not be looked up")]
    NoSuchHost(String),
    #[error("the connection was refused: nothing listens there")]
    Refused,
    #[error("failed to connect: {0}")]
    Connect(std::io::Error),
    #[error("the connection was closed before the answer was complete")]
    Closed,
    #[error("the proxy of the environment does not connect: {0}")]
    Proxy(String),
    #[error("no connection within {}", seconds(.0))]
    ConnectTimeout(Duration),
    #[error("no answer within {}", seconds(.0))]
    AnswerTimeout(Duration),
    #[error("not finished within {}: too slow", seconds(.0))]
    TotalTimeout(Duration),
    #[error("the other side does not speak TLS: is it a plain http server?")]
    NotTls,
    #[error(
        "its certificate is signed by an authority that this host does not know: add the authority to the system's, or \
         name its PEM file in SSL_CERT_FILE"
    )]
    UnknownAuthority,
    #[error("its certificate is not good: {0}")]
    Certificate(String),
    #[error("TLS failed: {0}")]
    Tls(String),
    #[error("the answer is not HTTP: {0}")]
    NotHttp(String),

    #[error("it redirects to {0}, and plugins are fetched over https alone")]
    RedirectToHttp(String),
    #[error("it redirects more than {0} times")]
    RedirectLoop(usize),
    #[error("it redirects ({0}) to nowhere that could be followed")]
    BadRedirect(u16),

    #[error("it asks for credentials (401){}: log in with `docker login {host}`", remote(.said))]
    LoginNeeded { host: String, said: String },
    #[error("it refuses the credentials of the docker config (401){}: renew them with `docker login {host}`", remote(.said))]
    LoginRefused { host: String, said: String },
    #[error("it asks for credentials (401), which only registries get: push the plugin to one and use oci://…")]
    UrlLogin,
    #[error("access is denied (403){}", remote(.0))]
    Forbidden(String),
    #[error("there is nothing at this address ({0})")]
    NotFound(u16),
    #[error("there is no {what}{}", remote(.said))]
    NoManifest { what: String, said: String },
    #[error("the server failed ({status}){}: try again later", remote(.said))]
    ServerFailed { status: u16, said: String },
    #[error("unexpected answer ({status}){}", remote(.said))]
    Unexpected { status: u16, said: String },
    #[error("it answers with {0}, which is no WebAssembly")]
    NotWasm(String),
    #[error("it is not a minisign signature")]
    NotSignature,

    #[error("the docker config {path} cannot be used: {problem}")]
    DockerConfig { path: String, problem: String },
    #[error("the registry asks for an authentication that keelmark does not know: {0}")]
    Challenge(String),
    #[error("the registry sends its clients for a token to {0}, which is not https")]
    TokenOverHttp(String),

    #[error("it is an index of {0} images, not one plugin: name one of them by its digest")]
    Index(usize),
    #[error("it is not a plugin, but {0}")]
    NotPlugin(String),
    #[error("malformed {what}: {problem}")]
    Malformed { what: &'static str, problem: String },
    #[error("its digest is {found}, but {expected} was asked for: it is not what the reference means, or was altered")]
    WrongDigest { found: String, expected: String },
    #[error("it is {found} bytes, but the manifest says {expected}")]
    WrongSize { found: u64, expected: u64 },

    #[error("it is in a bundle: `keelmark plugin bundle load {0}` loads it, or give another source")]
    InBundle(String),
    #[error("it is not a bundle of plugins: {0}")]
    NotBundle(String),
}

impl Cause {
    pub(super) fn malformed(what: &'static str, problem: impl Display) -> Self {
        Self::Malformed { what, problem: quoted(&problem.to_string()) }
    }
}

fn seconds(duration: &Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

fn remote(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(", saying {said:?}") }
}

/// A text of a server: cut, and nothing in it that a terminal would obey.
pub(super) fn quoted(text: &str) -> String {
    let cut: String = text.trim().chars().take(MAX_REMOTE_TEXT).collect();
    escape::line(&cut).into_owned()
}
