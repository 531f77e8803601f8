use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::effective::{self, DaemonConfig};
use super::engine;
use crate::needs::joined;

pub static CHECK: Check = Check {
    slug: "legacy-registry",
    control: "daemon-disable-legacy-registry-v1",
    title: "Daemon falls back to version 1 registries",
    means: "The daemon does not pull from, push to or log in to registries that speak only version 1 of the protocol.",
    why: "Version 1 names layers by random ids, not by their content, so that a pulled image cannot be verified. An \
          attacker on the path who makes version 2 look unavailable forces the fallback and serves an image of their \
          choosing.",
    audited: "The version of the engine: from Docker 17.12 on it cannot speak version 1, and the recommendation does \
              not apply. Before, disable-legacy-registry of the running dockerd must be true: its command line \
              decides, else the configuration file, else the default, which is true from Docker 17.06 on. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "/etc/docker/daemon.json, then restart Docker:\n\
          \n\
          { \"disable-legacy-registry\": true }\n\
          \n\
          or, on the command line of dockerd: --disable-legacy-registry\n\
          Engines from Docker 17.12 on refuse to start with this option: remove it when you update.",
    impact: "Registries older than Docker Registry 2.0 can no longer be used.",
    default: "Version 1 is spoken until Docker 17.03, disabled from 17.06 and gone from 17.12 on.",
    deviates: "",
    references: &["https://docs.docker.com/engine/deprecated/"],
    needs: joined![effective::NEEDS, &[engine::VERSION]],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let version = engine::version(facts)?;
    if version >= (17, 12) {
        return Ok(Verdict::not_applicable("this engine cannot speak version 1 of the registry protocol"));
    }
    let config = DaemonConfig::running(facts)?;
    let disabled = config.bool("disable-legacy-registry", version >= (17, 6))?;
    let evidence = disabled.evidence("disable-legacy-registry").expected(true);
    let verdict = match disabled.value {
        true => Verdict::pass([evidence]),
        false => Verdict::fail("the daemon falls back to version 1 registries", [evidence]),
    };
    Ok(config.settled(&["disable-legacy-registry"], verdict))
}
