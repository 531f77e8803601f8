//! Whose namespace a container lives in.

use keelmark_sdk::{Evidence, Facts, HostError, Judgement, Object};

/// Bad where the mode at `field` is "host", or leads there: a container that joins a second one's namespace
/// ("container:ID") shares with the host what that second one shares.
pub fn not_the_hosts(facts: &Facts, container: &Object, field: &str) -> Result<Judgement, HostError> {
    let own = container.str(field)?;
    let containers = facts.containers()?;
    let mut joined: Vec<&str> = Vec::new();
    let mut mode = own;
    while let Some(target) = mode.strip_prefix("container:") {
        // No engine makes a circle of containers; an answer that holds one has to end all the same.
        if joined.len() > containers.len() {
            return Err(HostError::failed(format!("{}: {field} is {own}, which leads in a circle", container.subject)));
        }
        let is_target = |id: &str, subject: &str| {
            id == target
                || (target.len() >= 12 && id.starts_with(target))
                || subject.strip_prefix("container ") == Some(target)
        };
        let Some(next) = containers.iter().find(|one| is_target(&one.id, &one.subject)) else {
            // It was removed since. This one cannot start again; whether it still lives in what that one had, and whose
            // that was, nothing tells any more.
            let evidence = Evidence::new(&container.subject, field, format!("{own}, a container that is gone"));
            return Ok(Judgement::ask(evidence.expected("a container that exists")));
        };
        joined.push(&next.subject);
        mode = next.object.as_ref().map_err(HostError::clone)?.str(field)?;
    }
    Ok(Judgement::bad_if(mode == "host", || {
        let found = match joined.is_empty() {
            true => mode.to_owned(),
            false => format!("host, by way of {}", joined.join(", ")),
        };
        Evidence::new(&container.subject, field, found).expected("not host")
    }))
}
