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

use keelmark_contract::FactError;
use keelmark_contract::gate::fields::Fields;
use keelmark_contract::ops;
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

    /// Whose engine it is: the user that its socket belongs to, root where that cannot be told.
    pub fn owner(&self) -> u32 {
        self.transport.endpoint().owner()
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
    pub async fn ask_only(&self, request: &DockerRequest, fields: &Fields) -> Result<Value, FactError> {
        self.masked(request, Some(fields)).await
    }

    /// The one way out, whichever way the answer came.
    async fn masked(&self, request: &DockerRequest, only: Option<&Fields>) -> Result<Value, FactError> {
        let answer = match request.id() {
            Some(id) if request.op() == &ops::CONTAINER_PROCESSES => self.processes(id).await,
            _ => self.read(request, only).await,
        };
        // What an engine says went wrong can repeat what it was told.
        let masked_error = |error: FactError| FactError::new(error.kind, mask_message(&error.message));
        answer.map(|answer| answer.of_engine(request)).map_err(masked_error)
    }

    /// The engine's answer as it is.
    async fn read(&self, request: &DockerRequest, only: Option<&Fields>) -> Result<Raw<Value>, FactError> {
        let (path, shape) = (request.path()?, request.question()?.shape);
        let limit = if shape.has_many() { MAX_LIST_BYTES } else { MAX_OBJECT_BYTES };
        let (status, body) = self.transport.get(&path, limit).await?;
        let from = answer::Source { endpoint: self.endpoint(), path: &path, op: request.op() };
        answer::read(&from, status, &body, shape, only).map(Raw::new)
    }
}
