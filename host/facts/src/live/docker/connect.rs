//! Opening a stream to the engine, and saying why that failed.

use std::io;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use keelmark_contract::{ErrorKind, FactError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::endpoint::{Address, Endpoint};
use super::{sockets, tls};

/// How long an engine may take to accept a connection, TLS included. A local one needs microseconds, one across the
/// world well below a second; the rest is patience with a machine that is starting up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait before knocking again at a unix socket whose queue is full.
const QUEUE_PAUSE: Duration = Duration::from_millis(20);

/// A connected stream of any kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Opens connections to one endpoint.
pub(super) struct Dialer {
    endpoint: Endpoint,
    /// The certificates, read when the first connection needs them.
    connector: OnceLock<Result<TlsConnector, FactError>>,
}

impl Dialer {
    pub(super) fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, connector: OnceLock::new() }
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(super) async fn dial(&self) -> Result<Box<dyn Stream>, FactError> {
        timeout(CONNECT_TIMEOUT, self.open()).await.unwrap_or_else(|_| {
            let problem = format!("no connection within {} s", CONNECT_TIMEOUT.as_secs());
            Err(self.unreachable(ErrorKind::Timeout, problem))
        })
    }

    async fn open(&self) -> Result<Box<dyn Stream>, FactError> {
        let (host, stream) = match &self.endpoint.address {
            Address::Unix(path) => {
                return match connect_unix(path).await {
                    Ok(stream) => Ok(Box::new(stream)),
                    Err(error) => Err(self.refused(&error)),
                };
            }
            Address::Tcp { host, port } => (host, TcpStream::connect((host.as_str(), *port)).await),
        };
        let stream = stream.map_err(|error| self.refused(&error))?;
        let Some(files) = &self.endpoint.tls else {
            return Ok(Box::new(stream));
        };
        let connector = self.connector.get_or_init(|| tls::connector(files)).clone()?;
        let name = ServerName::try_from(host.clone())
            .map_err(|error| self.unreachable(ErrorKind::Invalid, format!("{host:?} is no name for TLS: {error}")))?;
        match connector.connect(name, stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => {
                Err(self.unreachable(ErrorKind::Unavailable, format!("TLS failed: {}", tls::explain(&error))))
            }
        }
    }

    /// Why the operating system did not connect us.
    fn refused(&self, error: &io::Error) -> FactError {
        let is_socket = matches!(self.endpoint.address, Address::Unix(_));
        match error.kind() {
            io::ErrorKind::PermissionDenied if is_socket => {
                let problem = format!("permission denied opening {}", self.endpoint.as_str());
                let message = match rustix::process::geteuid().is_root() {
                    true => problem,
                    false => format!("needs root or membership of group docker: {problem}"),
                };
                FactError::new(ErrorKind::Permission, message)
            }
            io::ErrorKind::NotFound if is_socket => {
                self.unreachable(ErrorKind::Unavailable, format!("no such file{}", self.others()))
            }
            io::ErrorKind::ConnectionRefused => {
                let problem = format!("connection refused, nothing listens there{}", self.others());
                self.unreachable(ErrorKind::Unavailable, problem)
            }
            _ => self.unreachable(ErrorKind::Unavailable, error.to_string()),
        }
    }

    /// What else could be asked, where this is not there.
    fn others(&self) -> String {
        match &self.endpoint.address {
            Address::Unix(path) => sockets::beside(path),
            Address::Tcp { .. } => String::new(),
        }
    }

    fn unreachable(&self, kind: ErrorKind, problem: String) -> FactError {
        FactError::new(kind, format!("engine unreachable at {}: {problem}", self.endpoint.as_str()))
    }
}

/// Connects to a unix socket. Where its queue is full, the kernel does not wait for room as it does on TCP.
async fn connect_unix(path: &Path) -> io::Result<UnixStream> {
    loop {
        match UnixStream::connect(path).await {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => sleep(QUEUE_PAUSE).await,
            done => return done,
        }
    }
}
