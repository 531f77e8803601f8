//! An engine double on a unix socket, as the wire sees it: it answers like a recorded engine, until told otherwise.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keelmark_contract::ops::{self, Op, Shape};
use serde_json::{Value, json};

/// What the double does about one request.
pub enum Act {
    /// A status and a body, well-formed.
    Answer(u16, Vec<u8>),
    /// These bytes, and then the connection ends.
    Send(Vec<u8>),
    /// These bytes, and then nothing more while the connection stays.
    SendAndHang(Vec<u8>),
    /// These bytes, and then the others again and again, with a pause before each time.
    Repeat(Vec<u8>, Vec<u8>, Duration),
}

impl Act {
    pub fn json(value: &Value) -> Self {
        Act::Answer(200, value.to_string().into_bytes())
    }

    pub fn refusal(status: u16, message: &str) -> Self {
        Act::Answer(status, json!({ "message": message }).to_string().into_bytes())
    }
}

/// Decides about a request by its path and by how many came before it; none leaves it to the recorded engine.
pub type Fault = Box<dyn Fn(&str, usize) -> Option<Act> + Send + Sync>;

/// The double. Its threads end with the test run; its socket goes when this goes.
pub struct WireEngine {
    folder: tempfile::TempDir,
    paths: Arc<Mutex<Vec<String>>>,
}

impl WireEngine {
    pub fn start(recording: &Value, fault: Fault) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("docker.sock")).unwrap();
        let answers = recording["answers"].as_object().into_iter().flatten();
        let answers: BTreeMap<String, Value> =
            answers.map(|(key, answer)| (ops::current_key(key), answer.clone())).collect();
        let paths = Arc::<Mutex<Vec<String>>>::default();
        let engine = Self { folder, paths: Arc::clone(&paths) };
        let (answer, count) = (Arc::new((answers, fault)), Arc::new(AtomicUsize::new(0)));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, count, paths) = (Arc::clone(&answer), Arc::clone(&count), Arc::clone(&paths));
                std::thread::spawn(move || {
                    // The client is free to go at any time.
                    let _ = serve(stream, |path| {
                        paths.lock().unwrap().push(path.to_owned());
                        let before = count.fetch_add(1, Ordering::SeqCst);
                        (answer.1)(path, before).unwrap_or_else(|| recorded(&answer.0, path))
                    });
                });
            }
        });
        engine
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }

    /// As DOCKER_HOST has it.
    pub fn address(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// Every path that was asked for.
    pub fn paths(&self) -> Vec<String> {
        self.paths.lock().unwrap().clone()
    }
}

fn serve(stream: UnixStream, answer: impl Fn(&str) -> Act) -> std::io::Result<()> {
    let mut requests = BufReader::new(stream.try_clone()?);
    let mut answers = stream;
    loop {
        let mut request = String::new();
        while !request.ends_with("\r\n\r\n") {
            if requests.read_line(&mut request)? == 0 {
                return Ok(());
            }
        }
        match answer(request.split(' ').nth(1).unwrap_or_default()) {
            Act::Answer(status, body) => {
                answers.write_all(head(status, body.len()).as_bytes())?;
                answers.write_all(&body)?;
            }
            Act::Send(bytes) => return answers.write_all(&bytes),
            Act::SendAndHang(bytes) => {
                answers.write_all(&bytes)?;
                // Until the client has gone.
                return requests.read_line(&mut String::new()).map(drop);
            }
            Act::Repeat(first, again, pause) => {
                answers.write_all(&first)?;
                loop {
                    std::thread::sleep(pause);
                    answers.write_all(&again)?;
                }
            }
        }
    }
}

/// The head of an answer with a body of this length.
pub fn head(status: u16, length: usize) -> String {
    format!(
        "HTTP/1.1 {status} x\r\nServer: Docker/20.10.24 (linux)\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}

/// What the recorded engine said about this path.
fn recorded(answers: &BTreeMap<String, Value>, path: &str) -> Act {
    let Some((op, key)) = asked(path) else { return Act::refusal(404, "page not found") };
    let Some(answer) = answers.get(&key) else { return Act::refusal(404, "No such object") };
    if let Some(error) = answer.get("error") {
        let status = if error["kind"] == "not-found" { 404 } else { 503 };
        return Act::refusal(status, error["message"].as_str().unwrap_or_default());
    }
    let value = &answer["ok"];
    match op.question.unwrap().shape {
        Shape::ListIn(field) => Act::json(&json!({ field: value, "Warnings": null })),
        _ if op == &ops::CONTAINER_PROCESSES => {
            let row = |process: &Value| json!([process["pid"].to_string(), process["comm"]]);
            let rows: Value = value.as_array().unwrap().iter().map(row).collect();
            Act::json(&json!({ "Titles": ["PID", "COMMAND"], "Processes": rows }))
        }
        _ => Act::json(value),
    }
}

/// The question that a path asks, and its key in recordings: "/containers/4d1c/json" is "docker inspect-containers 4d1c".
fn asked(path: &str) -> Option<(&'static Op, String)> {
    ops::questions().find_map(|(op, question)| match question.path.split_once("{id}") {
        None => (question.path == path).then(|| (op, format!("docker {}", op.function))),
        Some((before, after)) => {
            let id = path.strip_prefix(before)?.strip_suffix(after)?;
            (!id.contains('/')).then(|| (op, format!("docker {} {id}", op.function)))
        }
    })
}

/// A recording of a real host: `tests/fixtures/recordings/NAME.json`.
pub fn recording(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/recordings/{name}.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
