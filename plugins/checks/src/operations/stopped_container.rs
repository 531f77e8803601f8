use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Object, Params, Verdict};

use super::setting_count;
use crate::needs;

const STATES: Need = Need::new("docker.list-containers", &["State"], "tells which containers run");

pub static CHECK: Check = Check {
    slug: "stopped-container",
    control: "ops-avoid-container-sprawl",
    title: "Containers lie about that do not run",
    means: "The host keeps no containers that are not in use: what has stopped for good is removed.",
    why: "A stopped container keeps its files, its environment with the secrets in it, and its old image. Anyone who may \
          use docker can start it again, unpatched and forgotten, or copy the data out of it.",
    audited: "The state of every container. Created, exited and dead ones do not run; running, paused, restarting and \
              those being removed are in use. Their number is compared with the setting max-stopped-containers; \
              without the setting, none at all passes, and anything else is for a person to judge. How many containers \
              a host should run is not judged.",
    fix: "Look, then remove what nobody needs:\n\
          \n\
          docker ps --all --filter status=exited --filter status=created --filter status=dead\n\
          docker rm CONTAINER\n\
          docker container prune --filter until=24h\n\
          docker run --rm …                                 for jobs, which then remove themselves\n\
          \n\
          Say how many may stay, in keelmark's settings:\n\
          \n\
          max-stopped-containers = 2",
    impact: "A removed container's files and logs are gone, except for its volumes.",
    default: "Docker keeps a stopped container until someone removes it.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/manage-resources/pruning/",
        "https://docs.docker.com/reference/cli/docker/container/prune/",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        STATES,
        Need::new("host.setting", &["max-stopped-containers"], "how many containers may be kept stopped"),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let containers = facts.container_list()?;
    if containers.is_empty() {
        return Ok(Verdict::not_applicable("no containers"));
    }
    let read = |container: &Object| Ok((container.subject.clone(), container.str("State")?.to_owned()));
    let states: Result<Vec<(String, String)>, HostError> = containers.iter().map(read).collect();
    let in_use = |state: &str| ["running", "paused", "restarting", "removing"].contains(&state);
    let stopped: Vec<_> = states?.into_iter().filter(|(_, state)| !in_use(state)).collect();
    let message = format!("{} of {} containers do not run", stopped.len(), containers.len());
    let limit = setting_count(facts, "max-stopped-containers")?;
    let evidence = stopped.iter().map(|(subject, state)| Evidence::new(subject, "State", state).expected("running"));
    Ok(match limit {
        _ if stopped.is_empty() => {
            let none =
                Evidence::new("daemon", "containers that do not run", 0).source("the engine's list of containers");
            Verdict::pass([none]).message(format!("all {} containers are in use", containers.len()))
        }
        None => Verdict::manual(format!("{message}: decide which to keep"), evidence),
        Some(limit) if stopped.len() <= limit => Verdict::pass(evidence).message(format!("{message}, {limit} may")),
        Some(limit) => Verdict::fail(format!("{message}, {limit} may"), evidence),
    })
}
