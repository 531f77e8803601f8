use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use super::effective::{self, DaemonConfig};
use crate::needs::joined;

pub static CHECK: Check = Check {
    slug: "unrestricted-default-bridge",
    control: "daemon-restrict-default-bridge-traffic",
    title: "Containers on the default bridge reach each other",
    means: "Containers that share the default bridge cannot open connections to each other (inter-container \
            communication is off).",
    why: "Every container that names no network lands on the default bridge. One that is taken over can then scan its \
          neighbours, reach ports that were never published, and spoof ARP to read their traffic.",
    audited: "The option com.docker.network.bridge.enable_icc of the network named bridge, as the engine lists it, \
              must be false. Where the network does not carry the option, icc of the running dockerd decides: command \
              line, else configuration file, else the default. An engine without a default bridge (--bridge=none) has \
              nothing to restrict. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "/etc/docker/daemon.json, then restart Docker:\n\
          \n\
          { \"icc\": false }\n\
          \n\
          or, on the command line of dockerd: --icc=false\n\
          Put containers that must talk to each other on a network of their own:\n\
          \n\
          docker network create backend && docker run --network backend …",
    impact: "Containers on the default bridge that talk to each other by address stop doing so. User-defined networks \
             are not affected.",
    default: "Traffic on the default bridge is allowed.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/network/drivers/bridge/",
        "https://docs.docker.com/reference/cli/dockerd/",
    ],
    needs: joined![
        effective::NEEDS,
        &[Need::new("docker.list-networks", &["Name", "Options"], "reads the options of the default bridge")]
    ],
    params: &[],
    audit,
};

const OPTION: &str = "com.docker.network.bridge.enable_icc";

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let networks = facts.networks()?;
    let mut bridge = None;
    for network in networks.iter() {
        if network.str("Name")? == "bridge" {
            bridge = Some(network);
        }
    }
    let Some(bridge) = bridge else {
        return Ok(Verdict::not_applicable("the engine has no default bridge network"));
    };
    let Some(value) = bridge.map("Options")?.get(OPTION) else {
        let config = DaemonConfig::running(facts)?;
        let icc = config.bool("icc", true)?;
        return Ok(config.settled(&["icc"], verdict(icc.value, icc.evidence("icc"))));
    };
    let allowed = match value.as_str() {
        Some("true") => true,
        Some("false") => false,
        _ => return Err(HostError::failed(format!("{OPTION} of network bridge is neither true nor false"))),
    };
    let evidence = Evidence::new("network bridge", OPTION, allowed).source("the engine's list of networks");
    Ok(verdict(allowed, evidence))
}

fn verdict(allowed: bool, evidence: Evidence) -> Verdict {
    let evidence = evidence.expected(false);
    match allowed {
        true => Verdict::fail("containers on the default bridge reach each other", [evidence]),
        false => Verdict::pass([evidence]),
    }
}
