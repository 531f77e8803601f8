//! An authorization plugin that allows everything: enough for an engine that must have one.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

/// Listens in threads that end with the test.
pub struct AuthorizationPlugin;

impl AuthorizationPlugin {
    pub fn listen(socket: &Path) -> Self {
        let listener = UnixListener::bind(socket).unwrap_or_else(|error| panic!("{}: {error}", socket.display()));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || serve(stream));
            }
        });
        Self
    }
}

/// Answers one keep-alive connection. The engine sends Content-Length, never chunks.
fn serve(stream: UnixStream) -> Option<()> {
    let mut requests = BufReader::new(stream.try_clone().ok()?);
    let mut answers = stream;
    loop {
        let mut request = String::new();
        let mut length = 0;
        loop {
            let mut line = String::new();
            if requests.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line == "\r\n" {
                break;
            }
            let lowered = line.to_lowercase();
            if let Some(value) = lowered.strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            request.push_str(&line);
        }
        let mut body = vec![0; length];
        requests.read_exact(&mut body).ok()?;
        let answer = match request.starts_with("POST /Plugin.Activate ") {
            true => r#"{"Implements":["authz"]}"#,
            false => r#"{"Allow":true}"#,
        };
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", answer.len());
        answers.write_all(format!("{head}{answer}").as_bytes()).ok()?;
    }
}
