use keelmark_sdk::serde_json::Value;
use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Object, Params, Verdict};

use super::state;

pub static CHECK: Check = Check {
    slug: "unencrypted-overlay-network",
    control: "swarm-overlay-networks-encrypted",
    title: "Overlay network is not encrypted",
    means: "Every overlay network of the swarm is created with encryption, so that what containers on different nodes say \
            to each other travels encrypted.",
    why: "An overlay network is VXLAN: containers' packets in plain UDP between the hosts. Anyone on that network reads \
          them, and can inject packets into a network that looks private.",
    audited: "Every network of the driver overlay that this manager lists, ingress included, since what comes in through \
              a published port crosses it from node to node. It is encrypted where its options have the key \
              encrypted. The engine looks for the key alone, so that encrypted=false encrypts too; since whoever wrote \
              it meant the opposite, a person must judge.",
    fix: "Encryption is chosen when a network is made; make another and move the services over:\n\
          \n\
          docker network create --driver overlay --opt encrypted NETWORK\n\
          docker service update --network-add NEW --network-rm OLD SERVICE\n\
          \n\
          For ingress, remove the services that publish ports first:\n\
          \n\
          docker network rm ingress\n\
          docker network create --driver overlay --ingress --opt encrypted ingress\n\
          \n\
          compose:  networks: {backend: {driver: overlay, driver_opts: {encrypted: \"\"}}}",
    impact: "IPsec costs throughput; nodes need IP protocol 50 (ESP) open between them, and Windows nodes cannot take \
             part.",
    default: "Only the swarm's management traffic is encrypted; overlay networks are not.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/network/drivers/overlay/#encrypt-traffic-on-an-overlay-network",
        "https://docs.docker.com/engine/swarm/networking/#customize-ingress",
    ],
    needs: &[
        state::STATE,
        Need::new("docker.list-networks", &["Name", "Id", "Driver", "Options"], "tells which networks are encrypted"),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    state::on_manager(facts, || {
        let networks = facts.networks()?;
        Judgement::sum_up("networks", networks.iter().map(|network| (network.subject.clone(), judge(network))))
    })
}

fn judge(network: &Object) -> Result<Judgement, HostError> {
    if network.str("Driver")? != "overlay" {
        return Ok(Judgement::Skip);
    }
    let encrypted = network.map("Options")?.get("encrypted");
    let evidence = |found: &str| Evidence::new(&network.subject, "Options.encrypted", found);
    let text = |value: &Value| {
        let text = value.as_str().map(str::to_owned);
        text.ok_or_else(|| HostError::failed(format!("{}: Options.encrypted should be a string", network.subject)))
    };
    Ok(match encrypted.map(text).transpose()?.as_deref() {
        None => Judgement::bad(evidence("not set").expected("set")),
        Some(on @ ("" | "true" | "1")) => Judgement::good(evidence(on)),
        Some(other) => Judgement::ask(evidence(other).expected("\"\" or true")),
    })
}
