use keelmark_sdk::{Check, Facts, HostError, Judgement, Need, Object, Params, Verdict};

use super::execs;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "root-exec",
    control: "runtime-no-exec-root-user",
    title: "docker exec is used with --user root",
    means: "Nobody runs docker exec with --user root in a container whose own user is another. Editions before 1.2.0 \
            ask for no --user at all.",
    why: "A container that runs as an ordinary user is meant to stay harmless when it is broken into. A root exec puts \
          a process into it that owns every file, holds the container's whole capability set and hands both to \
          whoever hijacks its terminal or its environment.",
    audited: "ProcessConfig.user of every exec that the engine still knows (ExecIDs of each container): running ones, \
              and those that ended within the last minutes. The engine fills in the container's own user where none \
              was asked for, so only a user that differs from Config.User was certainly given by --user; if that is \
              root (by name or as uid 0), or any user where the row says users=any, the container fails. A root exec \
              in a container of root's is shown, not failed: health checks run like that too. The engine keeps no \
              older record, so without a failure a person looks through the audit log.",
    fix: "End the session, and run the command as the container's user:\n\
          \n\
          docker exec web id                     instead of docker exec --user root web id\n\
          \n\
          To see past ones, watch the client with auditd and search its log:\n\
          \n\
          -w /usr/bin/docker -p x -k docker      in /etc/audit/rules.d/docker.rules\n\
          ausearch -k docker -i | grep exec | grep -e --user -e ' -u'\n\
          \n\
          Clients other than docker leave no trace there; an authorization plugin sees, and can refuse, all of them.",
    impact: "Repairs that need root inside a container are made in its image instead.",
    default: "docker exec runs as the container's user, which is root where the image names none.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/docker/container/exec/",
        "https://man7.org/linux/man-pages/man8/ausearch.8.html",
        "https://docs.docker.com/engine/extend/plugins_authorization/",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["ExecIDs", "Config.User"]),
        Need::new(
            "docker.inspect-execs",
            &["Running", "ProcessConfig.user"],
            "tells how the commands that docker exec started run",
        ),
    ],
    params: &[("users", "root")],
    audit,
};

fn audit(facts: &Facts, params: &Params) -> Result<Verdict, HostError> {
    let any_user = params.get("users") == "any";
    let verdict = facts.each_container(|container| {
        let own = container.str("Config.User")?;
        let (mut bad, mut shown) = (Vec::new(), Vec::new());
        for exec in execs::of(facts, container)? {
            // Left out by the engine where neither the exec nor the container names a user.
            let user = exec.optional("ProcessConfig.user", Object::str)?.unwrap_or_default();
            let given = !user.is_empty() && user != own;
            if given && (any_user || is_root(user)) {
                let evidence = execs::evidence(&exec, "ProcessConfig.user", user)?;
                bad.push(evidence.expected("the container's own user"));
            } else if !given && is_root(own) {
                shown.push(execs::evidence(&exec, "ProcessConfig.user", user)?.note("root, as the container itself"));
            }
        }
        Ok(if bad.is_empty() { Judgement::Ask(shown) } else { Judgement::Bad(bad) })
    })?;
    Ok(execs::past_is_unknown(verdict, if any_user { "no exec with --user" } else { "no exec with --user root" }))
}

/// Whether a user, with or without a group, is root; nobody named one is root, too.
fn is_root(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or_default();
    name.is_empty() || name == "root" || name.parse() == Ok(0_u32)
}
