//! From an HTTP answer to a fact or the reason why there is none.

use hyper::StatusCode;
use keelmark_contract::gate::fields::Fields;
use keelmark_contract::ops::{self, Op, Shape};
use keelmark_contract::{ErrorKind, FactError};
use serde::Deserialize;
use serde_json::Value;

use crate::weight;

/// How much of what an engine says about an error is repeated.
const MAX_MESSAGE_CHARS: usize = 300;
/// What Go's HTTP server says to plain HTTP on a TLS port.
const SPEAKS_TLS: &str = "HTTP request to an HTTPS server";

/// Who was asked what.
pub(super) struct Source<'a> {
    pub(super) endpoint: &'a str,
    pub(super) path: &'a str,
    pub(super) op: &'static Op,
}

impl Source<'_> {
    pub(super) fn error(&self, kind: ErrorKind, problem: &str) -> FactError {
        FactError::new(kind, format!("{} answered {} with {problem}", self.endpoint, self.path))
    }
}

/// Docker's and Podman's form of an error.
#[derive(Deserialize)]
struct Refusal {
    message: String,
}

/// The JSON of a good answer, or of an object only these fields.
pub(super) fn read(
    from: &Source,
    status: StatusCode,
    body: &[u8],
    shape: Shape,
    only: Option<&Fields>,
) -> Result<Value, FactError> {
    if status != StatusCode::OK {
        return Err(refused(from, status, body));
    }
    let limit = if shape.has_many() { weight::LIST_WEIGHT } else { weight::OBJECT_WEIGHT };
    weight::check(body, limit).map_err(|heavy| from.error(ErrorKind::TooLarge, &heavy.to_string()))?;
    let value = only.map_or_else(|| serde_json::from_slice(body), |fields| fields.read(body));
    let value: Value =
        value.map_err(|error| from.error(ErrorKind::Failed, &format!("something that is not JSON: {error}")))?;
    let value = match (shape, value) {
        (Shape::ListIn(field), Value::Object(mut fields)) => {
            let missing = || from.error(ErrorKind::Failed, &format!("JSON without {field}"));
            fields.remove(field).ok_or_else(missing)?
        }
        (Shape::ListIn(_), _) => return Err(from.error(ErrorKind::Failed, "JSON that is not an object")),
        (_, value) => value,
    };
    match (shape, value) {
        // Go writes a list that was never filled as null.
        (Shape::List | Shape::ListIn(_), Value::Null) => Ok(Value::Array(Vec::new())),
        (Shape::List | Shape::ListIn(_), value @ Value::Array(_))
        | (Shape::Object | Shape::ObjectOfLists, value @ Value::Object(_)) => Ok(value),
        (Shape::List | Shape::ListIn(_), _) => Err(from.error(ErrorKind::Failed, "JSON that is not a list")),
        (Shape::Object | Shape::ObjectOfLists, _) => Err(from.error(ErrorKind::Failed, "JSON that is not an object")),
    }
}

/// The error behind a status other than 200.
pub(super) fn refused(from: &Source, status: StatusCode, body: &[u8]) -> FactError {
    let said = serde_json::from_slice::<Refusal>(body).ok().map(|refusal| one_line(&refusal.message));
    let in_full = |kind| {
        let text = said.clone().unwrap_or_else(|| one_line(&String::from_utf8_lossy(body)));
        from.error(kind, &format!("status {}: {text}", status.as_u16()))
    };
    let is_about_one = from.op.question.is_some_and(|question| question.is_each());
    match (status.as_u16(), &said) {
        (404, Some(said)) if is_about_one => FactError::new(ErrorKind::NotFound, said.clone()),
        // No object was named, so it is the question that this engine does not know: Podman has no swarm.
        (404, _) if !is_about_one => {
            let message = format!("{} does not offer {} ({})", from.endpoint, from.path, from.op.name);
            FactError::new(ErrorKind::Unavailable, message)
        }
        (503 | 406, Some(said)) if is_without_swarm(said) => FactError::new(ErrorKind::Unavailable, said.clone()),
        // A container that has stopped has no execs; its answer to the question for one is a conflict.
        (409, Some(said)) if from.op == &ops::INSPECT_EXECS && said.contains("is not running") => {
            FactError::new(ErrorKind::NotFound, said.clone())
        }
        (401 | 403, ..) => in_full(ErrorKind::Permission),
        (400, None) if String::from_utf8_lossy(body).contains(SPEAKS_TLS) => {
            let problem = "status 400: it speaks TLS, so set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH";
            from.error(ErrorKind::Unavailable, problem)
        }
        _ => in_full(ErrorKind::Failed),
    }
}

/// Whether a swarm question was refused because there is no swarm here to ask. A swarm that is locked is a swarm.
fn is_without_swarm(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    ["not a swarm manager", "not part of a swarm", "podman does not support"].iter().any(|words| said.contains(words))
}

/// A text from outside as part of a message: one line of limited length.
pub(super) fn one_line(text: &str) -> String {
    let text = text.trim();
    let mut line: String = text.chars().take(MAX_MESSAGE_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.len() < text.len() {
        line.push('…');
    }
    line
}
