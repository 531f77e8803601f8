use keelmark_sdk::{Check, Facts, HostError, Judgement, Need, Params, Verdict};

use super::execs;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "privileged-exec",
    control: "runtime-no-exec-privileged",
    title: "docker exec is used with --privileged",
    means: "Nobody runs docker exec --privileged.",
    why: "A privileged exec holds every Linux capability, however few the container was started with. The command, \
          and whoever can take it over from inside the container, may then do what the container was meant to be kept \
          from: mount filesystems, load kernel modules, change the network.",
    audited: "ProcessConfig.privileged of every exec that the engine still knows (ExecIDs of each container): running \
              ones, and those that ended within the last minutes. One that is privileged fails. The engine keeps no \
              older record, so without one the verdict stays with a person, who looks through the audit log.",
    fix: "End the session, and run the command without the flag. What an ordinary exec may not do belongs into a \
          container that was started with the capability it takes:\n\
          \n\
          docker exec web id                      instead of docker exec --privileged web id\n\
          docker run --rm --cap-add NET_ADMIN --network container:web tools tcpdump\n\
          \n\
          To see past ones, watch the client with auditd and search its log:\n\
          \n\
          -w /usr/bin/docker -p x -k docker       in /etc/audit/rules.d/docker.rules\n\
          ausearch -k docker -i | grep exec | grep -e --privileged\n\
          \n\
          Clients other than docker leave no trace there; an authorization plugin sees, and can refuse, all of them.",
    impact: "Debugging that needs a capability takes a container of its own.",
    default: "docker exec is not privileged, except in a container that is.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/docker/container/exec/",
        "https://man7.org/linux/man-pages/man8/ausearch.8.html",
        "https://docs.docker.com/engine/extend/plugins_authorization/",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["ExecIDs"]),
        Need::new(
            "docker.inspect-execs",
            &["Running", "ProcessConfig.privileged"],
            "tells how the commands that docker exec started run",
        ),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let verdict = facts.each_container(|container| {
        let mut evidence = Vec::new();
        for exec in execs::of(facts, container)? {
            if exec.bool("ProcessConfig.privileged")? {
                evidence.push(execs::evidence(&exec, "ProcessConfig.privileged", "true")?.expected(false));
            }
        }
        Ok(if evidence.is_empty() { Judgement::Ask(Vec::new()) } else { Judgement::Bad(evidence) })
    })?;
    Ok(execs::past_is_unknown(verdict, "no privileged exec"))
}
