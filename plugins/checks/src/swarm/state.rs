//! What this engine is to a swarm.

use keelmark_sdk::{Facts, HostError, Need, Verdict};

/// What [`role`] and [`on_manager`] read.
pub const STATE: Need = Need::new(
    "docker.info",
    &["Swarm.LocalNodeState", "Swarm.ControlAvailable"],
    "tells whether this engine is a swarm manager, a worker, or neither",
);

#[derive(Debug, PartialEq, Eq)]
pub enum Role {
    /// Swarm mode is off.
    None,
    Worker,
    Manager,
    /// A manager that was restarted with auto-lock on and waits for its key.
    Locked,
}

pub fn role(facts: &Facts) -> Result<Role, HostError> {
    let info = facts.info()?;
    match info.str("Swarm.LocalNodeState")? {
        "" | "inactive" => Ok(Role::None),
        "active" if info.bool("Swarm.ControlAvailable")? => Ok(Role::Manager),
        "active" => Ok(Role::Worker),
        "locked" => Ok(Role::Locked),
        // "pending" and "error"
        other => Err(HostError::failed(format!("this node's swarm state is {other}: its settings cannot be read"))),
    }
}

/// Audits a swarm's settings where they can be read. Without a swarm nothing applies, and nothing applies to a
/// worker: it holds none of the settings, so that the managers' audits answer for it, and repeating an error on every
/// worker would only hide real ones.
pub fn on_manager(facts: &Facts, audit: impl FnOnce() -> Result<Verdict, HostError>) -> Result<Verdict, HostError> {
    match role(facts)? {
        Role::None => Ok(Verdict::not_applicable("swarm mode is off")),
        Role::Worker => {
            Ok(Verdict::not_applicable("this node is a worker: audit the managers, who hold the swarm's settings"))
        }
        Role::Locked => {
            Err(HostError::failed("this manager is locked: unlock it with `docker swarm unlock`, then audit again"))
        }
        Role::Manager => audit(),
    }
}

#[cfg(test)]
mod tests {
    use keelmark_sdk::fake::FakeHost;
    use keelmark_sdk::serde_json::json;
    use keelmark_sdk::{Facts, FieldPlan};

    use super::{Role, role};

    fn role_of(state: &str, control: bool) -> Option<Role> {
        let mut host = FakeHost::default();
        host.answer("docker info", json!({ "Swarm": { "LocalNodeState": state, "ControlAvailable": control } }));
        role(&Facts::new(&host, FieldPlan::of([&super::super::UNNEEDED_SWARM_MODE]))).ok()
    }

    #[test]
    fn every_state_has_its_role() {
        assert_eq!(role_of("inactive", false), Some(Role::None));
        assert_eq!(role_of("active", false), Some(Role::Worker));
        assert_eq!(role_of("active", true), Some(Role::Manager));
        assert_eq!(role_of("locked", false), Some(Role::Locked));
        assert_eq!(role_of("pending", false), None);
    }
}
