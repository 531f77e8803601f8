//! Services that stay down when they, the daemon or the host were restarted.

use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use crate::compose::{NEEDS, each_service};

pub static CHECK: Check = Check {
    slug: "service-stays-down",
    control: "service-stays-down",
    title: "A service does not come back by itself",
    means: "Every service has the restart policy always, unless-stopped or on-failure.",
    why: "A crash, an update of the daemon or a power cut then ends the service until somebody notices.",
    audited: "HostConfig.RestartPolicy.Name of every container with Compose's labels; those of `compose run` are left out.",
    fix: "restart: unless-stopped",
    impact: "A service that always crashes is started again and again.",
    default: "no",
    deviates: "",
    references: &["https://docs.docker.com/reference/compose-file/services/#restart"],
    needs: NEEDS,
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    each_service(facts, |container| {
        let policy = container.str("HostConfig.RestartPolicy.Name")?;
        let found = if policy.is_empty() { "no" } else { policy };
        let evidence = Evidence::new(&container.subject, "HostConfig.RestartPolicy.Name", found)
            .expected("always, unless-stopped or on-failure");
        Ok(Judgement::bad_if(matches!(policy, "" | "no"), evidence))
    })
}
