use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use crate::needs;

const WHAT_RUNS: Need = Need::new(
    "docker.list-containers",
    &["State", "Image"],
    "shows whether a monitoring agent is among the containers",
);

pub static CHECK: Check = Check {
    slug: "unmonitored-container",
    control: "ops-monitor-containers",
    title: "Containers may not be monitored",
    means: "Use of CPU, memory, disk and network by every container is recorded over time, and someone is told when it \
            goes astray.",
    why: "A miner shows as CPU, an exfiltration as traffic, a leak as memory. Without a record to compare with, the first \
          sign is the invoice, or the service that starves beside it.",
    audited: "Always judged by a person: monitoring happens outside the engine, which cannot tell who reads its figures. \
              To go by: every container with its image and state, among which an agent may be found; agents on the \
              host itself, or that ask the engine from elsewhere, are not seen.",
    fix: "Give the figures to your monitoring, for instance through cAdvisor and the engine's own metrics:\n\
          \n\
          docker run --detach --name cadvisor --read-only --volume /:/rootfs:ro --volume /var/run:/var/run:ro \\\n    \
          --volume /sys:/sys:ro --volume /var/lib/docker:/var/lib/docker:ro gcr.io/cadvisor/cadvisor:v0.52.1\n\
          /etc/docker/daemon.json:  {\"metrics-addr\": \"127.0.0.1:9323\"}\n\
          docker stats --no-stream                                    a look by hand\n\
          \n\
          and let it alert on what is unusual for each service.",
    impact: "An agent uses some of what it measures, and often needs access that itself must be kept safe.",
    default: "The engine answers when asked, and records nothing.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/containers/runmetrics/",
        "https://docs.docker.com/engine/daemon/prometheus/",
        "https://github.com/google/cadvisor",
    ],
    needs: &[needs::LIST_CONTAINERS, WHAT_RUNS],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let containers = facts.container_list()?;
    if containers.is_empty() {
        return Ok(Verdict::not_applicable("no containers"));
    }
    let evidence: Result<Vec<_>, HostError> = containers
        .iter()
        .map(|c| Ok(Evidence::new(&c.subject, "Image", format!("{} ({})", c.str("Image")?, c.str("State")?))))
        .collect();
    let message = format!("look up where the use of resources by these {} containers is recorded", containers.len());
    Ok(Verdict::manual(message, evidence?))
}
