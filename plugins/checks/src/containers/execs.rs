//! The `docker exec` commands that the engine still knows of a container.

use keelmark_sdk::{DockerEach, Evidence, Facts, HostError, Object, Status, Verdict};

/// What the engine says of a container's execs. It forgets them within minutes of their end.
pub fn of(facts: &Facts, container: &Object) -> Result<Vec<Object>, HostError> {
    let ids: Vec<String> = container.strings("ExecIDs")?.into_iter().map(str::to_owned).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let exec = |(id, answer): (String, Result<_, _>)| {
        answer.map(|value| Object { subject: container.subject.clone(), id, value })
    };
    facts.ask_each(DockerEach::Execs, &ids)?.into_iter().map(exec).collect()
}

/// Evidence about one exec: what was found, and whether it still runs.
pub fn evidence(exec: &Object, property: &str, found: &str) -> Result<Evidence, HostError> {
    let state = if exec.bool("Running")? { "running" } else { "no longer running" };
    Ok(Evidence::new(&exec.subject, property, found).note(state).source(format!("exec {}", exec.id)))
}

/// Says of a manual verdict why it cannot be a pass.
pub fn past_is_unknown(verdict: Verdict, what: &str) -> Verdict {
    match verdict.status() {
        Status::Manual => verdict.message(format!(
            "{what} is known to the engine now, and it keeps no record of past ones: \
             look through `ausearch -k docker -i`"
        )),
        _ => verdict,
    }
}
