//! The processes of a container, without their arguments: those can hold secrets.

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{self, Shape, Source};
use crate::backend::{ErrorKind, FactError};

/// Docker runs the host's `ps` with these arguments; "-e" and "-o pid,comm".
const PS_ARGS: &str = "-eo+pid,comm";
/// Podman would run options like those *inside* the container, with whatever `ps` lies there. These words, which are
/// not options, it looks up by itself; "hpid" is the host's pid, which is what Docker tells.
const PODMAN_COLUMNS: &str = "hpid,comm";

/// What both engines answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Table {
    titles: Vec<String>,
    // Go writes a list that was never filled as null.
    processes: Option<Vec<Vec<String>>>,
}

pub(super) fn path(id: &str, is_podman: bool) -> String {
    let columns = if is_podman { PODMAN_COLUMNS } else { PS_ARGS };
    format!("/containers/{id}/top?ps_args={columns}")
}

/// The answer as `[{"pid": 1, "comm": "nginx"}]`; empty where the container does not run.
pub(super) fn read(from: &Source, status: StatusCode, body: &[u8], is_podman: bool) -> Result<Value, FactError> {
    // What Podman says about a container that does not run: good, and nothing more.
    if is_podman && status == StatusCode::OK && body.is_empty() {
        return Ok(Value::Array(Vec::new()));
    }
    let table = match answer::read(from, status, body, Shape::Object) {
        Err(error) if is_about_stopped(&error) => return Ok(Value::Array(Vec::new())),
        table => table?,
    };
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
    Ok(Value::Array(list))
}

/// Whether an engine refused because the container does not run, which Docker and Podman have told in several ways.
fn is_about_stopped(error: &FactError) -> bool {
    let reasons = ["is not running", "is restarting", "only be used on running containers"];
    error.kind == ErrorKind::Failed && reasons.iter().any(|reason| error.message.contains(reason))
}
