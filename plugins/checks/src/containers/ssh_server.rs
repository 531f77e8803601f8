use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use super::processes;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "ssh-server",
    control: "runtime-no-sshd",
    title: "Container runs an SSH server",
    means: "No container runs an SSH server; people enter containers through the engine.",
    why: "An SSH server in every container is one more listener to patch, with keys, passwords and logs of its own that \
          nobody collects, and a way in past the engine's access control and audit trail.",
    audited: "The names of the processes of every running container, as the engine lists them (nothing is executed in \
              the container, so an image without `ps` hides nothing, and the host's own sshd is not blamed on a \
              container that shares its process namespace): none may be sshd or one of its helpers, dropbear or \
              tinysshd. Of a container that does not run, the configured program (Path) must be none of these; what \
              else it would start is not known, so it counts as judged only where that is an SSH server. A server \
              under another name is not recognised.",
    fix: "Remove the server from the image and its start-up, and use the engine:\n\
          \n\
          docker exec -it web sh\n\
          docker cp web:/var/log/app.log .\n\
          \n\
          From afar:  ssh user@host docker exec -it web sh      or a docker context over ssh://",
    impact: "Who used SSH or SFTP to reach the container needs access to the engine, or a service made for it.",
    default: "No SSH server, unless the image starts one.",
    deviates: "The benchmark's command runs `ps` in every running container, which says nothing where the image has none. \
               keelmark reads the processes from outside and executes nothing. Of a container that does not run it \
               judges what it would start, and only where that is an SSH server.",
    references: &[
        "https://docs.docker.com/reference/cli/docker/container/exec/",
        "https://docs.docker.com/reference/cli/docker/container/top/",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(processes::FIELDS),
        needs::inspect_containers(&["Path"]),
        processes::CONTAINER_PROCESSES,
    ],
    params: &[],
    audit,
};

/// OpenSSH 9.8 split sshd into a listener, sessions and their authentication.
const SERVERS: &[&str] = &["sshd", "sshd-session", "sshd-auth", "dropbear", "tinysshd"];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let Some(mut names) = processes::names(facts, container)? else { return when_started(container) };
        names.sort();
        names.dedup();
        let (servers, others): (Vec<String>, Vec<String>) =
            names.into_iter().partition(|name| SERVERS.contains(&name.as_str()));
        let found = if servers.is_empty() { others } else { servers.clone() };
        let evidence = Evidence::new(&container.subject, "processes", found.join(", ")).expected("no SSH server");
        Ok(Judgement::bad_if(!servers.is_empty(), evidence))
    })
}

fn when_started(container: &Object) -> Result<Judgement, HostError> {
    let path = container.str("Path")?;
    let is_server = path.rsplit('/').next().is_some_and(|name| SERVERS.contains(&name));
    if !is_server {
        return Ok(Judgement::Skip);
    }
    Ok(Judgement::bad(Evidence::new(&container.subject, "Path", path).expected("no SSH server")))
}
