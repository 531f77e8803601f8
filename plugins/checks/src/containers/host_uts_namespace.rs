use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "host-uts-namespace",
    control: "runtime-no-host-uts-namespace",
    title: "Container shares the host's UTS namespace",
    means: "Every container has its own UTS namespace, which holds the host name and the domain name.",
    why: "A container in the host's UTS namespace sees the host's name and, with CAP_SYS_ADMIN, renames the host. \
          Logs, certificates and cluster membership that go by the name then point to another machine.",
    audited: "HostConfig.UTSMode of every container, running or not, must not be host.",
    fix: "Recreate the container without the option:\n\
          \n\
          docker run --hostname web …        instead of --uts=host\n\
          compose:  remove `uts: host`; set `hostname:` if a name is needed",
    impact: "The container no longer sees the host's name, nor its later changes.",
    default: "Each container has its own UTS namespace.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/docker/container/run/#uts",
        "https://man7.org/linux/man-pages/man7/uts_namespaces.7.html",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&["HostConfig.UTSMode"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let mode = container.str("HostConfig.UTSMode")?;
        let evidence = Evidence::new(&container.subject, "HostConfig.UTSMode", mode).expected("the container's own");
        Ok(Judgement::bad_if(mode == "host", evidence))
    })
}
