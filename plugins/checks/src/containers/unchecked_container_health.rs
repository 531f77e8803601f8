use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "unchecked-container-health",
    control: "runtime-container-health-checked",
    title: "Container's health is not checked",
    means: "Every container has a health check that the engine runs, from its image or from its own options.",
    why: "A process can be there and serve nobody. Without a check the engine calls such a container running, a swarm \
          sends requests to it, and an attack that hangs the service stays unseen until a user complains.",
    audited: "Of a running container, State.Health must tell a state: the engine keeps one for containers whose check \
              it runs. Of one that does not run, Config.Healthcheck, which holds the image's check too, must have a \
              test other than NONE. Whether the last check went well is not judged here.",
    fix: "Add a check to the image, or to the container when it is recreated:\n\
          \n\
          Dockerfile:  HEALTHCHECK --interval=30s --timeout=3s CMD [\"/app\", \"--health\"]\n\
          docker run --health-cmd '/app --health' --health-interval 30s …      and not --no-healthcheck\n\
          compose:     healthcheck: { test: [\"CMD\", \"/app\", \"--health\"], interval: 30s, timeout: 3s }",
    impact: "The check runs inside the container and takes its share of CPU; in a swarm, a failing one replaces \
             the task.",
    default: "No check, unless the image has one.",
    deviates: super::STOPPED,
    references: &[
        "https://docs.docker.com/reference/dockerfile/#healthcheck",
        "https://docs.docker.com/reference/cli/docker/container/run/#health-check",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["State.Running", "State.Health.Status", "Config.Healthcheck"]),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let evidence =
            |property, found: &str| Evidence::new(&container.subject, property, found).expected("a health check");
        if container.bool("State.Running")? {
            // Optional in the engine's API; what holds it is not.
            let is_checked = container.optional("State.Health", Object::map)?.is_some();
            let status = if is_checked { container.str("State.Health.Status")? } else { "none" };
            let found = evidence(if is_checked { "State.Health.Status" } else { "State.Health" }, status);
            return Ok(Judgement::bad_if(matches!(status, "" | "none"), found));
        }
        let test = container.optional("Config.Healthcheck?.Test", Object::strings)?.unwrap_or_default();
        Ok(match test.first() {
            None => Judgement::bad(evidence("Config.Healthcheck", "none")),
            Some(kind) => Judgement::bad_if(*kind == "NONE", evidence("Config.Healthcheck.Test", kind)),
        })
    })
}
