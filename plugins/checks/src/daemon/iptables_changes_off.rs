use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::effective::{self, DaemonConfig};

pub static CHECK: Check = Check {
    slug: "iptables-changes-off",
    control: "daemon-allow-iptables-changes",
    title: "Daemon may not set its firewall rules",
    means: "dockerd manages the firewall rules of its networks itself.",
    why: "The isolation between networks, icc=false and the binding of published ports to one address are all firewall \
          rules that dockerd writes. A daemon that may not write them starts containers all the same, without any of \
          this, unless somebody keeps the rules by hand for every container.",
    audited: "The option iptables of the running dockerd must not be false. Its command line decides, else the \
              configuration file, else the default, which is true. Where ip6tables is said to be false, a person must \
              judge what filters IPv6. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "Remove \"iptables\": false from /etc/docker/daemon.json and --iptables=false from dockerd's command line, or \
          say, and restart Docker:\n\
          \n\
          { \"iptables\": true }\n\
          \n\
          Rules of your own belong into the chain DOCKER-USER, which Docker leaves alone.",
    impact: "Docker's rules are evaluated before those that tools such as ufw or firewalld add to the chains INPUT and \
             FORWARD.",
    default: "dockerd sets its rules.",
    deviates: "",
    references: &["https://docs.docker.com/engine/network/packet-filtering-firewalls/"],
    needs: effective::NEEDS,
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let config = DaemonConfig::running(facts)?;
    let iptables = config.bool("iptables", true)?;
    let evidence = iptables.evidence("iptables").expected(true);
    let v6 = config.bool("ip6tables", true)?;
    let verdict = match (iptables.value, v6.value) {
        (false, _) => Verdict::fail("the daemon does not set its firewall rules", [evidence]),
        (true, true) => Verdict::pass([evidence]),
        // The default has changed, and matters only where containers have IPv6 at all; who says no leaves it open.
        (true, false) => {
            let message = "decide what keeps containers apart over IPv6: the daemon may not set those rules";
            Verdict::manual(message, [evidence, v6.evidence("ip6tables").expected(true)])
        }
    };
    Ok(config.settled(&["iptables", "ip6tables"], verdict))
}
