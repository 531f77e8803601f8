//! HTTP/1.1 to the engine: GET only, a few kept connections, and a limit on the time and size of every answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Body, Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use keelmark_contract::{ErrorKind, FactError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::connect::Dialer;
use super::endpoint::Endpoint;
use super::meter::{Meter, Metered, OverLimit};

/// Connections at one time. The engine answers from a few locks, so more do not make it faster: 200 requests took the
/// same time over 32 connections as over 8, and 8 leave an engine that also has work to do in peace.
pub(super) const CONNECTIONS: usize = 8;
/// How long the engine may think before an answer begins. Slow honest answers (a list of 10,000 containers) take a
/// few seconds; docker's own tools wait for ever.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a whole answer may take, so that one which drips a byte now and then ends too. Less than an attempt at a
/// section, whose plugin then hears the cause and is not blamed for it.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(25);
/// What the engine's log calls us.
const USER_AGENT: &str = concat!("keelmark/", env!("CARGO_PKG_VERSION"));

/// The time limits, which tests shorten.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) head: Duration,
    pub(super) answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: HEAD_TIMEOUT, answer: ANSWER_TIMEOUT }
    }
}

/// The way to one engine.
pub(super) struct Transport {
    dialer: Dialer,
    limits: Limits,
    slots: Arc<Semaphore>,
    /// Connections between two answers. A holder of a slot takes one from here before it opens another, so there are
    /// never more than [`CONNECTIONS`] altogether.
    idle: Mutex<Vec<Link>>,
    /// Why the engine cannot be reached, once that is known. One audit wants one answer to that, and wants it without
    /// waiting for the same timeout again for each fact.
    down: OnceLock<FactError>,
    /// Whether the engine has ever answered anything.
    has_answered: AtomicBool,
}

/// One connection.
struct Link {
    sender: SendRequest<Empty<Bytes>>,
    meter: Meter,
    task: AbortHandle,
}

impl Drop for Link {
    fn drop(&mut self) {
        // The task would otherwise go on reading an answer that nobody waits for.
        self.task.abort();
    }
}

/// A connection with an answer on it. It has to be kept until the body is read; [`Lease::finish`] gives it back.
pub(super) struct Lease {
    link: Link,
    transport: Arc<Transport>,
    slot: OwnedSemaphorePermit,
}

impl Lease {
    /// Waits until the body is read, then lets the next request use the connection.
    pub(super) async fn finish(self) {
        let Self { mut link, transport, slot } = self;
        if let Ok(Ok(())) = timeout(transport.limits.answer, link.sender.ready()).await {
            transport.idle.lock().unwrap_or_else(PoisonError::into_inner).push(link);
        }
        // Only now: whoever gets the slot must find the connection, not open a ninth.
        drop(slot);
    }
}

