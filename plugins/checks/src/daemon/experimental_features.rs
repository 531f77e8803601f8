use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::engine::{is_podman, told};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "experimental-features",
    control: "daemon-no-experimental-features",
    title: "Daemon runs with experimental features",
    means: "A production daemon does not run with experimental features switched on.",
    why: "Experimental features get neither the review nor the stability promise of the rest of the engine. They open \
          API endpoints that other hosts do not have, and may change or vanish with the next release.",
    audited: "ExperimentalBuild in docker info must be false.",
    fix: "Take the option out of /etc/docker/daemon.json, or set it to false, and restart Docker:\n\
          \n\
          { \"experimental\": false }\n\
          \n\
          and remove --experimental from dockerd's command line.",
    impact: "Whatever was experimental (checkpoints and restore by CRIU, some network drivers, the metrics address on \
             old engines) is no longer available.",
    default: "Experimental features are off.",
    deviates: "",
    references: &["https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file"],
    needs: &[needs::info(&["ExperimentalBuild", "BuildahVersion"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    if is_podman(&info) {
        // It always answers true there, whatever is in use.
        return Ok(Verdict::not_applicable("Podman has no experimental mode"));
    }
    let experimental = info.bool("ExperimentalBuild")?;
    let evidence = told("ExperimentalBuild", experimental).expected(false);
    Ok(match experimental {
        true => Verdict::fail("experimental features are on", [evidence]),
        false => Verdict::pass([evidence]),
    })
}
