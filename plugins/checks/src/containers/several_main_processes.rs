use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use super::processes;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "several-main-processes",
    control: "runtime-single-main-process",
    title: "Container runs several services",
    means: "A container runs one service: one main process, with the workers that it starts itself.",
    why: "Services that share a container share its file system, network, capabilities and secrets, so a break-in into \
          the least of them takes all. A supervisor also hides their deaths from the engine, whose restarts, health \
          checks and logs only see the supervisor.",
    audited: "The names of the processes of every running container, as the engine lists them; nothing is executed in \
              the container, and one that does not run has none to judge. A single process, an init such as tini not \
              counted, is right. A supervisor, service manager, cron or SSH server is wrong beside others. Of anything \
              else names do not tell a service's workers from a second service, so a person judges.",
    fix: "Make one container of each service, and let the engine supervise them:\n\
          \n\
          docker network create app\n\
          docker run --init --network app --name web …\n\
          docker run --init --network app --name worker …\n\
          compose:  one entry under `services` for each, with `init: true`",
    impact: "Services that talked over localhost or a shared directory need a common network or volume.",
    default: "A container runs what its image starts.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/containers/multi-service_container/",
        "https://docs.docker.com/reference/cli/docker/container/top/",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(processes::FIELDS), processes::CONTAINER_PROCESSES],
    params: &[],
    audit,
};

/// They only reap what the main process leaves behind.
const INITS: &[&str] = &["docker-init", "tini", "tini-static", "dumb-init", "catatonit", "pause"];

/// Whoever starts one of these beside another program runs a small host.
const MANAGERS: &[&str] = &[
    "cron",
    "crond",
    "dropbear",
    "init",
    "monit",
    "runit",
    "runsv",
    "runsvdir",
    "s6-supervise",
    "s6-svscan",
    "sshd",
    "supervisord",
    "systemd",
];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let Some(mut names) = processes::names(facts, container)? else { return Ok(Judgement::Skip) };
        names.retain(|name| !INITS.contains(&name.as_str()));
        let managed = names.iter().any(|name| MANAGERS.contains(&name.as_str()));
        let distinct = |name: &String| !MANAGERS.contains(&name.as_str());
        let evidence = Evidence::new(&container.subject, "processes", names.join(", ")).expected("one main process");
        if names.len() <= 1 {
            return Ok(Judgement::good(evidence));
        }
        Ok(if managed && names.iter().any(distinct) { Judgement::bad(evidence) } else { Judgement::ask(evidence) })
    })
}
