use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use super::{ports, service};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "privileged-port",
    control: "runtime-no-privileged-ports",
    title: "Container is published on a privileged port",
    means: "No container is published on a port of the host below 1024.",
    why: "Ports below 1024 are where clients expect the host's own, root-started services: SSH, DNS, LDAP, the web \
          server that sees everyone's traffic. The engine opens them for any container that asks, so the right to \
          start containers is the right to stand in for such a service.",
    audited: "The host ports of every container: HostConfig.PortBindings, and NetworkSettings.Ports while it runs. All \
              must be 1024 or more; a range counts by its lowest port, TCP, UDP and SCTP alike. An ephemeral port, \
              which the engine picks at start, is never privileged. A container on the host's network publishes \
              nothing and is left to the recommendation about that network.",
    fix: "Publish on a high port, and let the load balancer or firewall in front own the low one:\n\
          \n\
          docker run -p 10.0.0.5:8443:443 …      instead of -p 443:443\n\
          compose:  ports: [\"10.0.0.5:8443:443\"]",
    impact: "Clients need the new port, or something in front that forwards to it. A front proxy itself, which must \
             hold 80 and 443, stays as an accepted exception.",
    default: "Nothing is published; `-P` publishes on ephemeral ports, 32768 and above.",
    deviates: super::STOPPED,
    references: &[
        "https://docs.docker.com/engine/network/port-publishing/",
        "https://man7.org/linux/man-pages/man7/ip.7.html",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(ports::FIELDS), ports::SERVICES, service::SWARM],
    params: &[],
    audit,
};

const FIRST_UNPRIVILEGED: u16 = 1024;

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        if ports::is_on_host_network(facts, container)? {
            return Ok(Judgement::Skip);
        }
        let is_privileged =
            |port: &ports::Published| port.host_ports.is_some_and(|(first, _)| first < FIRST_UNPRIVILEGED);
        let (of_service, unknown) = ports::of_service(facts, container)?;
        let mut published = ports::published(container)?;
        published.extend(of_service);
        let low = published.iter().filter(|port| is_privileged(port)).map(|port| {
            Evidence::new(&container.subject, port.property, port).expected(format!("{FIRST_UNPRIVILEGED} or more"))
        });
        Ok(Judgement::worst(low.collect(), unknown, ports::all_of(container, &published)))
    })
}
