use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::effective::{self, DaemonConfig};

pub static CHECK: Check = Check {
    slug: "userland-proxy",
    control: "daemon-userland-proxy-disabled",
    title: "Published ports go through the userland proxy",
    means: "Where the kernel can forward published ports by itself (hairpin NAT), dockerd does not start a proxy \
            process for each of them.",
    why: "docker-proxy is one more long-running process per published port that handles untrusted traffic in user \
          space, as root. It also hides the client: an application behind it sees the bridge's address, so that its \
          logs and address filters are worth nothing.",
    audited: "The option userland-proxy of the running dockerd must be false. Its command line decides, else the \
              configuration file, else the default, which is true; the evidence names the source. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "/etc/docker/daemon.json, then restart Docker:\n\
          \n\
          { \"userland-proxy\": false }\n\
          \n\
          or, on the command line of dockerd: --userland-proxy=false",
    impact: "On kernels without hairpin NAT, and for connections from the host to a published port over the loopback \
             address, ports that worked through the proxy may stop answering. IPv6 clients of IPv4-only containers \
             lose the proxy's translation.",
    default: "The userland proxy is on.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/dockerd/",
        "https://docs.docker.com/engine/network/packet-filtering-firewalls/",
    ],
    needs: effective::NEEDS,
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let config = DaemonConfig::running(facts)?;
    let proxy = config.bool("userland-proxy", true)?;
    let evidence = proxy.evidence("userland-proxy").expected(false);
    let verdict = match proxy.value {
        true => Verdict::fail("published ports go through docker-proxy", [evidence]),
        false => Verdict::pass([evidence]),
    };
    Ok(config.settled(&["userland-proxy"], verdict))
}
