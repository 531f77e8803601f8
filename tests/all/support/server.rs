//! A small HTTP server that answers as it is told: well, badly, slowly or not at all; plain or with TLS.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring};

/// What a client asked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    /// With its query.
    pub path: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// What it gets.
pub enum Reply {
    Whole(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// These bytes, whatever they are; then the connection is closed.
    Raw(Vec<u8>),
    /// These bytes, then one more of them after every pause, for ever.
    Drip(Vec<u8>, Duration),
    /// Nothing, for as long as the server lives.
    Silence,
}

impl Reply {
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Whole(200, Vec::new(), body.into())
    }

    pub fn status(status: u16) -> Self {
        Self::Whole(status, Vec::new(), Vec::new())
    }

    pub fn redirect(location: impl Into<String>) -> Self {
        Self::Whole(307, vec![("location", location.into())], Vec::new())
    }
}

/// A certificate authority of the tests, and a certificate for this host.
pub struct Authority {
    /// The authority's own certificate.
    pub pem: String,
    config: Arc<ServerConfig>,
}

impl Authority {
    /// One whose server is called `name`.
    pub fn of(name: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // No two authorities have one name: clients look them up by it.
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        params.distinguished_name.push(DnType::CommonName, format!("authority {number} of the tests"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Self { pem, config: Arc::new(config) }
    }
}

type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

/// A running server.
pub struct Server {
    address: SocketAddr,
    scheme: &'static str,
    over: Arc<AtomicBool>,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Plain HTTP.
    pub fn plain(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(None, Arc::new(handler))
    }

    /// With TLS.
    pub fn tls(authority: &Authority, handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(Some(Arc::clone(&authority.config)), Arc::new(handler))
    }

    fn start(tls: Option<Arc<ServerConfig>>, handler: Arc<Handler>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let shared = (Arc::clone(&over), Arc::clone(&seen));
        std::thread::spawn(move || {
            let (over, seen) = shared;
            for stream in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let (stream, tls, handler) = (stream.unwrap(), tls.clone(), Arc::clone(&handler));
                let (over, seen) = (Arc::clone(&over), Arc::clone(&seen));
                // A client that hangs up is no failure of the test.
                std::thread::spawn(move || drop(serve(stream, tls, &*handler, &over, &seen)));
            }
        });
        Self { address, scheme, over, seen }
    }

    /// "127.0.0.1:PORT"
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// What it was asked so far.
    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    handler: &Handler,
    over: &AtomicBool,
    seen: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
    match tls {
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
            let mut stream = StreamOwned::new(connection, stream);
            answer(&mut stream, handler, over, seen)?;
            stream.conn.send_close_notify();
            stream.flush()
        }
        None => {
            let mut first = [0];
            stream.peek(&mut first)?;
            let mut stream = stream;
            // The greeting of TLS: what plain servers say to it.
            if first == [0x16] {
                return stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n");
            }
            answer(&mut stream, handler, over, seen)
        }
    }
}

fn answer(
    stream: &mut (impl Read + Write),
    handler: &Handler,
    over: &AtomicBool,
    seen: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
    let request = read(stream)?;
    seen.lock().unwrap().push(request.clone());
    match handler(&request) {
        Reply::Whole(status, headers, body) => {
            let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            stream.write_all(head.as_bytes())?;
            stream.write_all(b"\r\n")?;
            stream.write_all(if request.method == "HEAD" { &[] } else { &body })?;
        }
        Reply::Raw(bytes) => stream.write_all(&bytes)?,
        Reply::Drip(bytes, pause) => {
            stream.write_all(&bytes)?;
            while !over.load(Ordering::Relaxed) {
                std::thread::sleep(pause);
                stream.write_all(b"x")?;
                stream.flush()?;
            }
        }
        Reply::Silence => {
            while !over.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
    stream.flush()
}

fn read(stream: &mut impl Read) -> std::io::Result<Request> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let mut request = Request {
        method: first.next().unwrap_or_default(),
        path: first.next().unwrap_or_default(),
        ..Request::default()
    };
    request.headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    request.body = vec![0; length];
    stream.read_exact(&mut request.body)?;
    Ok(request)
}
