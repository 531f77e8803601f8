use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "container-on-default-bridge",
    control: "runtime-no-default-bridge-docker0",
    title: "Container is on the default bridge network",
    means: "Containers are on networks that were made for them, none on the default bridge (docker0).",
    why: "Every container that names no network lands on the default bridge, so there strangers meet: unless icc is \
          off, each reaches every port of each other, published or not, and can spoof its neighbours' addresses. A \
          network of their own keeps the containers of one application to themselves.",
    audited: "NetworkSettings.Networks of every container, running or not, must not name bridge. Where it names no \
              network at all, HostConfig.NetworkMode must be neither default nor bridge. A default bridge that no \
              container uses passes.",
    fix: "Make a network for the containers that belong together, and move them:\n\
          \n\
          docker network create backend\n\
          docker network connect backend web && docker network disconnect bridge web\n\
          docker run --network backend …\n\
          compose:  does so by itself; remove `network_mode: bridge`",
    impact: "Containers reach each other by name on their network, and no longer reach those that stayed behind; \
             --link ends.",
    default: "Containers that name no network are on the default bridge.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/network/drivers/bridge/#differences-between-user-defined-bridges-and-the-default-bridge",
        "https://docs.docker.com/reference/cli/docker/network/create/",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["NetworkSettings.Networks", "HostConfig.NetworkMode"]),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let networks = container.map("NetworkSettings.Networks")?;
        let mode = container.str("HostConfig.NetworkMode")?;
        let evidence =
            |property, found: &str| Evidence::new(&container.subject, property, found).expected("a network of its own");
        // The mode is what the container was created with. It may have been moved since, and then the mode stays.
        Ok(if networks.contains_key("bridge") {
            Judgement::bad(evidence("NetworkSettings.Networks", "bridge"))
        } else if networks.is_empty() {
            let is_default = matches!(mode, "" | "default" | "bridge");
            Judgement::bad_if(is_default, evidence("HostConfig.NetworkMode", mode))
        } else {
            let names: Vec<&str> = networks.keys().map(String::as_str).collect();
            Judgement::good(evidence("NetworkSettings.Networks", &names.join(", ")))
        })
    })
}
