use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::namespaces;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "host-network-namespace",
    control: "runtime-no-host-network-namespace",
    title: "Container shares the host's network",
    means: "No container lives in the host's network namespace.",
    why: "A container on the host's network sees all its interfaces and traffic, opens any port on it, and reaches \
          what listens only on the host's loopback or on its abstract sockets: metadata services, unauthenticated \
          databases, D-Bus. Neither published ports nor the engine's firewall rules stand in between.",
    audited: "HostConfig.NetworkMode of every container, running or not, must not be `host`, nor `container:…` of a \
              container on the host's network.",
    fix: "Recreate the container on a network of its own and publish what it serves:\n\
          \n\
          docker network create backend\n\
          docker run --network backend -p 10.0.0.5:8443:8443 …      instead of --network host\n\
          compose:  remove `network_mode: host`; add `networks: [backend]` and `ports: [\"10.0.0.5:8443:8443\"]`",
    impact: "The container no longer sees the host's interfaces; programs that capture packets, route, or expect to \
             reach services on the host's loopback need another way. Forwarded traffic costs a little throughput.",
    default: "Containers join the network bridge, in a namespace of their own.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/network/drivers/host/",
        "https://man7.org/linux/man-pages/man7/network_namespaces.7.html",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&["HostConfig.NetworkMode"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| namespaces::not_the_hosts(facts, container, "HostConfig.NetworkMode"))
}
