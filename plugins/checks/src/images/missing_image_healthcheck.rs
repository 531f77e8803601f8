use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use super::config;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "missing-image-healthcheck",
    control: "image-healthcheck-instruction",
    title: "Image has no HEALTHCHECK",
    means: "Every image has a HEALTHCHECK instruction, so that the engine can tell a working container from one that \
            merely runs.",
    why: "A process that hangs, deadlocks or was taken over keeps its container \"running\". Without a probe nothing \
          restarts it, nothing takes it out of the load balancer, and the outage is found by users.",
    audited: "Config.Healthcheck of every image on the host, untagged ones included. The engine leaves the field out \
              where the instruction is missing; a test of NONE switches an inherited one off, and an empty test \
              inherits one that an image does not have. Where the engine has no configuration to tell (an image for \
              other platforms only, or with incomplete content), that is an error.",
    fix: "In the Dockerfile:\n\
          \n\
          HEALTHCHECK --interval=30s --timeout=3s --retries=3 CMD [\"/app\", \"--health\"]\n\
          \n\
          and rebuild. For an image that you cannot rebuild, probe the container:\n\
          \n\
          docker run --health-cmd 'wget -qO- http://localhost:8080/health' --health-interval 30s …\n\
          compose:  healthcheck: {test: [\"CMD\", \"/app\", \"--health\"], interval: 30s}",
    impact: "The probe costs a process per interval, and one that fails wrongly makes an orchestrator replace working \
             containers.",
    default: "Images have no health check.",
    deviates: "",
    references: &["https://docs.docker.com/reference/dockerfile/#healthcheck"],
    needs: &[needs::LIST_IMAGES, needs::inspect_images(&["Config.Healthcheck"]), config::PLATFORM],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    config::each_image(facts, |image| {
        let health = image.optional("Config.Healthcheck", Object::map)?;
        let test = image.optional("Config.Healthcheck?.Test", Object::strings)?.unwrap_or_default();
        let evidence = |property, found: &str| Evidence::new(&image.subject, property, found).expected("a test");
        Ok(match (health, test.as_slice()) {
            (None, _) => Judgement::bad(evidence("Config.Healthcheck", "none")),
            (Some(_), []) => Judgement::bad(evidence("Config.Healthcheck.Test", "none")),
            (Some(_), ["NONE", ..]) => Judgement::bad(evidence("Config.Healthcheck.Test", "NONE").note("switched off")),
            (Some(_), [kind, ..]) => Judgement::good(evidence("Config.Healthcheck.Test", kind)),
        })
    })
}
