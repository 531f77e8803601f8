use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Params, Verdict};

use super::ports::{self, Published};
use super::service;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "unapproved-port",
    control: "runtime-only-needed-ports",
    title: "Container is published on a port that nobody approved",
    means: "Containers are published only on the ports that their service needs.",
    why: "Every published port can be reached by whoever reaches the host, past firewall rules that were written without \
          the engine in mind. Debugging, metrics and database ports that were opened once, or by `-P` for whatever the \
          image exposes, are the ones that nobody watches.",
    audited: "The host ports of every container: HostConfig.PortBindings, NetworkSettings.Ports while it runs, and what \
              HostConfig.PublishAllPorts will open of Config.ExposedPorts. With the setting `allowed-ports` each must \
              be on that list; an ephemeral port that is not picked yet is on none. Without the setting a person judges \
              the ports that there are. On the host's network every port that the program opens is open, and the \
              engine does not know which, so a person judges such a container with or without the setting. Ports that \
              a Swarm service publishes through the routing mesh count for each of its tasks.",
    fix: "Recreate the container with the ports that it serves, each by name, and without -P:\n\
          \n\
          docker run -p 10.0.0.5:8443:8443 …      instead of -P\n\
          compose:  ports: [\"10.0.0.5:8443:8443\"];  containers of one network reach each other without `ports`\n\
          \n\
          List the ports that are needed in keelmark's setting (host ports, with or without protocol, ranges too):\n\
          \n\
          allowed-ports = [\"8443/tcp\", \"5353\", \"9000-9010/tcp\"]",
    impact: "Who used an unlisted port from outside the host loses it.",
    default: "Nothing is published. EXPOSE in an image opens nothing by itself; `-P` opens all that it names.",
    deviates: super::STOPPED,
    references: &[
        "https://docs.docker.com/engine/network/port-publishing/",
        "https://docs.docker.com/engine/network/packet-filtering-firewalls/",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(ports::FIELDS),
        ports::SERVICES,
        service::SWARM,
        Need::new("host.setting", &["allowed-ports"], "knows which ports the operator approved"),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let allowed = match facts.setting_list("allowed-ports")? {
        Some(list) => Some(list.iter().map(|text| Allowed::read(text)).collect::<Result<Vec<_>, _>>()?),
        None => None,
    };
    facts.each_container(|container| {
        if ports::is_on_host_network(facts, container)? {
            let mode = container.str("HostConfig.NetworkMode")?;
            let evidence = Evidence::new(&container.subject, "HostConfig.NetworkMode", mode);
            return Ok(Judgement::ask(evidence.expected("only needed ports open on the host")));
        }
        let (of_service, mut ask) = ports::of_service(facts, container)?;
        let mut published = ports::published(container)?;
        published.extend(of_service);
        let all = ports::all_of(container, &published);
        let evidence = |port: &Published| Evidence::new(&container.subject, port.property, port);
        let Some(allowed) = &allowed else {
            ask.splice(0..0, published.iter().map(evidence));
            return Ok(Judgement::worst(Vec::new(), ask, all));
        };
        let others = published.iter().filter(|port| !allowed.iter().any(|allowed| allowed.covers(port)));
        Ok(Judgement::worst(others.map(|port| evidence(port).expected("an allowed port")).collect(), ask, all))
    })
}

/// One entry of the setting: "443", "443/tcp", "8000-8010/udp".
struct Allowed {
    first: u16,
    last: u16,
    protocol: Option<String>,
}

impl Allowed {
    fn read(text: &str) -> Result<Self, HostError> {
        let (range, protocol) = match text.trim().split_once('/') {
            Some((range, protocol)) => (range, Some(protocol.to_ascii_lowercase())),
            None => (text.trim(), None),
        };
        match ports::port_range(range) {
            Some(Some((first, last))) => Ok(Self { first, last, protocol }),
            _ => Err(HostError::failed(format!(
                "setting allowed-ports: {text:?} is no port such as \"443\" or \"443/tcp\""
            ))),
        }
    }

    fn covers(&self, port: &Published) -> bool {
        port.host_ports.is_some_and(|(first, last)| self.first <= first && last <= self.last)
            && self.protocol.as_deref().is_none_or(|protocol| protocol == port.protocol())
    }
}
