use std::net::IpAddr;

use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Object, Params, Verdict};

use super::{ports, service};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "port-on-all-interfaces",
    control: "runtime-bind-specific-host-interface",
    title: "Published port listens on every interface of the host",
    means: "Every published port is bound to the one address of the host from which it shall be reached.",
    why: "A port without an address listens on all interfaces: the management network, the VPN, and the public one \
          that comes up next year. The engine's forwarding rules apply before most host firewalls see the packet, so \
          a service that was meant for the rack is served to the Internet.",
    audited: "The address of every published port of every container: NetworkSettings.Ports while it runs, else \
              HostConfig.PortBindings and HostConfig.PublishAllPorts. It must not be 0.0.0.0, :: or empty; an empty one \
              of a stopped container becomes the network's own default \
              (com.docker.network.bridge.host_binding_ipv4, which daemon.json's `ip` sets for the default bridge), \
              and counts by that. On the host's network the program itself chooses, and a person has to look. Ports that a Swarm service \
              publishes through the routing mesh listen on every interface of every node, and count for its tasks.",
    fix: "Name the address with the port:\n\
          \n\
          docker run -p 10.0.0.5:8080:80 …      or -p 127.0.0.1:8080:80 behind a local proxy\n\
          compose:  ports: [\"10.0.0.5:8080:80\"]\n\
          \n\
          Or change what a port without an address means, in daemon.json for the default bridge, and for a network \
          when it is created:\n\
          \n\
          {\"ip\": \"10.0.0.5\"}\n\
          docker network create -o com.docker.network.bridge.host_binding_ipv4=10.0.0.5 backend",
    impact: "Clients that used another of the host's addresses no longer reach the service. A container does not start \
             while its address is missing on the host.",
    default: "0.0.0.0 and [::], every interface.",
    deviates: super::STOPPED,
    references: &[
        "https://docs.docker.com/engine/network/port-publishing/",
        "https://docs.docker.com/engine/network/drivers/bridge/#options",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(ports::FIELDS),
        ports::SERVICES,
        service::SWARM,
        Need::new(
            "docker.list-networks",
            &["Id", "Name", "Options"],
            "knows the address of ports that are published without one",
        ),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        if ports::is_on_host_network(facts, container)? {
            let mode = container.str("HostConfig.NetworkMode")?;
            let evidence = Evidence::new(&container.subject, "HostConfig.NetworkMode", mode);
            return Ok(Judgement::ask(evidence.expected("a program that listens on one address")));
        }
        let (of_service, unknown) = ports::of_service(facts, container)?;
        let mut published = ports::published(container)?;
        published.extend(of_service);
        for port in published.iter_mut().filter(|port| port.address.is_none()) {
            port.address = default_address(facts, container)?;
        }
        let wide = published.iter().filter(|port| port.is_on_all_interfaces());
        let evidence =
            wide.map(|port| Evidence::new(&container.subject, port.property, port).expected("one address")).collect();
        Ok(Judgement::worst(evidence, unknown, ports::all_of(container, &published)))
    })
}

const BINDING: &str = "com.docker.network.bridge.host_binding_ipv4";

/// What the container's network makes of a port without an address; none where it has no answer of its own.
fn default_address(facts: &Facts, container: &Object) -> Result<Option<IpAddr>, HostError> {
    let mode = container.str("HostConfig.NetworkMode")?;
    let network_name = if mode == "default" { "bridge" } else { mode };
    for network in facts.networks()?.iter() {
        if network.str("Name")? == network_name || network.id == network_name {
            let options = network.map("Options")?;
            let Some(address) = options.get(BINDING) else { return Ok(None) };
            let parsed = address.as_str().and_then(|address| address.parse().ok()).map(Some);
            return parsed.ok_or_else(|| HostError::failed(format!("{}: {BINDING} is no address", network.subject)));
        }
    }
    Ok(None)
}
