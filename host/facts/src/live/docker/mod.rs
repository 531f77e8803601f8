//! The Docker Engine: what it is asked, over which connection, and how its answers become facts.
//!
//! Plugins get the engine's own JSON with secrets masked, read by a plain GET; what keelmark itself wants to know of
//! the engine comes through bollard's types, over the same connections (`docs/adr/0002-engine-json.md`).

mod answer;
mod connect;
mod context;
mod endpoint;
mod identity;
mod meter;
mod processes;
mod sockets;
mod tls;
mod transport;

#[cfg(test)]
mod double;
#[cfg(test)]
mod processes_tests;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use answer::Shape;
use keelmark_contract::gate::fields::Fields;
use keelmark_contract::{ErrorKind, FactError};
use serde_json::Value;
use tokio::net::UnixStream;
use tokio::sync::OnceCell;
use tokio::time::timeout;
use transport::{Limits, Transport};

pub(super) use endpoint::Address;
pub use endpoint::{Endpoint, EndpointError, Environment};
pub use identity::EngineIdentity;
pub use transport::ANSWER_TIMEOUT;

use super::mask::{Raw, mask_message};
use crate::DockerRequest;

/// The largest answer about all objects of a kind. 10,000 containers with many labels take about 30 MiB. What it may
/// take once it is parsed has a limit of its own ([`crate::weight`]).
pub const MAX_LIST_BYTES: u64 = 64 * 1024 * 1024;
/// The largest answer about one object. Inspecting a container takes about 10 KiB, and labels and environment of the
/// largest ones seen a few hundred more.
pub const MAX_OBJECT_BYTES: u64 = 4 * 1024 * 1024;

/// How long to wait for a socket that is only looked at.
const OPENER_TIMEOUT: Duration = Duration::from_secs(1);

/// One engine, asked read-only. Nothing is connected until the first question.
///
/// Once the engine could not be reached, every later question gets that answer at once: an `Engine` is meant for one
/// audit, and an audit of an engine that comes and goes would mix two states.
pub struct Engine {
    transport: Arc<Transport>,
    identity: OnceCell<EngineIdentity>,
    /// Whether it told no processes of a container that runs.
    tells_no_processes: AtomicBool,
}

impl Engine {
    /// The engine at `endpoint`. Whether it is there shows at the first question.
    pub fn connect(endpoint: Endpoint) -> Self {
        Self::with_limits(endpoint, Limits::default())
    }

    fn with_limits(endpoint: Endpoint, limits: Limits) -> Self {
        let transport = Arc::new(Transport::new(endpoint, limits));
        Self { transport, identity: OnceCell::new(), tells_no_processes: AtomicBool::new(false) }
    }

    /// The address as messages and reports show it.
    pub fn endpoint(&self) -> &str {
        self.transport.endpoint().as_str()
    }

    /// The same, taken apart.
    pub(super) fn address(&self) -> &Address {
        &self.transport.endpoint().address
    }

    /// Whether it is asked through a unix socket.
    pub fn is_socket(&self) -> bool {
        matches!(self.address(), Address::Unix(_))
    }

    /// The process that began to listen on the engine's socket, as keelmark counts processes; none where it is in
    /// another pid namespace, or where there is no socket.
    pub(super) async fn opener(&self) -> Option<u32> {
        let Address::Unix(path) = self.address() else { return None };
        // Through tokio, whose answer can be "0, nobody you can see", which rustix's type cannot hold.
        let connected = timeout(OPENER_TIMEOUT, UnixStream::connect(path)).await.ok()?.ok()?;
        let pid = connected.peer_cred().ok()?.pid()?;
        u32::try_from(pid).ok().filter(|pid| *pid != 0)
    }

    /// Which engine this is; asked once.
    ///
    /// # Errors
    /// Where the engine cannot be reached or its answer to `/version` cannot be read.
    pub async fn identity(&self) -> Result<EngineIdentity, FactError> {
        self.identity.get_or_try_init(|| identity::ask(&self.transport, MAX_OBJECT_BYTES)).await.cloned()
    }

    /// The engine's own JSON for `request`, secrets masked.
    ///
    /// # Errors
    /// `invalid` for an id that could change the path, `not-found` for an object that does not exist, `unavailable` for
    /// an engine that cannot be reached or does not know the request, `permission`, `timeout`, `too-large`, and `failed`
    /// for an answer that cannot be used.
    pub async fn ask(&self, request: &DockerRequest) -> Result<Value, FactError> {
        self.masked(request, None).await
    }

    /// Only these fields of a container: there may be thousands, and most of what is told of each is never looked at.
    /// Of nothing else: there, what is masked can depend on fields beside it (a volume's options, on its driver).
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub async fn inspect(&self, container: &str, fields: &Fields) -> Result<Value, FactError> {
        self.masked(&DockerRequest::Container(container.to_owned()), Some(fields)).await
    }

    /// The one way out, whichever way the answer came.
    async fn masked(&self, request: &DockerRequest, only: Option<&Fields>) -> Result<Value, FactError> {
        if let (word, Some(id)) = request.parts()
            && !DockerRequest::is_valid_id(id)
        {
            // The gate has checked it already; but this is the last place before the path.
            return Err(FactError::new(ErrorKind::Invalid, format!("{id:?} cannot be the id of a docker {word}")));
        }
        let answer = match request {
            DockerRequest::Processes(id) => self.processes(id).await,
            _ => self.read(request, only).await,
        };
        // What an engine says went wrong can repeat what it was told.
        let masked_error = |error: FactError| FactError::new(error.kind, mask_message(&error.message));
        answer.map(|answer| answer.of_engine(request)).map_err(masked_error)
    }

    /// The engine's answer as it is.
    async fn read(&self, request: &DockerRequest, only: Option<&Fields>) -> Result<Raw<Value>, FactError> {
        let (path, shape) = route(request);
        let limit = match shape {
            Shape::List | Shape::ListIn(_) => MAX_LIST_BYTES,
            Shape::Object => MAX_OBJECT_BYTES,
        };
        let (status, body) = self.transport.get(&path, limit).await?;
        let from = answer::Source { endpoint: self.endpoint(), path: &path, request };
        answer::read(&from, status, &body, shape, only).map(Raw::new)
    }
}

/// The path of a request and the shape of its answer.
///
/// Paths carry no API version: each engine then speaks its own newest one. A fixed version would be refused by engines
/// that no longer, or do not yet, speak it, and fields differ between versions anyway.
fn route(request: &DockerRequest) -> (String, Shape) {
    use DockerRequest::*;
    match request {
        Version => ("/version".into(), Shape::Object),
        Info => ("/info".into(), Shape::Object),
        Containers => ("/containers/json?all=true".into(), Shape::List),
        Container(id) => (format!("/containers/{id}/json"), Shape::Object),
        Processes(id) => (processes::path(id, false), Shape::Object),
        Exec(id) => (format!("/exec/{id}/json"), Shape::Object),
        Images => ("/images/json".into(), Shape::List),
        Image(id) => (format!("/images/{id}/json"), Shape::Object),
        History(id) => (format!("/images/{id}/history"), Shape::List),
        Networks => ("/networks".into(), Shape::List),
        Volumes => ("/volumes".into(), Shape::ListIn("Volumes")),
        Swarm => ("/swarm".into(), Shape::Object),
        Nodes => ("/nodes".into(), Shape::List),
        Services => ("/services".into(), Shape::List),
        Secrets => ("/secrets".into(), Shape::List),
    }
}
