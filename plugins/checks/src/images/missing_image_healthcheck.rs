use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

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
              inherits one that an image does not have.",
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
    needs: &[needs::LIST_IMAGES, needs::inspect_images(&["Config.Healthcheck"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_image(|image| {
        // The field is optional in the API, the object that holds it is not.
        image.require("Config")?;
        let health = image.optional("Config.Healthcheck", Object::map)?;
        let test = image.optional("Config.Healthcheck.Test", Object::strings)?.unwrap_or_default();
        let found = match (health, test.as_slice()) {
            (None, _) => "none",
            (Some(_), []) => "no test",
            (Some(_), ["NONE", ..]) => "switched off (NONE)",
            _ => return Ok(Judgement::Good),
        };
        Ok(Judgement::bad(Evidence::new(&image.subject, "Config.Healthcheck", found).expected("a test")))
    })
}
