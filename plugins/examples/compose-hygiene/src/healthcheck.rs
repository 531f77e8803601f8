//! Services of which nobody can say whether they work.

use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use crate::compose::{NEEDS, each_service};

pub static CHECK: Check = Check {
    slug: "service-without-healthcheck",
    control: "service-without-healthcheck",
    title: "A service has no health check",
    means: "Every service has a health check, its own or its image's.",
    why: "A process that hangs counts as running: depends_on starts what needs it, and a proxy goes on sending to it.",
    audited: "Config.Healthcheck.Test of every container with Compose's labels; NONE switches an image's check off.",
    fix: "healthcheck: { test: [\"CMD\", \"…\"], interval: 30s }",
    impact: "The check runs in the container every interval.",
    default: "what the image brings along",
    deviates: "",
    references: &["https://docs.docker.com/reference/compose-file/services/#healthcheck"],
    needs: NEEDS,
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    each_service(facts, |container| {
        let test = container.optional("Config.Healthcheck?.Test", Object::strings)?.unwrap_or_default();
        let found = match test.first() {
            None => "none",
            Some(&"NONE") => "switched off",
            Some(kind) => kind,
        };
        let evidence = Evidence::new(&container.subject, "Config.Healthcheck.Test", found).expected("a test");
        Ok(Judgement::bad_if(matches!(found, "none" | "switched off"), evidence))
    })
}
