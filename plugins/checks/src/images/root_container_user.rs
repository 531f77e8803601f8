use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use crate::containers::processes::{self, First};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "root-container-user",
    control: "image-non-root-user",
    title: "Container runs as root",
    means: "Every container runs as a user other than root: its image has a USER instruction, or it was started with \
            --user.",
    why: "A process that is uid 0 inside a container is uid 0 to the kernel. One kernel bug, one writable bind mount or \
          one leaked socket is then enough to act as root on the host; as an unprivileged user the same hole gives \
          the attacker next to nothing.",
    audited: "Of a running container the effective uid of its first process (State.Pid), as /proc tells it, by its number \
              inside the container: 0 fails, whatever the image says, and another passes, also where the program began \
              as root and gave that up (gosu, su-exec, setpriv). With userns-remap the number on the host is named beside \
              it and does not make a pass: the recommendation asks for a user, and remapped root still owns everything \
              inside. Of a container that does not run Config.User decides: the user of its image, unless --user replaced \
              it. Empty, root and any spelling of 0, each with or without a group, fail; another number passes. A name is \
              left to a person, since the image's /etc/passwd, which gives it a number, is not read; so is a running \
              container that began as root and whose process cannot be looked at, as on another host.",
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
    deviates: "The benchmark's command runs `cat /proc/1/status` in every running container and looks at the effective \
               uid. keelmark reads the same number from outside, so that it executes nothing and works where the image has \
               no `cat`. It judges containers that do not run as well, by the user that they will start with; `--running` \
               leaves them out.",
    references: &[
        "https://docs.docker.com/reference/dockerfile/#user",
        "https://docs.docker.com/engine/containers/run/#user",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["Config.User", "Config.Image", "State.Pid"]),
        needs::inspect_containers(processes::FIELDS),
        processes::CONTAINER_PROCESSES,
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| match processes::first(facts, container)? {
        Some(first) => as_it_runs(container, &first),
        None => as_configured(container),
    })
}

/// The user that the first process has become is what counts: many images start as root and drop it themselves.
fn as_it_runs(container: &Object, first: &First) -> Result<Judgement, HostError> {
    let evidence = Evidence::new(&container.subject, "uid of its first process", first.uid_inside).expected("not 0");
    let mut note = format!("Config.User is {:?}", container.str("Config.User")?);
    if let Some(uid) = first.uid.filter(|uid| *uid != first.uid_inside) {
        note.push_str(&format!("; on the host it is {uid}"));
    }
    Ok(Judgement::bad_if(first.uid_inside == 0, evidence.note(note).source("/proc/PID/status")))
}

/// Of a container without a process to look at: the user that its next start will begin with.
fn as_configured(container: &Object) -> Result<Judgement, HostError> {
    let user = container.str("Config.User")?;
    let evidence = Evidence::new(&container.subject, "Config.User", user).expected("a user other than root");
    let is_running = container.bool("State.Running")?;
    Ok(match uid(user) {
        Uid::Number(0) if is_running => {
            Judgement::ask(evidence.note("it began as root, and what its process has become cannot be seen"))
        }
        Uid::Number(uid) => {
            let (image, state) = (container.str("Config.Image")?, if is_running { "" } else { "; it does not run" });
            Judgement::bad_if(uid == 0, evidence.note(format!("image {image}{state}")))
        }
        Uid::Name => Judgement::ask(evidence.note("its number is in the image's /etc/passwd, which is not read")),
    })
}

enum Uid {
    Number(i64),
    Name,
}

/// Reads it as runc does: a number by its value, an empty user as uid 0. `root` is 0 in every image there is.
fn uid(user_and_group: &str) -> Uid {
    match user_and_group.split(':').next().unwrap_or_default() {
        "" | "root" => Uid::Number(0),
        user => user.parse().map_or(Uid::Name, Uid::Number),
    }
}
