use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "missing-memory-limit",
    control: "runtime-memory-limit",
    title: "Container has no memory limit",
    means: "Every container has an upper limit for the memory that it may use.",
    why: "Without one, a leak or an attack on a single container takes all of the host's memory, and the kernel's OOM \
          killer chooses its victims among the other containers and the host's own services.",
    audited: "HostConfig.Memory of every container, running or not, must be more than 0 (bytes). A reservation alone \
              (HostConfig.MemoryReservation) limits nothing.",
    fix: "Give every container a limit; a running one takes it without a restart:\n\
          \n\
          docker run --memory 256m --memory-swap 256m …\n\
          docker update --memory 256m --memory-swap 256m web\n\
          compose:  mem_limit: 256m      or  deploy: {resources: {limits: {memory: 256M}}}\n\
          docker service update --limit-memory 256M web",
    impact: "A container that needs more than its limit is killed by the kernel; measure with `docker stats` first.",
    default: "No limit: a container may use all of the host's memory.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/containers/resource_constraints/#memory",
        "https://docs.kernel.org/admin-guide/cgroup-v2.html#memory",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&["HostConfig.Memory"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let limit = container.i64("HostConfig.Memory")?;
        let evidence = Evidence::new(&container.subject, "HostConfig.Memory", limit).expected("a limit in bytes");
        Ok(Judgement::bad_if(limit <= 0, evidence))
    })
}
