use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Params, Verdict};

use crate::needs;

const USERNS: Need = Need::new("docker.info", &["SecurityOptions"], "tells whether root in containers is remapped");

pub static CHECK: Check = Check {
    slug: "root-container-user",
    control: "image-non-root-user",
    title: "Container runs as root",
    means: "Every container runs as a user other than root: its image has a USER instruction, or it was started with \
            --user.",
    why: "A process that is uid 0 inside a container is uid 0 to the kernel. One kernel bug, one writable bind mount or \
          one leaked socket is then enough to act as root on the host; as an unprivileged user the same hole gives \
          the attacker next to nothing.",
    audited: "Config.User of every container, running or not: the user of its image, unless --user replaced it. Empty, \
              root, any spelling of 0, each with or without a group, are root. A name other than root is taken at its \
              word, since /etc/passwd of the image is not read. Remapping with userns-remap is named in the evidence \
              and does not make a pass: the recommendation asks for a user, and remapped root still owns everything \
              inside.",
    fix: "In the Dockerfile, after the last instruction that needs root:\n\
          \n\
          RUN useradd --system --uid 10001 app\n\
          USER 10001:10001\n\
          \n\
          docker run --user 10001:10001 …      for an image that you cannot rebuild\n\
          compose:  user: \"10001:10001\"",
    impact: "The program can no longer write files that root owns in the image, nor listen below port 1024 where \
             net.ipv4.ip_unprivileged_port_start says so. Volumes may need another owner.",
    default: "Containers run as root unless the image says otherwise.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/dockerfile/#user",
        "https://docs.docker.com/engine/containers/run/#user",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["Config.User", "Config.Image", "HostConfig.UsernsMode"]),
        USERNS,
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    // Only a remark in the evidence: not knowing it changes no verdict.
    let remaps =
        facts.info().is_ok_and(|info| info.strings("SecurityOptions").is_ok_and(|o| o.contains(&"name=userns")));
    facts.each_container(|container| {
        let user = container.str("Config.User")?;
        Ok(Judgement::bad_if(is_root(user), || {
            let image = container.str("Config.Image").unwrap_or("unknown");
            let remapped = remaps && container.str("HostConfig.UsernsMode").is_ok_and(|mode| mode != "host");
            let remark = if remapped { ", remapped by userns-remap" } else { "" };
            Evidence::new(&container.subject, "Config.User", format!("{user:?} (image {image}{remark})"))
                .expected("a user other than root")
        }))
    })
}

/// Reads it as runc does: a number by its value, an empty user as uid 0.
fn is_root(user_and_group: &str) -> bool {
    let user = user_and_group.split(':').next().unwrap_or_default();
    user.is_empty() || user == "root" || user.parse::<i64>() == Ok(0)
}
