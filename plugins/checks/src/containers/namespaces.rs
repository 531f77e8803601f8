//! Whose namespace a container lives in.

use keelmark_sdk::{Evidence, Facts, HostError, Inspected, Judgement, Object};

/// Where a container's namespace of one kind comes from.
pub enum Namespace {
    /// The mode of the container at the end of the chain of those that join each other ("host", "private"), and the
    /// containers on the way to it.
    Of { mode: String, by_way_of: Vec<String> },
    /// It joined a container that was removed since. It cannot start again; whether it still lives in what that one had,
    /// and whose that was, nothing tells any more.
    Gone,
}

/// Follows the mode at `field`: a container that joins a second one's namespace ("container:ID") shares with the host
/// what that second one shares.
pub fn of(facts: &Facts, container: &Object, field: &str) -> Result<Namespace, HostError> {
    let own = container.str(field)?;
    let containers = facts.containers()?;
    let mut by_way_of: Vec<String> = Vec::new();
    let mut mode = own;
    while let Some(target) = mode.strip_prefix("container:") {
        // No engine makes a circle of containers; an answer that holds one has to end all the same.
        if by_way_of.len() > containers.len() {
            return Err(HostError::failed(format!("{}: {field} is {own}, which leads in a circle", container.subject)));
        }
        let is_target = |one: &&Inspected| {
            one.id == target || (target.len() >= 12 && one.id.starts_with(target)) || one.name() == target
        };
        let Some(next) = containers.iter().find(is_target) else {
            return Ok(Namespace::Gone);
        };
        by_way_of.push(next.subject.clone());
        mode = next.object.as_ref().map_err(HostError::clone)?.str(field)?;
    }
    Ok(Namespace::Of { mode: mode.to_owned(), by_way_of })
}

/// Bad where the namespace is the host's, or leads there.
pub fn not_the_hosts(facts: &Facts, container: &Object, field: &str) -> Result<Judgement, HostError> {
    let evidence = Evidence::new(&container.subject, field, container.str(field)?);
    Ok(match of(facts, container, field)? {
        Namespace::Gone => Judgement::ask(evidence.note("that container is gone").expected("a container that exists")),
        Namespace::Of { mode, by_way_of } => {
            let is_host = mode == "host";
            let owner = if is_host { "the host's" } else { "that container's own" };
            let evidence = evidence.expected("not host");
            let evidence = match by_way_of.as_slice() {
                [] => evidence,
                way => evidence.note(format!("{owner}, by way of {}", way.join(", "))),
            };
            Judgement::bad_if(is_host, evidence)
        }
    })
}
