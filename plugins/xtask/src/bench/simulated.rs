//! An engine that is not there: every answer ready, served over a unix socket, with as many containers as wanted.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use keelmark_sdk::scenario;
use serde_json::{Value, json};

use super::facts;

/// A simulated engine; its threads end with the process, its socket with this.
pub struct Simulated {
    folder: tempfile::TempDir,
    answers: Arc<HashMap<String, (u16, Vec<u8>)>>,
}

impl Simulated {
    /// An engine with `count` well-kept containers, each one as the scenarios of the checks have it.
    pub fn start(count: usize) -> anyhow::Result<Self> {
        let containers: Vec<Value> =
            (0..count).map(|number| json!({ "name": format!("container-{number}") })).collect();
        let host = scenario::expand(&json!({ "containers": containers })).map_err(anyhow::Error::msg)?;
        let mut answers = HashMap::new();
        for (key, answer) in &host.answers {
            let Some(path) = facts::path_of(key) else { continue };
            let (status, body) = match (answer.get("ok"), key.starts_with("docker container-processes ")) {
                (Some(processes), true) => (200, process_table(processes)),
                (Some(body), false) => (200, body.clone()),
                (None, _) => (503, json!({ "message": answer["error"]["message"] })),
            };
            answers.insert(path, (status, body.to_string().into_bytes()));
        }
        let folder = tempfile::tempdir()?;
        let simulated = Self { folder, answers: Arc::new(answers) };
        let listener = UnixListener::bind(simulated.socket()).context("failed to listen for the simulated engine")?;
        let answers = Arc::clone(&simulated.answers);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answers = Arc::clone(&answers);
                // A client that goes away ends its connection, and nothing else.
                std::thread::spawn(move || drop(serve(stream, &answers)));
            }
        });
        Ok(simulated)
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("engine.sock")
    }

    /// Everything that can be asked about containers: what the floor fetches.
    pub fn paths(&self) -> Vec<String> {
        self.answers.keys().cloned().collect()
    }

    /// The bytes of one container's inspection, on average.
    pub fn bytes_per_container(&self) -> usize {
        let is_inspection = |path: &&String| path.starts_with("/containers/") && path.ends_with("/json");
        let inspected: Vec<usize> = self
            .answers
            .iter()
            .filter(|(path, _)| is_inspection(path) && !path.starts_with("/containers/json"))
            .map(|(_, (_, body))| body.len())
            .collect();
        inspected.iter().sum::<usize>() / inspected.len().max(1)
    }
}

/// What the engine makes of `ps`, from the form that recordings have.
fn process_table(processes: &Value) -> Value {
    let row = |process: &Value| json!([process["pid"].to_string(), process["comm"]]);
    let rows: Vec<Value> = processes.as_array().into_iter().flatten().map(row).collect();
    json!({ "Titles": ["PID", "COMMAND"], "Processes": rows })
}

fn serve(stream: UnixStream, answers: &HashMap<String, (u16, Vec<u8>)>) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let missing = (404, b"{\"message\":\"not simulated\"}".to_vec());
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let mut line = String::new();
        while reader.read_line(&mut line)? > 2 {
            line.clear();
        }
        let path = request.split(' ').nth(1).unwrap_or_default();
        let (status, body) = answers.get(path).unwrap_or(&missing);
        let mut answer = format!(
            "HTTP/1.1 {status} Simulated\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        answer.extend_from_slice(body);
        reader.get_mut().write_all(&answer)?;
    }
}

/// Makes a socket's path the address that keelmark takes.
pub fn address(socket: &Path) -> String {
    format!("unix://{}", socket.display())
}
