//! The processes of a container, without their arguments: those can hold secrets.

use std::sync::atomic::Ordering;
use std::time::Duration;

use hyper::StatusCode;
use keelmark_contract::ops::{self, Shape};
use keelmark_contract::{ErrorKind, FactError};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{self, Source};
use super::{Engine, MAX_OBJECT_BYTES};
use crate::DockerRequest;
use crate::live::mask::Raw;

/// Docker runs the host's `ps` with the arguments in the question's path, "-e" and "-o pid,comm". Podman would run such
/// options *inside* the container, with whatever `ps` lies there. These words, which are not options, it looks up by
/// itself; "hpid" is the host's pid, which is what Docker tells.
const PODMAN_COLUMNS: &str = "hpid,comm";

/// What both engines answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Table {
    titles: Vec<String>,
    // Go writes a list that was never filled as null.
    processes: Option<Vec<Vec<String>>>,
}

/// How long to wait before each further look at a container that is said to run, but whose processes are not told: an
/// engine that is just removing it says so a moment later.
const FURTHER_LOOKS: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(150), Duration::from_millis(300)];

/// What became of a container since it was listed.
enum Fate {
    Runs,
    Stopped,
    /// With the engine's word for it.
    Gone(FactError),
}

impl Engine {
    /// The processes of a container as `[{"pid": 1, "comm": "nginx"}]`; empty only where it does not run.
    ///
    /// An engine that tells no processes may be without `ps`, or the container may have stopped, or be about to vanish:
    /// its state is asked for before anything is made of that.
    pub(super) async fn processes(&self, id: &str) -> Result<Raw<Value>, FactError> {
        let request = DockerRequest::about(&ops::CONTAINER_PROCESSES, id);
        let mut path = request.path()?;
        let is_podman = self.identity().await?.is_podman();
        if is_podman {
            path = format!("/containers/{id}/top?ps_args={PODMAN_COLUMNS}");
        }
        let from = Source { endpoint: self.endpoint(), path: &path, op: request.op() };
        let (status, body) = self.transport.get(&path, MAX_OBJECT_BYTES).await?;
        let nothing = match read(&from, status, &body, is_podman) {
            Ok(list) if !list.is_empty() => return Ok(Raw::new(Value::Array(list))),
            Ok(_) => from.error(ErrorKind::Failed, "no process of a container that runs"),
            // What this engine says in words of its own may be about the container's end.
            Err(error) if error.kind == ErrorKind::Failed => error,
            Err(error) => return Err(error),
        };
        match self.fate(id).await? {
            Fate::Runs => Err(nothing),
            Fate::Stopped => Ok(Raw::new(Value::Array(Vec::new()))),
            Fate::Gone(error) => Err(error),
        }
    }

    /// Looks at the container itself. Once one was found to run after all, others are looked at only once: then it is
    /// the engine that tells nothing, of any container.
    async fn fate(&self, id: &str) -> Result<Fate, FactError> {
        let mut fate = self.look(id).await?;
        for wait in FURTHER_LOOKS {
            if !matches!(fate, Fate::Runs) || self.tells_no_processes.load(Ordering::Relaxed) {
                return Ok(fate);
            }
            tokio::time::sleep(wait).await;
            fate = self.look(id).await?;
        }
        if matches!(fate, Fate::Runs) {
            self.tells_no_processes.store(true, Ordering::Relaxed);
        }
        Ok(fate)
    }

    async fn look(&self, id: &str) -> Result<Fate, FactError> {
        let container = match self.read(&DockerRequest::about(&ops::INSPECT_CONTAINERS, id), None).await {
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(Fate::Gone(error)),
            container => container?,
        };
        let is = |key: &str| container.flag(&format!("/State/{key}"));
        // Between two restarts a container counts as running, but has no process. What is not told is taken as running.
        let runs = is("Running") != Some(false) && is("Restarting") != Some(true);
        Ok(if runs { Fate::Runs } else { Fate::Stopped })
    }
}

fn read(from: &Source, status: StatusCode, body: &[u8], is_podman: bool) -> Result<Vec<Value>, FactError> {
    // What Podman says about a container that does not run: good, and nothing more.
    if is_podman && status == StatusCode::OK && body.is_empty() {
        return Ok(Vec::new());
    }
    let table = answer::read(from, status, body, Shape::Object, None)?;
    let unusable = |problem: &str| from.error(ErrorKind::Failed, &format!("a process table {problem}"));
    let table: Table = serde_json::from_value(table).map_err(|error| unusable(&format!("of another form: {error}")))?;
    // Exactly what was asked for: a column called COMMAND in a wider table holds the arguments too.
    let titles: Vec<&str> = table.titles.iter().map(String::as_str).collect();
    if !matches!(titles.as_slice(), ["PID" | "HPID", "COMMAND"]) {
        return Err(unusable("whose columns are not PID and COMMAND"));
    }
    let mut list = Vec::new();
    for row in table.processes.unwrap_or_default() {
        let [pid, comm] = row.as_slice() else {
            return Err(unusable("that has a row of another length"));
        };
        let pid: u32 = pid.parse().map_err(|_| unusable("that has a pid which is no number"))?;
        list.push(json!({ "pid": pid, "comm": comm }));
    }
    Ok(list)
}
