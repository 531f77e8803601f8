use std::net::SocketAddr;

use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Object, Params, Verdict};

use super::listeners;
use super::state::{self, Role};
use crate::daemon::effective::require_local;
use crate::needs;

const TABLES: &[&str] = &["/proc/1/net/tcp", "/proc/1/net/tcp6"];
const MANAGEMENT: u16 = 2377;
const GOSSIP: u16 = 7946;

pub static CHECK: Check = Check {
    slug: "swarm-wildcard-listener",
    control: "swarm-services-bind-specific-interface",
    title: "Swarm listens on every interface",
    means: "The swarm's own ports are bound to one address of the host, not to all of them.",
    why: "Bound to 0.0.0.0, the management port answers on every network that the host is in or ever joins, the public one \
          included. Whoever can reach it can try stolen join tokens and certificates, and any hole in it, from there.",
    audited: "The sockets that listen in the host's network (/proc/1/net/tcp and tcp6) on a manager's own port, 2377 \
              unless the swarm names another, and on 7946, where the nodes gossip; a worker has the second one only. \
              An address of all zeros, of either family, fails. Where nothing listens, the engine is \
              elsewhere and nothing can be told. Ports that services publish are another matter, and the data path \
              (UDP 4789) cannot be bound to an address.",
    fix: "The address is chosen when a node enters the swarm, so that it must leave and enter again:\n\
          \n\
          docker swarm init --listen-addr 10.0.0.5:2377 --advertise-addr 10.0.0.5\n\
          docker swarm join --listen-addr 10.0.0.6:2377 --advertise-addr 10.0.0.6 --token TOKEN 10.0.0.5:2377\n\
          \n\
          Until then, let a firewall accept 2377/tcp, 7946/tcp, 7946/udp and 4789/udp from the other nodes only.",
    impact: "The address must be fixed: when it changes, the node falls out of the swarm.",
    default: "A swarm node listens on 0.0.0.0:2377 and 0.0.0.0:7946.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/docker/swarm/init/#listen-addr",
        "https://docs.docker.com/engine/swarm/swarm-tutorial/#open-protocols-and-ports-between-the-hosts",
        "https://docs.kernel.org/networking/proc_net_tcp.html",
    ],
    needs: &[
        state::STATE,
        needs::info(&["Swarm.NodeID", "Swarm.RemoteManagers"]),
        Need::new("fs.read-text", TABLES, "reads which addresses listen"),
        Need::new("host.facts", &[], "tells whether the engine runs on this host, and in which byte order it prints"),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let ports = match state::role(facts)? {
        Role::None => return Ok(Verdict::not_applicable("swarm mode is off")),
        // A locked manager has not opened its ports yet.
        Role::Locked => {
            return Err(HostError::failed(
                "this manager is locked: unlock it with `docker swarm unlock`, then audit again",
            ));
        }
        Role::Worker => vec![GOSSIP],
        Role::Manager => vec![management_port(&*facts.info()?)?, GOSSIP],
    };
    let mut found = Vec::new();
    for (table, address) in sockets(facts)? {
        if ports.contains(&address.port()) {
            let evidence = Evidence::new("host", "TCP listener", address).expected("one address").source(table);
            found.push((listeners::is_wildcard(&address), evidence));
        }
    }
    if found.iter().any(|(wildcard, _)| *wildcard) {
        let wildcards = found.into_iter().filter(|(wildcard, _)| *wildcard).map(|(_, evidence)| evidence);
        return Ok(Verdict::fail("the swarm listens on every interface", wildcards));
    }
    for port in ports {
        if !found.iter().any(|(_, evidence)| evidence.found.ends_with(&format!(":{port}"))) {
            let message = format!(
                "nothing listens on TCP port {port} in this host's network: the swarm's address cannot be told"
            );
            return Err(HostError::failed(message));
        }
    }
    Ok(Verdict::pass(found.into_iter().map(|(_, evidence)| evidence)))
}

/// The port that this manager tells the others, which is the one it listens on unless something forwards it.
fn management_port(info: &Object) -> Result<u16, HostError> {
    let id = info.str("Swarm.NodeID")?;
    for manager in info.objects("Swarm.RemoteManagers")? {
        if manager.str("NodeID")? == id {
            let address = manager.str("Addr")?;
            let port = address.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
            return port.ok_or_else(|| HostError::failed(format!("this manager's address {address:?} has no port")));
        }
    }
    Ok(MANAGEMENT)
}

/// Every listening socket with the table it stands in.
fn sockets(facts: &Facts) -> Result<Vec<(&'static str, SocketAddr)>, HostError> {
    require_local(facts)?;
    let host = facts.host()?;
    let big_endian = host.architecture.starts_with("s390");
    let mut found = Vec::new();
    for &table in TABLES {
        // A kernel without IPv6 has no table for it; the first one is always there.
        let text = match table.ends_with('6') {
            true => facts.read_text_if_exists(table)?.unwrap_or_default(),
            false => facts.read_text(table)?,
        };
        found.extend(listeners::listening(table, &text, big_endian)?.into_iter().map(|address| (table, address)));
    }
    Ok(found)
}
