use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::engine::{is_podman, told};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "missing-live-restore",
    control: "daemon-live-restore",
    title: "Containers stop when the daemon stops",
    means: "Containers keep running while dockerd restarts or is being updated (live restore).",
    why: "Without it every restart of the daemon takes all workloads down. That is an outage for whoever can crash \
          dockerd, and a reason to put off security updates of the engine.",
    audited: "LiveRestoreEnabled in docker info must be true. On a member of a swarm the question does not arise: \
              swarm mode and live restore exclude each other, and the swarm moves tasks to other nodes instead.",
    fix: "/etc/docker/daemon.json:\n\
          \n\
          { \"live-restore\": true }\n\
          \n\
          systemctl reload docker      (this option needs no restart)\n\
          \n\
          or, on the command line of dockerd: --live-restore",
    impact: "Restoring works across patch releases; after a jump over several versions, or with a changed data root or \
             bridge, containers must be restarted. A container whose log buffer fills while the daemon is down \
             blocks.",
    default: "Live restore is off.",
    deviates: "",
    references: &["https://docs.docker.com/engine/daemon/live-restore/"],
    needs: &[needs::info(&["LiveRestoreEnabled", "Swarm.LocalNodeState", "BuildahVersion"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    if is_podman(&info) {
        return Ok(Verdict::not_applicable("Podman runs without a daemon whose end containers could share"));
    }
    let enabled = info.bool("LiveRestoreEnabled")?;
    let evidence = told("LiveRestoreEnabled", enabled).expected(true);
    if enabled {
        return Ok(Verdict::pass([evidence]));
    }
    // Pending, locked and failed members are members too: dockerd refuses live restore on all of them.
    Ok(match info.str("Swarm.LocalNodeState")? {
        "" | "inactive" => Verdict::fail("containers stop when the daemon stops", [evidence]),
        state => Verdict::not_applicable(format!("swarm mode is {state}, and live restore cannot be combined with it")),
    })
}
