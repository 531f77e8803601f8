//! Which engine is asked: the same answer that the `docker` command would find.

use std::env;
use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};

use super::context;
use keelmark_disk::docker_config::DockerConfig;

/// Where Docker listens when nobody says otherwise.
const DEFAULT_SOCKET: &str = "/var/run/docker.sock";
/// The registered ports of the engine, without and with TLS.
const PLAIN_PORT: u16 = 2375;
const TLS_PORT: u16 = 2376;
/// The longest host name that DNS knows.
const MAX_HOST_NAME: usize = 253;

/// What works as an engine's address; every error about an address ends with it.
pub(super) const SCHEMES: &str =
    "use unix:///path/to/docker.sock, tcp://host:port, http://host:port or https://host:port";

/// The environment that selects an engine. A plain struct, so that tests need not change their process's own.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `DOCKER_HOST`.
    pub docker_host: Option<String>,
    /// `DOCKER_CONTEXT`.
    pub docker_context: Option<String>,
    /// `DOCKER_TLS_VERIFY` is set to anything.
    pub tls_verify: bool,
    /// `DOCKER_TLS` is set to anything: TLS that verifies nothing.
    pub tls: bool,
    /// `DOCKER_CERT_PATH`.
    pub cert_path: Option<PathBuf>,
    /// `DOCKER_CONFIG`, else `~/.docker`.
    pub config_dir: Option<DockerConfig>,
    /// `XDG_RUNTIME_DIR`, where a rootless engine has its socket.
    pub runtime_dir: Option<PathBuf>,
    /// The socket of last resort.
    pub default_socket: PathBuf,
    /// Whether this process has uid 0.
    pub is_root: bool,
}

impl Environment {
    /// The environment of this process. As for docker, a variable that is set but empty counts as unset.
    pub fn from_env() -> Self {
        let path = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let text = |name: &str| path(name).map(|value| value.to_string_lossy().into_owned());
        Self {
            docker_host: text("DOCKER_HOST"),
            docker_context: text("DOCKER_CONTEXT"),
            tls_verify: path("DOCKER_TLS_VERIFY").is_some(),
            tls: path("DOCKER_TLS").is_some(),
            cert_path: path("DOCKER_CERT_PATH"),
            config_dir: DockerConfig::of_environment(),
            runtime_dir: path("XDG_RUNTIME_DIR"),
            default_socket: PathBuf::from(DEFAULT_SOCKET),
            is_root: rustix::process::geteuid().is_root(),
        }
    }
}

/// Why no engine could be selected. The message is complete: where the address came from and what would be right.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EndpointError(pub(super) String);

/// The engine's address, and how its TLS is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub(super) address: Address,
    pub(super) tls: Option<TlsFiles>,
    display: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::live) enum Address {
    Unix(PathBuf),
    Tcp { host: String, port: u16 },
}

/// The PEM files of a TLS endpoint, named as docker names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TlsFiles {
    pub(super) ca: PathBuf,
    pub(super) cert: PathBuf,
    pub(super) key: PathBuf,
}

impl TlsFiles {
    pub(super) fn below(dir: &Path) -> Self {
        Self { ca: dir.join("ca.pem"), cert: dir.join("cert.pem"), key: dir.join("key.pem") }
    }
}

impl Endpoint {
    /// Selects the engine: `explicit` (`--docker-host`), `DOCKER_HOST`, `DOCKER_CONTEXT` or the configuration's
    /// `currentContext`, the default socket, the socket of the user's rootless engine.
    ///
    /// # Errors
    /// Where the first of these that is set does not name an engine that can be asked.
    pub fn resolve(explicit: Option<&str>, environment: &Environment) -> Result<Self, EndpointError> {
        let named = |value: &str, origin: &str| Self::parse(value, origin, || environment.tls_demand(origin));
        if let Some(value) = explicit {
            return named(value, "--docker-host");
        }
        if let Some(value) = &environment.docker_host {
            return named(value, "DOCKER_HOST");
        }
        if let Some(endpoint) = context::selected(environment)? {
            return Ok(endpoint);
        }
        Ok(Self::unix(environment.last_resort()))
    }

