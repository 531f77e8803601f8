//! `wit/docker.wit`

mod functions;
mod listed;

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use keelmark_contract::gate::Call;
use keelmark_contract::gate::fields::Fields;
use keelmark_contract::ops::{self, Op};
use keelmark_contract::{ErrorKind, FactError, limits};
use keelmark_facts::{Backend as _, DockerRequest, Request};
use serde_json::{Value, json};

pub use listed::Listed;

use super::bindings::keelmark::plugin::docker::Answer;
use super::{PluginState, Shared, types};

/// Requests that one call has under way. The engine's client admits fewer at once; this keeps its queue fed.
const CONCURRENT: usize = 16;

async fn one(state: &mut PluginState, op: &'static Op, fields: &[String]) -> Result<String, FactError> {
    allow(state, op, fields, &[])?;
    let is_container_list = op == &ops::LIST_CONTAINERS;
    let request = Request::Docker(DockerRequest::whole(op));
    let answer = state.ask(&request).await?;
    state.shared.listed.learn(&request, &answer);
    let answer = match (&*answer, is_container_list && state.running_only) {
        (Value::Array(containers), true) => Arc::new(containers.iter().filter(|c| is_running(c)).cloned().collect()),
        _ => answer,
    };
    let text = fields.iter().collect::<Fields>().of(&answer).to_string();
    within_limit(state, op, text.len())?;
    Ok(text)
}

/// `/containers/json` says "running"; engines before 1.23 had no `State` and put "Up …" into `Status`.
fn is_running(container: &Value) -> bool {
    let text = |key: &str| container.get(key).and_then(Value::as_str);
    text("State").map_or_else(|| text("Status").is_some_and(|s| s.starts_with("Up")), |state| state == "running")
}

async fn each(
    state: &mut PluginState,
    op: &'static Op,
    ids: Vec<String>,
    fields: &[String],
) -> Result<Vec<Answer>, FactError> {
    allow(state, op, fields, &ids)?;
    if ids.len() > limits::IDS_PER_CALL {
        let message = format!("{} with {} ids; the limit is {}", op.name, ids.len(), limits::IDS_PER_CALL);
        return Err(state.refuse("too many ids", FactError::new(ErrorKind::TooLarge, message)));
    }
    if let Some(id) = ids.iter().find(|id| !DockerRequest::is_valid_id(id)) {
        let error = FactError::new(ErrorKind::Invalid, format!("{id:?} is not an object's id"));
        return Err(state.refuse("an id that is none", error));
    }
    let (shared, plugin) = (Arc::clone(&state.shared), Arc::clone(&state.plugin));
    let only = op.has_fields().then(|| fields.iter().collect::<Fields>());
    let only = only.as_ref();
    let ask = |id: String| {
        let (shared, plugin) = (Arc::clone(&shared), Arc::clone(&plugin));
        async move {
            let request = Request::Docker(DockerRequest::about(op, id.clone()));
            let answer = match only {
                Some(fields) => shared.snapshot.ask_only(&request, fields).await,
                None => shared.snapshot.ask(&request).await,
            };
            let answer = match answer {
                Err(error) if error.kind == ErrorKind::NotFound => Err(gone_or_silent(&shared, &request, error).await),
                answer => answer,
            };
            match &answer {
                Ok(answer) => shared.listed.learn(&request, answer),
                // A plugin can make ids up; only what the engine has told of can be gone.
                Err(error) if error.kind == ErrorKind::NotFound && shared.listed.contains(&id) => {
                    shared.note(Some(&plugin), format!("{}: {id} was listed, but is gone", op.name));
                }
                Err(_) => {}
            }
            Answer { id, json: answer.map(|answer| answer.to_string()).map_err(types::Error::from) }
        }
    };
    // In order, so that a plugin sees the same answer from the same host.
    let mut stream = std::pin::pin!(stream::iter(ids.into_iter().map(ask)).buffered(CONCURRENT));
    let (mut answers, mut bytes) = (Vec::new(), 0);
    while let Some(answer) = stream.next().await {
        // Counted as it grows: the same large object a thousand times must not be built first.
        bytes += answer.json.as_ref().map_or(0, String::len);
        within_limit(state, op, bytes)?;
        answers.push(answer);
    }
    Ok(answers)
}

/// What "not found" means. An image that is there and has no history to tell, as one of whose content the engine holds
/// too little, has not vanished: left out as gone, it would pass unseen.
async fn gone_or_silent(shared: &Shared, request: &Request, error: FactError) -> FactError {
    let Request::Docker(asked) = request else { return error };
    let Some(id) = asked.id().filter(|_| asked.op() == &ops::IMAGE_HISTORY) else { return error };
    let image = Request::Docker(DockerRequest::about(&ops::INSPECT_IMAGES, id));
    match shared.snapshot.ask(&image).await {
        Err(gone) if gone.kind == ErrorKind::NotFound => error,
        _ => FactError::new(ErrorKind::Failed, error.message),
    }
}

fn allow(state: &mut PluginState, op: &'static Op, fields: &[String], ids: &[String]) -> Result<(), FactError> {
    // Too many fields are not worth the gate's time; the gate decides about the first of them.
    let few = fields.get(..limits::FIELDS_PER_CALL.min(fields.len())).unwrap_or_default();
    state.allow_with(Call::Docker { op, fields: few }, ids, || json!({}))?;
    if fields.len() > limits::FIELDS_PER_CALL {
        let message = format!("{} with {} fields; the limit is {}", op.name, fields.len(), limits::FIELDS_PER_CALL);
        return Err(state.refuse("too many fields", FactError::new(ErrorKind::TooLarge, message)));
    }
    Ok(())
}

fn within_limit(state: &mut PluginState, op: &Op, bytes: usize) -> Result<(), FactError> {
    if bytes <= limits::ANSWER_BYTES {
        return Ok(());
    }
    let message = format!(
        "the answer of {} is {bytes} bytes; the limit is {}: ask for fewer fields or ids",
        op.name,
        limits::ANSWER_BYTES
    );
    Err(state.refuse("an answer that is too large", FactError::new(ErrorKind::TooLarge, message)))
}
