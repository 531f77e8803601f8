use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Object, Params, Verdict};

use super::state;

pub static CHECK: Check = Check {
    slug: "shared-management-network",
    control: "swarm-management-data-plane-separation",
    title: "Swarm management may share a network with the data",
    means: "What managers say to nodes travels over another network interface than what containers say to each other.",
    why: "On one network, a flood of data between containers delays the managers until they lose their quorum, and \
          whoever gets out of a container onto that network can reach the management ports.",
    audited: "Judged by a person wherever there is more than one node: the engine does not tell the address that carries \
              the data (--data-path-addr). To go by: the address at which each node is managed (Status.Addr). A \
              swarm of one node sends nothing between nodes.",
    fix: "The addresses are chosen when a node enters the swarm, so that it must leave and enter again:\n\
          \n\
          docker swarm init --advertise-addr 10.0.0.5 --data-path-addr 10.1.0.5\n\
          docker swarm join --advertise-addr 10.0.0.6 --data-path-addr 10.1.0.6 --token TOKEN 10.0.0.5:2377",
    impact: "Every node needs an interface in both networks.",
    default: "Data travels at the address that is advertised to the managers.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/swarm/networking/#use-a-separate-interface-for-control-and-data-traffic",
        "https://docs.docker.com/reference/cli/docker/swarm/init/#data-path-addr",
    ],
    needs: &[
        state::STATE,
        Need::new(
            "docker.list-nodes",
            &["ID", "Description.Hostname", "Status.Addr"],
            "shows at which addresses nodes are managed",
        ),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    state::on_manager(facts, || {
        let nodes = facts.nodes()?;
        match nodes.len() {
            0 => return Err(HostError::failed("the list of nodes is empty, although this node is in the swarm")),
            1 => return Ok(Verdict::not_applicable("the swarm has one node: nothing travels between nodes")),
            _ => {}
        }
        let managed_at = |node: &Object| {
            // A node that is down may have none.
            let address = node.optional("Status?.Addr", |node, path| node.str(path))?.unwrap_or("unknown");
            Ok(Evidence::new(&node.subject, "Status.Addr", address))
        };
        let evidence: Result<Vec<_>, HostError> = nodes.iter().map(managed_at).collect();
        Ok(Verdict::manual("look up whether each node carries data at another address than this one", evidence?))
    })
}
