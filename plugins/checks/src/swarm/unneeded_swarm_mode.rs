use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use super::state::{self, Role};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "unneeded-swarm-mode",
    control: "swarm-mode-disabled-if-unused",
    title: "Engine is in swarm mode, perhaps without need",
    means: "Swarm mode is off on an engine that runs no swarm services.",
    why: "A swarm node listens for other nodes on the network and obeys its managers. Whoever gets hold of a join token, \
          or of another manager, decides what runs on this host; a swarm that nobody uses is one that nobody watches.",
    audited: "GET /info says whether the engine is in a swarm. Off passes. On a manager, a swarm without any service \
              and without any network of its own beside ingress serves nothing, and fails. Where there are some, and \
              on a worker, which does not know, a person must judge whether they are needed.",
    fix: "On a host that needs no swarm:\n\
          \n\
          docker swarm leave            on a worker\n\
          docker swarm leave --force    on the last manager: this deletes the swarm with its services and secrets",
    impact: "Services, secrets, configs and overlay networks of the swarm are lost to this node, and to everyone when the \
             last manager leaves.",
    default: "Swarm mode is off.",
    deviates: "",
    references: &["https://docs.docker.com/engine/swarm/", "https://docs.docker.com/reference/cli/docker/swarm/leave/"],
    needs: &[
        state::STATE,
        needs::info(&["Swarm.NodeAddr"]),
        Need::new("docker.list-services", &["ID", "Spec.Name"], "shows what the swarm is used for"),
        Need::new("docker.list-networks", &["Name", "Scope", "Ingress"], "shows what the swarm is used for"),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let role = state::role(facts)?;
    let info = facts.info()?;
    let local = Evidence::new("daemon", "Swarm.LocalNodeState", info.str("Swarm.LocalNodeState")?).expected("inactive");
    if role == Role::None {
        return Ok(Verdict::pass([local]));
    }
    if role != Role::Manager {
        let address = Evidence::new("daemon", "Swarm.NodeAddr", info.str("Swarm.NodeAddr")?);
        return Ok(Verdict::manual(
            "decide whether this node is needed in its swarm; its managers know what it runs",
            [local, address],
        ));
    }
    let mut uses = Vec::new();
    for service in facts.services()?.iter() {
        uses.push(Evidence::new(&service.subject, "Spec.Name", service.str("Spec.Name")?));
    }
    for network in facts.networks()?.iter() {
        // Engines before 17.06 do not mark the ingress network, which every swarm has.
        let ingress = network.optional("Ingress", |network, path| network.bool(path))?.unwrap_or(false);
        if network.str("Scope")? == "swarm" && !ingress && network.str("Name")? != "ingress" {
            uses.push(Evidence::new(&network.subject, "Scope", "swarm"));
        }
    }
    Ok(match uses.is_empty() {
        true => Verdict::fail("swarm mode is on, and no service or network uses it", [local]),
        false => Verdict::manual(
            "decide whether what this swarm runs is needed",
            std::iter::once(local).chain(uses).collect::<Vec<_>>(),
        ),
    })
}
