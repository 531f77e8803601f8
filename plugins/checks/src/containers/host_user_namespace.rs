use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use super::security_options;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "host-user-namespace",
    control: "runtime-no-host-user-namespace",
    title: "Container shares the host's user namespace",
    means: "No container shares the user namespace of the host: root inside is another user outside.",
    why: "In the host's user namespace, uid 0 of the container is uid 0 of the host. A process that leaves the \
          container, through a mount or a hole in the kernel, is root there; with its own namespace it is a user \
          without rights.",
    audited: "HostConfig.UsernsMode of every container, running or not, must not be host, and the daemon must remap \
              users at all (name=userns among the SecurityOptions of docker info, or DockerRootDir ending in UID.GID): \
              without that every container shares the host's namespace, whatever its own setting. Under a rootless \
              engine none does. A runtime that keelmark does not know (Sysbox, Kata …) may isolate by itself; a \
              person must judge.",
    fix: "Turn the remapping on, and recreate containers that opt out without the option:\n\
          \n\
          daemon.json:  { \"userns-remap\": \"default\" }\n\
          docker run …                  without --userns=host\n\
          compose:      remove `userns_mode: \"host\"`\n\
          \n\
          Or run the engine rootless (dockerd-rootless-setuptool.sh install).",
    impact: "The daemon starts with an empty data root, files in volumes need new owners, and containers that are \
             privileged or use the host's network or PID namespace must opt out.",
    default: "Off: every container shares the host's user namespace.",
    deviates: "The benchmark's command is content with a UsernsMode that is not `host`, and so with an empty one. On a \
               daemon without userns-remap an empty one means the host's namespace, so keelmark fails every container \
               there: uid 0 inside is uid 0 outside, which is what the recommendation is about. It cannot be mended for \
               one container; the remapping of the daemon closes all of them at once.",
    references: &[
        "https://docs.docker.com/engine/security/userns-remap/",
        "https://docs.docker.com/engine/security/rootless/",
        "https://man7.org/linux/man-pages/man7/user_namespaces.7.html",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["HostConfig.UsernsMode", "HostConfig.Runtime"]),
        needs::info(&["SecurityOptions", "DockerRootDir"]),
    ],
    params: &[],
    audit,
};

/// The benchmark's own command sees only the empty mode.
const NOT_REMAPPED: &str =
    "that is the host's, as the daemon remaps no users; the benchmark's own command would let it pass";

/// Runtimes that put a container where the engine says; the empty name is an engine before 1.12.
const OBEDIENT: &[&str] = &["", "runc", "io.containerd.runc.v2", "crun", "youki", "nvidia"];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let mode = container.str("HostConfig.UsernsMode")?;
        let runtime = container.optional("HostConfig.Runtime", Object::str)?.unwrap_or_default();
        let info = facts.info()?;
        let evidence = |property, found: &str| {
            Evidence::new(&container.subject, property, found).expected("a user namespace other than the host's")
        };
        let mode_of_its_own = evidence("HostConfig.UsernsMode", mode);
        Ok(if security_options::of_engine(&info, "rootless")?.is_some() {
            Judgement::good(mode_of_its_own.note("the engine is rootless: its namespace is its user's"))
        } else if mode != "host" && remaps_users(&info)? {
            Judgement::good(mode_of_its_own.note("the daemon remaps users"))
        } else if !OBEDIENT.contains(&runtime) {
            Judgement::ask(evidence("HostConfig.Runtime", runtime))
        } else if mode == "host" {
            Judgement::bad(mode_of_its_own)
        } else {
            Judgement::bad(mode_of_its_own.note(NOT_REMAPPED).source("docker info"))
        })
    })
}

fn remaps_users(info: &Object) -> Result<bool, HostError> {
    if security_options::of_engine(info, "userns")?.is_some() {
        return Ok(true);
    }
    // Engines before 1.13 do not list it, but keep the data of each mapping in a directory of its own.
    let directory = info.str("DockerRootDir")?.rsplit('/').next().unwrap_or_default();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    Ok(directory.split_once('.').is_some_and(|(uid, gid)| is_number(uid) && is_number(gid)))
}
