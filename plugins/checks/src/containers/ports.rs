//! Which of a container's ports the host forwards.

use std::fmt;
use std::net::IpAddr;

use keelmark_sdk::serde_json::json;
use keelmark_sdk::{Evidence, Facts, HostError, Need, Object};

use super::namespaces::{self, Namespace};
use super::service::{self, Service};

/// What [`published`] reads of a container.
pub const FIELDS: &[&str] = &[
    "State.Running",
    "State.Restarting",
    "HostConfig.NetworkMode",
    "HostConfig.PortBindings",
    "HostConfig.PublishAllPorts",
    "Config.ExposedPorts",
    "NetworkSettings.Ports",
    "Config.Labels",
];

/// What [`of_service`] reads beside them and [`service::SWARM`].
pub const SERVICES: Need = Need::new(
    "docker.list-services",
    &["ID", "Spec.Name", "Endpoint.Ports"],
    "reads the ports that a task's service publishes on every node",
);

/// One published port.
pub struct Published {
    /// Where the engine says so.
    pub property: &'static str,
    /// "80/tcp"
    container_port: String,
    /// None where the binding leaves the address to the engine.
    pub address: Option<IpAddr>,
    /// First and last host port; none where the engine picks an ephemeral one at every start.
    pub host_ports: Option<(u16, u16)>,
}

impl Published {
    pub fn is_on_all_interfaces(&self) -> bool {
        self.address.is_none_or(|address| address.to_canonical().is_unspecified())
    }

    /// "tcp", "udp" or "sctp".
    pub fn protocol(&self) -> &str {
        self.container_port.split_once('/').map_or("tcp", |(_, protocol)| protocol)
    }
}

/// "0.0.0.0:8080 -> 80/tcp", with `*` for an address or a port that the binding does not name.
impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            Some(IpAddr::V6(address)) => write!(f, "[{address}]:")?,
            Some(address) => write!(f, "{address}:")?,
            None => f.write_str("*:")?,
        }
        match self.host_ports {
            Some((first, last)) if first == last => write!(f, "{first}")?,
            Some((first, last)) => write!(f, "{first}-{last}")?,
            None => f.write_str("*")?,
        }
        write!(f, " -> {}", self.container_port)
    }
}

/// Whether the container's programs open ports on the host itself, where the engine publishes nothing.
pub fn is_on_host_network(facts: &Facts, container: &Object) -> Result<bool, HostError> {
    let namespace = namespaces::of(facts, container, "HostConfig.NetworkMode")?;
    Ok(matches!(namespace, Namespace::Of { mode, .. } if mode == "host"))
}

/// The container's published ports, in order of the container port's name.
///
/// While it runs, `NetworkSettings.Ports` tells what is open: no port of a container on internal networks is, whatever
/// its settings ask for. Of one that does not run, the settings tell what the next start will do.
pub fn published(container: &Object) -> Result<Vec<Published>, HostError> {
    let mode = container.str("HostConfig.NetworkMode")?;
    if mode == "host" || mode == "none" || mode.starts_with("container:") {
        // The engine keeps the bindings of such a container, but ignores them.
        return Ok(Vec::new());
    }
    // Between two restarts a container counts as running, but has no network.
    let is_between = container.optional("State.Restarting", Object::bool)?.unwrap_or(false);
    if container.bool("State.Running")? && !is_between {
        return bindings(container, "NetworkSettings.Ports");
    }
    let mut ports = bindings(container, "HostConfig.PortBindings")?;
    let is_open = |ports: &[Published], name: &str| ports.iter().any(|port| port.container_port == name);
    if container.bool("HostConfig.PublishAllPorts")? {
        let exposed =
            container.optional("Config.ExposedPorts", Object::map)?.into_iter().flat_map(|ports| ports.keys());
        for name in exposed {
            if !is_open(&ports, name) {
                let (property, container_port) = ("HostConfig.PublishAllPorts", name.clone());
                ports.push(Published { property, container_port, address: None, host_ports: None });
            }
        }
    }
    Ok(ports)
}

/// `{"80/tcp": [{"HostIp": "", "HostPort": "8080"}], "443/tcp": null}`, where null is exposed but not published.
fn bindings(container: &Object, property: &'static str) -> Result<Vec<Published>, HostError> {
    let mut ports = Vec::new();
    for (name, hosts) in container.map(property)? {
        for host in Object::new(&container.subject, json!({ "bindings": hosts })).objects("bindings")? {
            let (ip, port) = (host.str("HostIp")?, host.str("HostPort")?);
            let wrong = |what: &str, text: &str| {
                HostError::failed(format!("{}: {property} has {what} that cannot be read: {text}", container.subject))
            };
            ports.push(Published {
                property,
                container_port: name.clone(),
                address: address(ip).ok_or_else(|| wrong("an address", ip))?,
                host_ports: port_range(port).ok_or_else(|| wrong("a port", port))?,
            });
        }
    }
    Ok(ports)
}

/// An address of a binding: "" is none, "[::1]" is taken without its brackets; `None` where it cannot be read.
fn address(text: &str) -> Option<Option<IpAddr>> {
    match text.trim_start_matches('[').trim_end_matches(']') {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    }
}

/// "8080" or "8000-8010"; "" and "0" stand for an ephemeral port.
pub fn port_range(text: &str) -> Option<Option<(u16, u16)>> {
    if text.is_empty() {
        return Some(None);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse().ok()?, last.parse().ok()?) {
        (0, 0) => Some(None),
        (first, last) if first <= last => Some(Some((first, last))),
        _ => None,
    }
}

/// The ports that a container's Swarm service publishes through the routing mesh: on every interface of every node, and
/// in no setting of the container. Where only a manager can tell, what a person has to look up. They come on top of the
/// container's own, which nobody's label makes undone.
pub fn of_service(facts: &Facts, container: &Object) -> Result<(Vec<Published>, Vec<Evidence>), HostError> {
    match service::of(facts, container)? {
        // A label that names no service was set by hand: the container's own ports are all it has.
        Service::None | Service::Gone(_) => Ok((Vec::new(), Vec::new())),
        Service::Unknown(label) => {
            Ok((Vec::new(), vec![label.note("the managers know what else its service publishes, on every node")]))
        }
        Service::Listed(service) => Ok((published_by(&service)?, Vec::new())),
    }
}

fn published_by(service: &Object) -> Result<Vec<Published>, HostError> {
    let mut ports = Vec::new();
    // The ports are left out where there are none; what holds them is not.
    for port in service.optional("Endpoint.Ports", Object::objects)?.unwrap_or_default() {
        if port.optional("PublishMode", Object::str)? == Some("host") {
            // Published by the task itself, and so among the container's own.
            continue;
        }
        let published = port.optional("PublishedPort", Object::i64)?.and_then(|port| u16::try_from(port).ok());
        ports.push(Published {
            property: "Endpoint.Ports of its service",
            container_port: format!("{}/{}", port.i64("TargetPort")?, port.str("Protocol")?),
            address: Some(IpAddr::from([0, 0, 0, 0])),
            host_ports: published.filter(|port| *port != 0).map(|port| (port, port)),
        });
    }
    Ok(ports)
}

/// What a container without a wrong port rests on: the ports that it has.
pub fn all_of(container: &Object, ports: &[Published]) -> Evidence {
    let shown: Vec<String> = ports.iter().map(ToString::to_string).collect();
    Evidence::new(
        &container.subject,
        "published ports",
        if shown.is_empty() { "none".into() } else { shown.join(", ") },
    )
}