impl Transport {
    pub(super) fn new(endpoint: Endpoint, limits: Limits) -> Self {
        Self {
            dialer: Dialer::new(endpoint),
            limits,
            slots: Arc::new(Semaphore::new(CONNECTIONS)),
            idle: Mutex::default(),
            down: OnceLock::new(),
            has_answered: AtomicBool::new(false),
        }
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        self.dialer.endpoint()
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// The status and body of the answer to `GET path`, if the body has at most `limit` bytes.
    pub(super) async fn get(self: &Arc<Self>, path: &str, limit: u64) -> Result<(StatusCode, Bytes), FactError> {
        let slot = self.slot().await?;
        let exchange = async {
            let (response, lease) = self.exchange(slot, path, limit).await?;
            let status = response.status();
            // What is announced as too large need not be read until it is.
            if response.body().size_hint().lower() > limit {
                return Err(over_limit(self.endpoint(), path, limit));
            }
            let body = response.into_body().collect().await.map_err(|error| self.broke_off(path, limit, &error))?;
            lease.finish().await;
            Ok((status, body.to_bytes()))
        };
        timeout(self.limits.answer, exchange).await.unwrap_or_else(|_| Err(self.too_slow(path, self.limits.answer)))
    }

    /// Sends `GET path` and waits for the head of the answer. The body breaks off when it passes `limit` bytes.
    pub(super) async fn open(
        self: &Arc<Self>,
        path: &str,
        limit: u64,
    ) -> Result<(Response<Incoming>, Lease), FactError> {
        let slot = self.slot().await?;
        self.exchange(slot, path, limit).await
    }

    /// Waits for one of the [`CONNECTIONS`]. This wait is bounded by the limits of those who hold them.
    async fn slot(&self) -> Result<OwnedSemaphorePermit, FactError> {
        Arc::clone(&self.slots).acquire_owned().await.map_err(|_| {
            FactError::new(ErrorKind::Unavailable, format!("{} is no longer asked", self.endpoint().as_str()))
        })
    }

    async fn exchange(
        self: &Arc<Self>,
        slot: OwnedSemaphorePermit,
        path: &str,
        limit: u64,
    ) -> Result<(Response<Incoming>, Lease), FactError> {
        if let Some(error) = self.down.get() {
            return Err(error.clone());
        }
        let lease = |link, slot| Lease { link, transport: Arc::clone(self), slot };
        if let Some(mut link) = self.take_idle() {
            // The engine may have closed a connection that was idle, which shows only in the attempt to use it. Every
            // request is a GET, so sending it again on a fresh connection does no harm.
            match self.send(&mut link, path, limit).await {
                Ok(response) => return Ok((response, lease(link, slot))),
                Err(Sending::Broke(error)) if !OverLimit::caused(&error) => {}
                Err(error) => return Err(self.explain(path, limit, error)),
            }
        }
        let mut link = self.dial().await?;
        match self.send(&mut link, path, limit).await {
            Ok(response) => Ok((response, lease(link, slot))),
            Err(error) => Err(self.explain(path, limit, error)),
        }
    }

    fn take_idle(&self) -> Option<Link> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|link| !link.sender.is_closed());
        idle.pop()
    }

    async fn dial(&self) -> Result<Link, FactError> {
        let stream = match self.dialer.dial().await {
            Ok(stream) => stream,
            Err(error) => return Err(self.down.get_or_init(|| error).clone()),
        };
        let meter = Meter::default();
        let metered = TokioIo::new(Metered::new(stream, meter.clone()));
        let (sender, connection) = handshake(metered)
            .await
            .map_err(|error| self.failed(&format!("the connection broke off: {}", chain(&error))))?;
        // What goes wrong on the connection is told to the request that is on it.
        let task = tokio::spawn(async move { drop(connection.await) }).abort_handle();
        Ok(Link { sender, meter, task })
    }

    async fn send(&self, link: &mut Link, path: &str, limit: u64) -> Result<Response<Incoming>, Sending> {
        let request = Request::get(path)
            .header(header::HOST, self.endpoint().host_header())
            .header(header::USER_AGENT, USER_AGENT)
            .header(header::ACCEPT, "application/json")
            .body(Empty::new())
            .map_err(Sending::Invalid)?;
        link.meter.allow(limit);
        match timeout(self.limits.head, link.sender.send_request(request)).await {
            Ok(Ok(response)) => {
                self.has_answered.store(true, Ordering::Relaxed);
                Ok(response)
            }
            Ok(Err(error)) => Err(Sending::Broke(error)),
            Err(_) => Err(Sending::Slow),
        }
    }

    fn explain(&self, path: &str, limit: u64, error: Sending) -> FactError {
        match error {
            Sending::Invalid(error) => FactError::new(ErrorKind::Invalid, format!("{path:?} cannot be asked: {error}")),
            Sending::Broke(error) => self.broke_off(path, limit, &error),
            Sending::Slow => {
                let error = self.too_slow(path, self.limits.head);
                // One slow object is that object's fault; an engine that has never said anything hangs as a whole.
                match self.has_answered.load(Ordering::Relaxed) {
                    true => error,
                    false => self.down.get_or_init(|| error).clone(),
                }
            }
        }
    }

    fn broke_off(&self, path: &str, limit: u64, error: &hyper::Error) -> FactError {
        if OverLimit::caused(error) {
            return over_limit(self.endpoint(), path, limit);
        }
        self.failed(&format!("the answer to {path} broke off or is not HTTP: {}", chain(error)))
    }

    pub(super) fn too_slow(&self, path: &str, limit: Duration) -> FactError {
        let message = format!("{} did not answer {path} within {} s", self.endpoint().as_str(), limit.as_secs_f32());
        FactError::new(ErrorKind::Timeout, message)
    }

    fn failed(&self, problem: &str) -> FactError {
        FactError::new(ErrorKind::Failed, format!("{}: {problem}", self.endpoint().as_str()))
    }
}

/// Why no answer began.
enum Sending {
    Invalid(hyper::http::Error),
    Broke(hyper::Error),
    Slow,
}

/// The error for an answer of more than `limit` bytes.
pub(super) fn over_limit(endpoint: &Endpoint, path: &str, limit: u64) -> FactError {
    let message = format!("the answer of {} to {path} is larger than {limit} bytes", endpoint.as_str());
    FactError::new(ErrorKind::TooLarge, message)
}

/// An error and its causes in one line: hyper names the cause only there.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
