//! What runs in a container, as the engine tells it: nothing is executed inside.

use std::collections::HashMap;

use keelmark_sdk::serde_json::{Value, json};
use keelmark_sdk::{DockerEach, Facts, HostError, Need, Object};

pub const CONTAINER_PROCESSES: Need =
    Need::new("docker.container-processes", &[], "reads the names of the programs that run in containers");

/// What [`names`] reads of a container.
pub const FIELDS: &[&str] = &["State.Running", "State.Restarting"];

/// Program names by container id, asked for once for all containers.
struct Processes(HashMap<String, Result<Vec<String>, HostError>>);

/// The names of the container's processes; none where it does not run, or stopped or vanished since it was listed.
pub fn names(facts: &Facts, container: &Object) -> Result<Option<Vec<String>>, HostError> {
    if !runs(container)? {
        return Ok(None);
    }
    let processes = facts.derive(ask)?;
    let Some(names) = processes.0.get(&container.id) else { return Ok(None) };
    // What runs has a process, and the engine is asked again before an empty list is given: it has stopped meanwhile.
    names.clone().map(|names| (!names.is_empty()).then_some(names))
}

/// Between two restarts a container counts as running, but has no process to ask about.
fn runs(container: &Object) -> Result<bool, HostError> {
    Ok(container.bool("State.Running")? && !container.bool("State.Restarting")?)
}

fn ask(facts: &Facts) -> Result<Processes, HostError> {
    let containers = facts.containers()?;
    let runs_here = |object: &&Object| runs(object).unwrap_or(false);
    let running = containers.iter().filter_map(|one| one.object.as_ref().ok()).filter(runs_here);
    let ids: Vec<String> = running.map(|object| object.id.clone()).collect();
    let subjects: HashMap<&str, &str> = containers.iter().map(|one| (one.id.as_str(), one.subject.as_str())).collect();
    let answers = facts.ask_each(DockerEach::Processes, &ids)?.into_iter().map(|(id, answer)| {
        let subject = subjects.get(id.as_str()).copied().unwrap_or_default();
        let names = answer.and_then(|list| program_names(subject, list));
        (id, names)
    });
    Ok(Processes(answers.collect()))
}

fn program_names(subject: &str, list: Value) -> Result<Vec<String>, HostError> {
    let listed = Object::new(subject, json!({ "processes": list }));
    listed.objects("processes")?.iter().map(|process| Ok(process.str("comm")?.to_owned())).collect()
}
