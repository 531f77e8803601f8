//! The plainest HTTP client that asks an engine: what fetching facts costs without anything around it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One kept connection.
pub struct Client {
    stream: BufReader<UnixStream>,
}

impl Client {
    pub fn connect(socket: &Path) -> io::Result<Self> {
        Ok(Self { stream: BufReader::with_capacity(64 * 1024, UnixStream::connect(socket)?) })
    }

    /// The status and body of the answer to `GET path`.
    pub fn get(&mut self, path: &str) -> io::Result<(u16, Vec<u8>)> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n");
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(|| unusable(&status))?;
        let (mut length, mut is_chunked) = (None, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(':') {
                None => break,
                Some(("content-length", value)) => length = value.trim().parse().ok(),
                Some(("transfer-encoding", value)) => is_chunked = value.trim() == "chunked",
                Some(_) => {}
            }
        }
        let mut body = Vec::new();
        if is_chunked {
            while let size @ 1.. = self.chunk_size()? {
                self.append(size, &mut body)?;
                self.line()?;
            }
            self.line()?;
        } else {
            self.append(length.ok_or_else(|| unusable("no length"))?, &mut body)?;
        }
        Ok((status, body))
    }

    fn chunk_size(&mut self) -> io::Result<u64> {
        let line = self.line()?;
        let size = line.split(';').next().unwrap_or_default();
        u64::from_str_radix(size.trim(), 16).map_err(|_| unusable(&line))
    }

    fn append(&mut self, bytes: u64, body: &mut Vec<u8>) -> io::Result<()> {
        let read = self.stream.by_ref().take(bytes).read_to_end(body)?;
        if read as u64 == bytes { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

fn unusable(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not the HTTP of an engine: {what}"))
}

/// Asks for all `paths` over `connections` kept connections at once; the answers' bytes altogether. Any status counts:
/// an engine that is no swarm manager answers questions about the swarm with an error, and takes its time for it.
pub fn fetch_all(socket: &Path, paths: &[String], connections: usize) -> io::Result<usize> {
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<usize> {
        let mut client = Client::connect(socket)?;
        let mut bytes = 0;
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            bytes += client.get(path)?.1.len();
        }
        Ok(bytes)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections).map(|_| scope.spawn(work)).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, io::Result<usize>>| {
            worker.join().unwrap_or_else(|_| Err(io::Error::other("a connection's thread broke off")))
        };
        workers.into_iter().map(join).sum()
    })
}
