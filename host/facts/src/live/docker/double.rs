//! An engine double for tests: it listens on a unix socket and misbehaves as told.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use super::transport::Limits;
use super::{Endpoint, Engine};

/// What the double does about one request, in order.
#[derive(Clone)]
pub enum Step {
    Send(Vec<u8>),
    /// The same bytes again and again, with a pause before each.
    Drip(&'static str, Duration),
    Hang,
    Close,
}

/// An answer with a content length.
pub fn http(status: u16, body: &str) -> Vec<Step> {
    let length = body.len();
    vec![send(format!("HTTP/1.1 {status} x\r\nServer: double\r\nContent-Length: {length}\r\n\r\n{body}"))]
}

pub fn send(text: impl Into<Vec<u8>>) -> Step {
    Step::Send(text.into())
}

pub struct Double {
    _folder: TempDir,
    socket: PathBuf,
    connections: Arc<AtomicUsize>,
    paths: Arc<Mutex<Vec<String>>>,
}

impl Double {
    /// `answer` is told the path and how many requests the connection has had before.
    pub fn start(answer: impl Fn(&str, usize) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let folder = TempDir::new().unwrap();
        let socket = folder.path().join("docker.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let double = Self { _folder: folder, socket, connections: Arc::default(), paths: Arc::default() };
        let (connections, paths, answer) =
            (Arc::clone(&double.connections), Arc::clone(&double.paths), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, Arc::clone(&answer), Arc::clone(&paths)));
            }
        });
        double
    }

    /// A double that gives one answer to every request.
    pub fn always(steps: Vec<Step>) -> Self {
        Self::start(move |_, _| steps.clone())
    }

    /// An engine that asks this double and has little patience.
    pub fn engine(&self) -> Engine {
        engine_at(&self.socket)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn paths(&self) -> Vec<String> {
        self.paths.lock().unwrap().clone()
    }
}

pub fn engine_at(socket: &std::path::Path) -> Engine {
    engine_for(Endpoint::unix(socket))
}

pub fn engine_for(endpoint: Endpoint) -> Engine {
    Engine::with_limits(endpoint, Limits { head: Duration::from_millis(300), answer: Duration::from_millis(600) })
}

async fn serve<F: Fn(&str, usize) -> Vec<Step>>(
    mut stream: UnixStream,
    answer: Arc<F>,
    paths: Arc<Mutex<Vec<String>>>,
) {
    let mut served = 0;
    while let Some(path) = next_path(&mut stream).await {
        paths.lock().unwrap().push(path.clone());
        for step in answer(&path, served) {
            match step {
                Step::Send(bytes) => {
                    if stream.write_all(&bytes).await.is_err() {
                        return;
                    }
                }
                Step::Drip(text, pause) => loop {
                    tokio::time::sleep(pause).await;
                    if stream.write_all(text.as_bytes()).await.is_err() {
                        return;
                    }
                },
                Step::Hang => std::future::pending().await,
                Step::Close => return,
            }
        }
        served += 1;
    }
}

/// The path of the next request on `stream`; none when the client has gone. Requests have no bodies.
async fn next_path(stream: &mut UnixStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.strip_prefix("GET ")?.split(' ').next()?.to_owned();
    assert!(head.to_ascii_lowercase().contains("\r\nhost: localhost\r\n"), "{head}");
    Some(path)
}
