//! Which Swarm service a container is a task of. A label says so, and anyone can set a label.

use keelmark_sdk::{Evidence, Facts, HostError, Need, Object};

const ID: &str = "com.docker.swarm.service.id";
const NAME: &str = "com.docker.swarm.service.name";

/// What [`of`] reads beside Config.Labels of the container and the list of services.
pub const SWARM: Need =
    Need::new("docker.info", &["Swarm.LocalNodeState"], "tells whether labels of Swarm services can mean anything");

/// The service of a container.
pub enum Service {
    /// It is nobody's task: it has no label, or the engine is in no swarm and the label is nothing.
    None,
    /// The service is not in the swarm's list: it was removed since, or never was. With the name by which it went.
    Gone(String),
    Listed(Object),
    /// Only the swarm's managers can tell, and this node is none. With the label.
    Unknown(Evidence),
}

pub fn of(facts: &Facts, container: &Object) -> Result<Service, HostError> {
    let labels = container.map("Config.Labels")?;
    let label = |key: &str| labels.get(key).and_then(|value| value.as_str()).unwrap_or_default();
    let id = label(ID);
    if id.is_empty() || !is_in_swarm(facts)? {
        return Ok(Service::None);
    }
    let services = match facts.services() {
        Ok(services) => services,
        Err(error) if error.is_unavailable() => {
            return Ok(Service::Unknown(Evidence::new(&container.subject, format!("Config.Labels.{ID}"), id)));
        }
        Err(error) => return Err(error),
    };
    Ok(match services.iter().find(|service| service.id == id) {
        Some(service) => Service::Listed(service.clone()),
        None => Service::Gone(if label(NAME).is_empty() { id } else { label(NAME) }.to_owned()),
    })
}

/// Engines from before swarm mode do not say; there the list of services tells.
fn is_in_swarm(facts: &Facts) -> Result<bool, HostError> {
    let info = facts.info()?;
    Ok(!matches!(info.optional("Swarm?.LocalNodeState", Object::str)?, Some("" | "inactive")))
}