    /// The engine behind a unix socket.
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { display: format!("unix://{}", path.display()), address: Address::Unix(path), tls: None }
    }

    /// Parses an engine's address. `origin` is what errors call the place that it came from; `tls` is asked only for
    /// addresses that can have TLS.
    pub(super) fn parse(
        value: &str,
        origin: &str,
        tls: impl FnOnce() -> Result<TlsDemand, EndpointError>,
    ) -> Result<Self, EndpointError> {
        // Docker takes an address without a scheme for tcp; a path is more likely a socket whose scheme was forgotten.
        let (scheme, rest) = value.split_once("://").unwrap_or(("tcp", value));
        if scheme == "tcp" && rest.starts_with('/') {
            return Err(EndpointError(format!("{origin}: {rest:?} has no scheme: {SCHEMES}")));
        }
        if scheme == "ssh" {
            // Nothing of it is repeated: it may hold a password.
            return Err(EndpointError(format!(
                "{origin}: keelmark does not open ssh connections, because a host's files cannot be read through its \
                 engine: run it there and judge here, ssh USER@HOST keelmark record - > host.json and then \
                 keelmark audit --replay host.json"
            )));
        }
        // The value of an address with credentials is not repeated.
        if rest.contains('@') && scheme != "unix" {
            return Err(EndpointError(format!(
                "{origin}: user names and passwords do not work in an address: {SCHEMES}"
            )));
        }
        match scheme {
            "unix" if rest.is_empty() => Ok(Self::unix(DEFAULT_SOCKET)),
            "unix" if rest.starts_with('/') => Ok(Self::unix(rest)),
            "unix" => Err(EndpointError(format!("{origin}: {value:?} is not an absolute path: write unix:///{rest}"))),
            "tcp" => Self::tcp(rest, origin, tls()?.files),
            "http" => match tls()? {
                TlsDemand { files: Some(_), source, .. } => Err(EndpointError(format!(
                    "{origin}: {value:?} says no TLS, but {source} demands it: write tcp://{rest}, or take the demand back"
                ))),
                _ => Self::tcp(rest, origin, None),
            },
            "https" => {
                let demand = tls()?;
                match demand.files.or(demand.fallback) {
                    Some(files) => Self::tcp(rest, origin, Some(files)),
                    None => Err(EndpointError(format!(
                        "{origin}: {value:?} needs ca.pem: set DOCKER_CERT_PATH to its folder"
                    ))),
                }
            }
            _ => Err(EndpointError(format!("{origin}: {value:?}: {scheme}:// does not work here: {SCHEMES}"))),
        }
    }

    fn tcp(rest: &str, origin: &str, tls: Option<TlsFiles>) -> Result<Self, EndpointError> {
        let wrong = |what: &str| EndpointError(format!("{origin}: {rest:?} {what}: {SCHEMES}"));
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#']) {
            return Err(wrong("has a path after the host"));
        }
        // An IPv6 address stands in brackets, because it is full of colons.
        let (host, port) = match authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((host, "")) => (host, None),
            Some((host, port)) => (host, Some(port.strip_prefix(':').ok_or_else(|| wrong("has no colon after ]"))?)),
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let host = if host.is_empty() { "localhost" } else { host };
        let is_name =
            host.len() <= MAX_HOST_NAME && host.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        let is_ipv6 = host.parse::<Ipv6Addr>().is_ok();
        if !is_name && !is_ipv6 {
            return Err(wrong("has no valid host name or address"));
        }
        let port = match port {
            Some(port) => port.parse().map_err(|_| wrong("has no valid port after the colon"))?,
            None if tls.is_some() => TLS_PORT,
            None => PLAIN_PORT,
        };
        let display = if is_ipv6 { format!("tcp://[{host}]:{port}") } else { format!("tcp://{host}:{port}") };
        Ok(Self { address: Address::Tcp { host: host.to_owned(), port }, tls, display })
    }

    /// The address as messages and reports show it.
    pub fn as_str(&self) -> &str {
        &self.display
    }

    /// The user that the engine's socket belongs to; root where there is none, or it cannot be looked at.
    pub(super) fn owner(&self) -> u32 {
        let Address::Unix(path) = &self.address else { return 0 };
        std::fs::metadata(path).map_or(0, |socket| std::os::unix::fs::MetadataExt::uid(&socket))
    }

    /// What stands in the Host header.
    pub(super) fn host_header(&self) -> &str {
        match &self.address {
            // Go's HTTP server, which the engine is, wants a name here but does not look at it.
            Address::Unix(_) => "localhost",
            Address::Tcp { .. } => self.display.strip_prefix("tcp://").unwrap_or("localhost"),
        }
    }
}

/// What the surroundings of an address say about TLS.
#[derive(Default)]
pub(super) struct TlsDemand {
    /// The files to use, where TLS is demanded.
    pub(super) files: Option<TlsFiles>,
    /// The files to use where only the address itself asks for TLS.
    pub(super) fallback: Option<TlsFiles>,
    /// Who demands it, for errors.
    pub(super) source: &'static str,
}

impl Environment {
    /// `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`, as the docker command reads them.
    fn tls_demand(&self, origin: &str) -> Result<TlsDemand, EndpointError> {
        let available =
            self.cert_path.as_deref().or(self.config_dir.as_ref().map(DockerConfig::path)).map(TlsFiles::below);
        let source = "DOCKER_TLS_VERIFY";
        match (self.tls_verify, self.tls) {
            (true, _) if available.is_none() => Err(EndpointError(format!(
                "{origin}: {source} is set, but neither DOCKER_CERT_PATH nor HOME says where ca.pem is"
            ))),
            (true, _) => Ok(TlsDemand { files: available, fallback: None, source }),
            // An audit that anybody in between can answer is worse than none.
            (false, true) => Err(EndpointError(format!(
                "{origin}: DOCKER_TLS asks for TLS that verifies nothing, which keelmark does not do: \
                 set DOCKER_TLS_VERIFY=1 and put the engine's ca.pem into DOCKER_CERT_PATH"
            ))),
            (false, false) => Ok(TlsDemand { files: None, fallback: available, source }),
        }
    }

    /// The socket to ask when nothing is configured.
    fn last_resort(&self) -> PathBuf {
        let rootless = self.runtime_dir.as_ref().map(|dir| dir.join("docker.sock"));
        match rootless {
            Some(socket) if !self.is_root && !self.default_socket.exists() && socket.exists() => socket,
            _ => self.default_socket.clone(),
        }
    }
}

#[cfg(test)]
#[path = "endpoint_tests.rs"]
mod tests;
