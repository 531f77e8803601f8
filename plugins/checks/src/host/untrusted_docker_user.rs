use std::collections::BTreeMap;

use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use crate::daemon::effective::{self, DaemonConfig};
use crate::needs::joined;

pub static CHECK: Check = Check {
    slug: "untrusted-docker-user",
    control: "host-trusted-users-control-daemon",
    title: "An account that is not trusted can command the engine",
    means: "Only accounts that are trusted like root are in the group docker.",
    why: "A member of the group starts a container that mounts the host's disk and is root in it, without a password \
          and without a trace in sudo's log. One stolen account of such a member is the host.",
    audited: "Members of the group docker, or of the one that the daemon's option `group` names: those listed in \
              /etc/group, those that `getent group` adds from a directory service, and those whose primary group it is in /etc/passwd. root is left out. Each must be \
              one of the setting trusted-users, by its exact name; without the setting a person must judge the list. \
              Accounts that a directory service gives the group as their primary one cannot be seen.",
    fix: "gpasswd --delete ALICE docker       (for each account that need not be root)\n\
          usermod --gid users ALICE           (where docker is the primary group)\n\
          \n\
          and tell keelmark whom you trust:\n\
          \n\
          trusted-users = [\"bob\"]",
    impact: "Removed accounts can no longer use docker without sudo, as soon as their sessions end.",
    default: "The group docker is created empty.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/install/linux-postinstall/",
        "https://docs.docker.com/engine/security/#docker-daemon-attack-surface",
        "https://man7.org/linux/man-pages/man5/group.5.html",
    ],
    needs: joined![
        effective::NEEDS,
        &[
            Need::new("exec", &["getent", "group", "{name}"], "lists members that a directory service adds"),
            Need::new("fs.read-text", &["/etc/group", "/etc/passwd"], "lists the members of the group"),
            Need::new("host.setting", &["trusted-users"], "says which accounts may command the engine")
        ]
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    effective::require_local(facts)?;
    let config = match DaemonConfig::any(facts) {
        Ok(config) => config,
        // Podman has no daemon, and so no such option; who is in a group docker may still start something.
        Err(error) if error.is_inapplicable() => return members_of(facts, DEFAULT_GROUP),
        Err(error) => return Err(error),
    };
    let named = config.text("group")?.map(|group| group.value).filter(|group| !group.is_empty());
    let verdict = members_of(facts, named.as_deref().unwrap_or(DEFAULT_GROUP))?;
    Ok(config.settled(&["group"], verdict))
}

/// The group to which the daemon gives its socket, unless it is told another.
const DEFAULT_GROUP: &str = "docker";

fn members_of(facts: &Facts, group: &str) -> Result<Verdict, HostError> {
    let members = members(facts, group)?;
    if members.is_empty() {
        let property = format!("members of group {group}");
        return Ok(Verdict::pass([Evidence::new("host", property, "none").source("/etc/group")]));
    }
    let show = |(member, source): (&String, &String)| {
        Evidence::new("host", format!("member of group {group}"), member).source(source)
    };
    let Some(trusted) = facts.setting_list("trusted-users")? else {
        let message = format!("judge whether {} accounts are trusted like root", members.len());
        return Ok(Verdict::manual(message, members.iter().map(show)));
    };
    let expected = if trusted.is_empty() { "none".to_owned() } else { trusted.join(", ") };
    let doubtful: Vec<Evidence> = members
        .iter()
        .filter(|(member, _)| !trusted.contains(member))
        .map(|member| show(member).expected(&expected))
        .collect();
    Ok(if doubtful.is_empty() {
        Verdict::pass(members.iter().map(show))
    } else {
        Verdict::fail(format!("{} of {} members are not trusted", doubtful.len(), members.len()), doubtful)
    })
}

/// Names, each with the source that knows it first. The group may be named by its number.
fn members(facts: &Facts, group: &str) -> Result<BTreeMap<String, String>, HostError> {
    let mut members = BTreeMap::new();
    let mut ids = Vec::new();
    let mut add = |text: &str, source: &str| {
        for line in text.lines() {
            let mut fields = line.split(':');
            let (name, id) = (fields.next(), fields.nth(1));
            if name != Some(group) && id != Some(group) {
                continue;
            }
            ids.extend(id.map(str::to_owned));
            for name in fields.next().unwrap_or_default().split(',').map(str::trim) {
                if !name.is_empty() && name != "root" {
                    members.entry(name.to_owned()).or_insert_with(|| source.to_owned());
                }
            }
        }
    };
    add(&facts.read_text("/etc/group")?, "/etc/group");
    match facts.run("getent", &["group", group]) {
        Err(error) if error.is_unavailable() => {}
        answer => {
            let answer = answer?;
            // 2: no database knows the group.
            if answer.truncated {
                return Err(HostError::failed(format!(
                    "getent group {group} was cut short, so its members cannot be told"
                )));
            }
            match answer.code {
                Some(0) => add(&answer.stdout, "getent"),
                Some(2) => {}
                _ => {
                    return Err(HostError::failed(format!(
                        "getent group {group} failed, so its members cannot be told"
                    )));
                }
            }
        }
    }
    for line in facts.read_text("/etc/passwd")?.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        if let [name, _, _, gid, ..] = fields[..]
            && name != "root"
            && ids.iter().any(|id| id == gid)
        {
            members.entry(name.to_owned()).or_insert_with(|| "/etc/passwd".to_owned());
        }
    }
    Ok(members)
}
