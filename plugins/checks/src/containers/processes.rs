//! What runs in a container, as the engine tells it: nothing is executed inside.

use std::collections::HashMap;

use keelmark_sdk::serde_json::{Value, json};
use keelmark_sdk::{DockerEach, Facts, HostError, Need, Object};

pub const CONTAINER_PROCESSES: Need = Need::new(
    "docker.container-processes",
    &[],
    "reads the names of the programs that run in containers, and as which users",
);

/// What [`names`] reads of a container; [`first`] reads State.Pid beside it.
pub const FIELDS: &[&str] = &["State.Running", "State.Restarting"];

/// A container's processes.
type Listed = Result<Vec<Object>, HostError>;

/// By container id, asked for once for all containers.
struct Processes(HashMap<String, Listed>);

/// The first process of a container, which the engine started.
pub struct First {
    /// Its effective uid as the container sees it.
    pub uid_inside: i64,
    /// The same as the host sees it, where that is known.
    pub uid: Option<i64>,
}

/// The names of the container's processes; none where it does not run, or stopped or vanished since it was listed.
pub fn names(facts: &Facts, container: &Object) -> Result<Option<Vec<String>>, HostError> {
    let Some(listed) = of(facts, container)? else { return Ok(None) };
    let names: Vec<String> =
        listed.iter().map(|one| Ok(one.str("comm")?.to_owned())).collect::<Result<_, HostError>>()?;
    // What runs has a process, and the engine is asked again before an empty list is given: it has stopped meanwhile.
    Ok((!names.is_empty()).then_some(names))
}

/// The container's first process and its user; none where it does not run, and where nobody tells the user: the engine's
/// own list of processes names it by the accounts of the host.
pub fn first(facts: &Facts, container: &Object) -> Result<Option<First>, HostError> {
    let Some(listed) = of(facts, container)? else { return Ok(None) };
    let pid = container.i64("State.Pid")?;
    let Some(first) = listed.iter().find(|process| process.i64("pid") == Ok(pid)) else { return Ok(None) };
    let uid_inside = first.optional("uid-inside", Object::i64)?;
    let uid = first.optional("uid", Object::i64)?;
    Ok(uid_inside.map(|uid_inside| First { uid_inside, uid }))
}

fn of(facts: &Facts, container: &Object) -> Result<Option<Vec<Object>>, HostError> {
    if !runs(container)? {
        return Ok(None);
    }
    facts.derive(ask)?.0.get(&container.id).cloned().transpose()
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
        let listed = answer.and_then(|list| read(subject, list));
        (id, listed)
    });
    Ok(Processes(answers.collect()))
}

fn read(subject: &str, list: Value) -> Listed {
    Object::new(subject, json!({ "processes": list })).objects("processes")
}
