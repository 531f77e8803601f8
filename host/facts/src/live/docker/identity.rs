//! Which engine it is, in bollard's types over keelmark's own connections.
//!
//! bollard gets the response and reads its body itself. The size limit therefore sits on the connection
//! ([`super::meter`]), where it holds for bollard too; the time limit is around the whole question.

use std::io;
use std::sync::Arc;

use bollard::errors::Error;
use bollard::models::SystemVersion;
use bollard::{API_DEFAULT_VERSION, BollardRequest, Docker};
use hyper::{Method, StatusCode};
use keelmark_contract::{ErrorKind, FactError, ops};
use tokio::time::timeout;

use super::answer::{self, Source, one_line};
use super::meter::OverLimit;
use super::transport::{Transport, over_limit};

/// The engine's name for bollard's URLs, which never leave this process: the transport only takes their path.
const URL: &str = "http://engine";
const PATH: &str = "/version";
const PODMAN: &str = "Podman";

/// The engine's name and versions, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineIdentity {
    /// "Docker Engine" or "Podman".
    pub name: String,
    /// The engine's own version: "20.10.24".
    pub version: String,
    /// The newest API version that it speaks: "1.41".
    pub api_version: String,
}

impl EngineIdentity {
    /// The identity in an answer to `GET /version`, recorded or fresh. None where it names no version.
    pub fn of(version: &serde_json::Value) -> Option<Self> {
        read(serde_json::from_value(version.clone()).ok()?)
    }

    pub(super) fn is_podman(&self) -> bool {
        self.name == PODMAN
    }
}

/// Asks `GET /version`.
pub(super) async fn ask(transport: &Arc<Transport>, limit: u64) -> Result<EngineIdentity, FactError> {
    let time = transport.limits().answer;
    let docker = docker(transport, limit).map_err(|error| explain(transport, limit, error))?;
    match timeout(time, docker.version()).await {
        Ok(Ok(version)) => read(version).ok_or_else(|| source(transport).error(ErrorKind::Failed, "no version")),
        Ok(Err(error)) => Err(explain(transport, limit, error)),
        Err(_) => Err(transport.too_slow(PATH, time)),
    }
}

/// A bollard client over `transport`. It can only GET: whatever else bollard offers is refused here.
fn docker(transport: &Arc<Transport>, limit: u64) -> Result<Docker, Error> {
    let transport = Arc::clone(transport);
    // bollard's own timeout comes after ours, which has the better message.
    let seconds = transport.limits().answer.as_secs().saturating_add(1);
    let send = move |request: BollardRequest| {
        let transport = Arc::clone(&transport);
        async move {
            if request.method() != Method::GET {
                return Err(wrap(FactError::new(ErrorKind::Invalid, "keelmark only reads from the engine")));
            }
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let (response, lease) = transport.open(path, limit).await.map_err(wrap)?;
            // The body is read after this returns; the lease waits for that by itself.
            tokio::spawn(lease.finish());
            Ok(response)
        }
    };
    Docker::connect_with_custom_transport(send, Some(URL), seconds, API_DEFAULT_VERSION)
}

/// Takes a fact's error through bollard, whose errors cannot hold foreign ones except as I/O errors.
fn wrap(error: FactError) -> Error {
    Error::IOError { err: io::Error::other(error) }
}

fn explain(transport: &Transport, limit: u64, error: Error) -> FactError {
    if OverLimit::caused(&error) {
        return over_limit(transport.endpoint(), PATH, limit);
    }
    let from = source(transport);
    match error {
        Error::IOError { err } => match err.downcast::<FactError>() {
            Ok(error) => error,
            Err(err) => from.error(ErrorKind::Failed, &format!("a broken connection: {err}")),
        },
        Error::DockerResponseServerError { status_code, message } => {
            let status = StatusCode::from_u16(status_code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            answer::refused(&from, status, message.as_bytes())
        }
        Error::RequestTimeoutError => transport.too_slow(PATH, transport.limits().answer),
        error => from.error(ErrorKind::Failed, &format!("something that cannot be read: {error}")),
    }
}

fn source(transport: &Transport) -> Source<'_> {
    Source { endpoint: transport.endpoint().as_str(), path: PATH, op: &ops::VERSION }
}

fn read(version: SystemVersion) -> Option<EngineIdentity> {
    let components = version.components.unwrap_or_default();
    let name = match components.iter().any(|component| component.name.contains(PODMAN)) {
        true => PODMAN,
        false => "Docker Engine",
    };
    Some(EngineIdentity {
        name: name.to_owned(),
        version: one_line(&version.version?),
        api_version: one_line(&version.api_version?),
    })
}
