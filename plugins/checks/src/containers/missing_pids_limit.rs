use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "missing-pids-limit",
    control: "runtime-pids-cgroup-limit",
    title: "Container may start any number of processes",
    means: "Every container has a limit on the number of its processes and threads.",
    why: "The kernel has one table of process ids for the whole host. A container that forks without end, by attack or \
          by mistake, fills it, and then nobody can log in to stop it.",
    audited: "HostConfig.PidsLimit of every container, running or not, must be greater than zero. The engine sends \
              null, 0 or -1 for \"no limit\", and null where the kernel cannot limit; dockerd has no default.",
    fix: "Set a limit above what the container needs at its busiest; this works on a running one, too:\n\
          \n\
          docker update --pids-limit 200 web\n\
          docker run --pids-limit 200 …\n\
          compose:  pids_limit: 200",
    impact: "A program that reaches the limit cannot start another thread; fork fails with EAGAIN.",
    default: "No limit.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/docker/container/run/#pids-limit",
        "https://docs.kernel.org/admin-guide/cgroup-v2.html#pid",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&["HostConfig.PidsLimit"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        // The engine always sends the field: one that is missing is not "no limit", but an answer we cannot read.
        container.sent("HostConfig.PidsLimit")?;
        let limit = container.optional("HostConfig.PidsLimit", Object::i64)?;
        let found = limit.map_or_else(|| "null".to_owned(), |limit| limit.to_string());
        let evidence = Evidence::new(&container.subject, "HostConfig.PidsLimit", found).expected("more than 0");
        Ok(Judgement::bad_if(limit.is_none_or(|limit| limit <= 0), evidence))
    })
}
