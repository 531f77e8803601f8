//! `wit/docker.wit`

mod listed;

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use keelmark_contract::gate::Call;
use keelmark_contract::gate::fields::Fields;
use keelmark_contract::{ErrorKind, FactError, limits};
use keelmark_facts::{Backend as _, DockerRequest, Request};
use serde_json::{Value, json};

pub use listed::Listed;

use super::bindings::keelmark::plugin::docker::{Answer, Host};
use super::{PluginState, Shared, types};

/// Requests that one call has under way. The engine's client admits fewer at once; this keeps its queue fed.
const CONCURRENT: usize = 16;

impl Host for PluginState {
    async fn version(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, "docker.version", DockerRequest::Version, &fields).await;
        self.answered(answer)
    }

    async fn info(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, "docker.info", DockerRequest::Info, &fields).await;
        self.answered(answer)
    }

    async fn list_containers(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, "docker.list-containers", DockerRequest::Containers, &fields).await;
        self.answered(answer)
    }

    async fn inspect_containers(&mut self, ids: Vec<String>, fields: Vec<String>) -> Result<Vec<Answer>, types::Error> {
        let answer = each(self, "docker.inspect-containers", DockerRequest::Container, ids, Some(&fields)).await;
        self.answered(answer)
    }

    async fn container_processes(&mut self, ids: Vec<String>) -> Result<Vec<Answer>, types::Error> {
        let answer = each(self, "docker.container-processes", DockerRequest::Processes, ids, None).await;
        self.answered(answer)
    }

    async fn inspect_execs(&mut self, ids: Vec<String>, fields: Vec<String>) -> Result<Vec<Answer>, types::Error> {
        let answer = each(self, "docker.inspect-execs", DockerRequest::Exec, ids, Some(&fields)).await;
        self.answered(answer)
    }

    async fn list_images(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, "docker.list-images", DockerRequest::Images, &fields).await;
        self.answered(answer)
    }

    async fn inspect_images(&mut self, ids: Vec<String>, fields: Vec<String>) -> Result<Vec<Answer>, types::Error> {
        let answer = each(self, "docker.inspect-images", DockerRequest::Image, ids, Some(&fields)).await;
        self.answered(answer)
    }

    async fn image_history(&mut self, ids: Vec<String>, fields: Vec<String>) -> Result<Vec<Answer>, types::Error> {
        let answer = each(self, "docker.image-history", DockerRequest::History, ids, Some(&fields)).await;
        self.answered(answer)
    }

    async fn list_networks(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, "docker.list-networks", DockerRequest::Networks, &fields).await;
        self.answered(answer)
    }

    async fn list_volumes(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, "docker.list-volumes", DockerRequest::Volumes, &fields).await;
        self.answered(answer)
    }

    async fn swarm(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, "docker.swarm", DockerRequest::Swarm, &fields).await;
        self.answered(answer)
    }

    async fn list_nodes(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, "docker.list-nodes", DockerRequest::Nodes, &fields).await;
        self.answered(answer)
    }

    async fn list_services(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, "docker.list-services", DockerRequest::Services, &fields).await;
        self.answered(answer)
    }

    async fn list_secrets(&mut self, fields: Vec<String>) -> Result<String, types::Error> {
        let answer = one(self, "docker.list-secrets", DockerRequest::Secrets, &fields).await;
        self.answered(answer)
    }
}

async fn one(
    state: &mut PluginState,
    op: &'static str,
    request: DockerRequest,
    fields: &[String],
) -> Result<String, FactError> {
    allow(state, op, fields, &[])?;
    let is_container_list = request == DockerRequest::Containers;
    let request = Request::Docker(request);
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
    op: &'static str,
    request: fn(String) -> DockerRequest,
    ids: Vec<String>,
    fields: Option<&[String]>,
) -> Result<Vec<Answer>, FactError> {
    allow(state, op, fields.unwrap_or_default(), &ids)?;
    if ids.len() > limits::IDS_PER_CALL {
        let message = format!("{op} with {} ids; the limit is {}", ids.len(), limits::IDS_PER_CALL);
        return Err(state.refuse("too many ids", FactError::new(ErrorKind::TooLarge, message)));
    }
    if let Some(id) = ids.iter().find(|id| !DockerRequest::is_valid_id(id)) {
        let error = FactError::new(ErrorKind::Invalid, format!("{id:?} is not an object's id"));
        return Err(state.refuse("an id that is none", error));
    }
    let shared = Arc::clone(&state.shared);
    let only = fields.map(|fields| fields.iter().collect::<Fields>());
    let only = only.as_ref();
    let ask = |id: String| {
        let shared = Arc::clone(&shared);
        async move {
            let request = Request::Docker(request(id.clone()));
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
                    shared.events.note(format!("{op}: {id} was listed, but is gone"));
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
    let Request::Docker(DockerRequest::History(id)) = request else { return error };
    let image = Request::Docker(DockerRequest::Image(id.clone()));
    match shared.snapshot.ask(&image).await {
        Err(gone) if gone.kind == ErrorKind::NotFound => error,
        _ => FactError::new(ErrorKind::Failed, error.message),
    }
}

fn allow(state: &mut PluginState, op: &'static str, fields: &[String], ids: &[String]) -> Result<(), FactError> {
    // Too many fields are not worth the gate's time; the gate decides about the first of them.
    let few = fields.get(..limits::FIELDS_PER_CALL.min(fields.len())).unwrap_or_default();
    state.allow_with(Call::Docker { op, fields: few }, ids, || json!({}))?;
    if fields.len() > limits::FIELDS_PER_CALL {
        let message = format!("{op} with {} fields; the limit is {}", fields.len(), limits::FIELDS_PER_CALL);
        return Err(state.refuse("too many fields", FactError::new(ErrorKind::TooLarge, message)));
    }
    Ok(())
}

fn within_limit(state: &mut PluginState, op: &str, bytes: usize) -> Result<(), FactError> {
    if bytes <= limits::ANSWER_BYTES {
        return Ok(());
    }
    let message = format!(
        "the answer of {op} is {bytes} bytes; the limit is {}: ask for fewer fields or ids",
        limits::ANSWER_BYTES
    );
    Err(state.refuse("an answer that is too large", FactError::new(ErrorKind::TooLarge, message)))
}
