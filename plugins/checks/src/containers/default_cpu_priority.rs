use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "default-cpu-priority",
    control: "runtime-cpu-priority",
    title: "Container competes for the CPU like any other",
    means: "Every container has a share or a limit of CPU time that somebody chose for it.",
    why: "With equal weights, one container that spins, be it a bug or a miner that an attacker started, takes as much \
          of every CPU as the service that matters, and without a limit all that the others leave.",
    audited: "Of every container, running or not, one of these must be set: HostConfig.CpuShares to a weight other than \
              1024 (which is the default, as is 0), or, to fewer CPUs than the host has (`docker info`, NCPU), \
              HostConfig.NanoCpus, HostConfig.CpuQuota for each CpuPeriod, or HostConfig.CpusetCpus. Whether the \
              number suits the service is not judged.",
    fix: "Choose a weight, a limit, or both; a running container takes them without a restart:\n\
          \n\
          docker run --cpu-shares 512 …      half the weight of a container with the default\n\
          docker run --cpus 1.5 …            at most one and a half CPUs\n\
          docker update --cpu-shares 512 --cpus 1.5 web\n\
          compose:  cpu_shares: 512      cpus: 1.5\n\
          docker service update --limit-cpu 1.5 web",
    impact: "A weight matters only while CPUs are busy; a limit holds always and slows a container down that had used \
             idle CPUs.",
    default: "Weight 1024 (reported as 0), no limit, all CPUs.",
    deviates: "The benchmark's command looks at HostConfig.CpuShares alone. keelmark takes a limit of CPUs for a choice \
               as well, since it holds one container back from the others as a weight does.",
    references: &[
        "https://docs.docker.com/engine/containers/resource_constraints/#cpu",
        "https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu",
    ],
    needs: &[
        needs::info(&["NCPU"]),
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&[
            "HostConfig.CpuShares",
            "HostConfig.NanoCpus",
            "HostConfig.CpuQuota",
            "HostConfig.CpuPeriod",
            "HostConfig.CpusetCpus",
        ]),
    ],
    params: &[],
    audit,
};

const DEFAULT_SHARES: i64 = 1024;
/// In microseconds.
const DEFAULT_PERIOD: i64 = 100_000;
const NANOS: i64 = 1_000_000_000;

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let shares = container.i64("HostConfig.CpuShares")?;
        // NanoCpus came with API 1.25.
        let nanos = container.optional("HostConfig.NanoCpus", Object::i64)?.unwrap_or(0);
        // -1 lifts the quota.
        let (quota, period) = (container.i64("HostConfig.CpuQuota")?, container.i64("HostConfig.CpuPeriod")?);
        let cpuset = container.str("HostConfig.CpusetCpus")?;
        let evidence = |property, found: &dyn std::fmt::Display| Evidence::new(&container.subject, property, found);
        let shares_of_its_own = evidence("HostConfig.CpuShares", &shares);
        if shares > 0 && shares != DEFAULT_SHARES {
            return Ok(Judgement::good(shares_of_its_own));
        }
        let (mut limits, mut without_effect) = (Vec::new(), Vec::new());
        let mut limit = |is_below_all: bool, evidence| {
            if is_below_all { limits.push(evidence) } else { without_effect.push(evidence) }
        };
        if nanos > 0 {
            limit(nanos < all(facts)?.saturating_mul(NANOS), evidence("HostConfig.NanoCpus", &nanos));
        }
        if quota > 0 {
            let period = if period > 0 { period } else { DEFAULT_PERIOD };
            let found = evidence("HostConfig.CpuQuota", &quota).note(format!("of a period of {period}"));
            limit(quota < all(facts)?.saturating_mul(period), found);
        }
        if !cpuset.is_empty() {
            let count = cpus_in(cpuset).ok_or_else(|| {
                HostError::failed(format!("{}: HostConfig.CpusetCpus cannot be read: {cpuset}", container.subject))
            })?;
            limit(count < all(facts)?, evidence("HostConfig.CpusetCpus", &cpuset));
        }
        if !limits.is_empty() {
            return Ok(Judgement::Good(limits));
        }
        if without_effect.is_empty() {
            return Ok(Judgement::bad(shares_of_its_own.expected("a weight or limit of its own")));
        }
        let expected = format!("fewer than the host's {} CPUs, or a weight", all(facts)?);
        Ok(Judgement::Bad(without_effect.into_iter().map(|evidence| evidence.expected(&expected)).collect()))
    })
}

/// How many CPUs the host has. Who is limited to all of them is not limited.
fn all(facts: &Facts) -> Result<i64, HostError> {
    facts.info()?.i64("NCPU")
}

/// How many CPUs a list such as "0-2,7" names; none where it is no such list.
fn cpus_in(list: &str) -> Option<i64> {
    let count = |part: &str| -> Option<i64> {
        let (first, last) = part.trim().split_once('-').unwrap_or((part.trim(), part.trim()));
        let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
        (first <= last).then(|| i64::from(last) - i64::from(first) + 1)
    };
    list.split(',').map(count).sum()
}
