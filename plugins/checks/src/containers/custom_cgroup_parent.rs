use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "custom-cgroup-parent",
    control: "runtime-cgroup-usage-confirmed",
    title: "Container is placed in a cgroup of its own choice",
    means: "Containers stay in the daemon's cgroup; one that is placed elsewhere is there because somebody decided so.",
    why: "Limits that the host sets on the daemon's cgroup hold for all containers below it. A container in another \
          cgroup is outside them: in one without limits it can starve the host, and in that of a system service it \
          takes that service's share.",
    audited: "HostConfig.CgroupParent of every container, running or not. Empty passes. A name is shown for a person \
              to confirm: the kubelet and systemd slices are ordinary ones, and only the operator knows which are.",
    fix: "Recreate the container without the option, unless the place is meant:\n\
          \n\
          docker run …                  without --cgroup-parent\n\
          compose:      remove `cgroup_parent:`\n\
          daemon.json:  { \"cgroup-parent\": \"containers.slice\" } moves all containers, with one set of limits",
    impact: "The container competes under the limits of the daemon's cgroup again.",
    default: "Empty: /docker under cgroupfs, system.slice under systemd.",
    deviates: "The benchmark's command prints HostConfig.CgroupParent and calls anything but an empty one out of line. \
               keelmark leaves a name to a person: the kubelet and systemd slices are places that operators choose on \
               purpose, and the benchmark itself asks to confirm the usage.",
    references: &[
        "https://docs.docker.com/reference/cli/docker/container/run/#cgroup-parent",
        "https://docs.kernel.org/admin-guide/cgroup-v2.html",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&["HostConfig.CgroupParent"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let parent = container.str("HostConfig.CgroupParent")?;
        let evidence = Evidence::new(&container.subject, "HostConfig.CgroupParent", parent);
        Ok(match parent {
            "" => Judgement::good(evidence),
            _ => Judgement::ask(evidence.note("the benchmark's own command fails any name")),
        })
    })
}
