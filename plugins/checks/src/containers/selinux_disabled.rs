use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "selinux-disabled",
    control: "runtime-selinux-options",
    title: "Container runs without SELinux confinement",
    means: "On a host whose engine uses SELinux, every container keeps its own label, in a type made for containers.",
    why: "SELinux gives each container a type that may touch container files only, and a category pair of its own. \
          With the label disabled, or with a type such as spc_t, a process that escapes the container reads and writes \
          the host's files with nothing but its user id in the way, and one container can reach another's files.",
    audited: "`docker info` must list selinux among its SecurityOptions, else the recommendation does not apply (on an \
              AppArmor host, for instance). Then HostConfig.SecurityOpt of every container must not disable the \
              label, and ProcessLabel, which the engine sets when it creates the container, must be there and must \
              not have an unconfined type (spc_t, unconfined_t). Whether the kernel enforces or only logs is not \
              looked at.",
    fix: "Recreate the container without `--security-opt label=disable`, `label=type:spc_t` and `--privileged`; the \
          engine then chooses a label. Where a mounted directory is refused, relabel it instead:\n\
          \n\
          docker run -v /srv/data:/data:Z …\n\
          docker run --security-opt label=type:my_container_t …      for a type of your own\n\
          compose:  volumes: [\"/srv/data:/data:Z\"]",
    impact: "Files that carry no container label are refused until they are relabelled with `:z` or `:Z`.",
    default: "With `\"selinux-enabled\": true` in daemon.json every container gets a label; dockerd's own default is \
              false. Privileged containers and those in the host's process or IPC namespace get none.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/containers/run/#security-configuration",
        "https://docs.docker.com/engine/storage/bind-mounts/#configure-the-selinux-label",
        "https://man7.org/linux/man-pages/man8/selinux.8.html",
    ],
    needs: &[
        needs::info(&["SecurityOptions"]),
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["HostConfig.SecurityOpt", "ProcessLabel"]),
    ],
    params: &[],
    audit,
};

/// Types that are confined by nothing.
const UNCONFINED: &[&str] = &["spc_t", "unconfined_t", "unconfined_service_t"];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    if !info.strings("SecurityOptions")?.iter().any(|option| matches!(*option, "selinux" | "name=selinux")) {
        return Ok(Verdict::not_applicable("the engine does not use SELinux"));
    }
    facts.each_container(|container| {
        let options = container.strings("HostConfig.SecurityOpt")?;
        // The engine takes "disable" alone as well, and the old separator.
        let off = options.iter().find(|option| matches!(**option, "disable" | "label=disable" | "label:disable"));
        if let Some(option) = off {
            let evidence = Evidence::new(&container.subject, "HostConfig.SecurityOpt", option);
            return Ok(Judgement::bad(evidence.expected("not disabled")));
        }
        let label = container.str("ProcessLabel")?;
        // user:role:type:level
        let confined = label.split(':').nth(2).is_some_and(|kind| !kind.is_empty() && !UNCONFINED.contains(&kind));
        let evidence = Evidence::new(&container.subject, "ProcessLabel", label).expected("a label of a container type");
        Ok(Judgement::bad_if(!confined, evidence))
    })
}
