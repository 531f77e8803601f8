use std::collections::{BTreeMap, BTreeSet};

use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use super::accounts::{self, Databases};
use crate::daemon::effective::{self, DaemonConfig};
use crate::daemon::engine::{self, Kind};
use crate::daemon::listeners;
use crate::files::place::{self, Located, Place};
use crate::needs::joined;

pub static CHECK: Check = Check {
    slug: "untrusted-docker-user",
    control: "host-trusted-users-control-daemon",
    title: "An account that is not trusted can command the engine",
    means: "Only accounts that are trusted like root are in the group docker.",
    why: "A member of the group starts a container that mounts the host's disk and is root in it, without a password \
          and without a trace in sudo's log. One stolen account of such a member is the host.",
    audited: "Members of the group docker, or of the one that the daemon's option `group` names, and of every group with \
              the same number or with the number that the socket has: those listed in /etc/group, those that `getent \
              group` adds from a directory service, and those whose primary group it is in /etc/passwd; besides, the \
              accounts that the socket's access control list names. Where getent cannot be run, /etc/nsswitch.conf says \
              which other databases there are: the files of usrfiles, altfiles and extrausers are read, and the records \
              of systemd; any other one is an error. root is left out. Each must be one of the setting trusted-users, by \
              its exact name; without the setting a person must judge the list. Accounts that a directory service gives \
              the group as their primary one cannot be seen. Without root, the socket belongs to one user, and the \
              recommendation does not apply; neither does it to a Podman whose socket is root's alone.",
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
        place::NEEDS,
        listeners::NEEDS,
        accounts::NEEDS,
        &[Need::new("host.setting", &["trusted-users"], "says which accounts may command the engine")]
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    effective::require_local(facts)?;
    match engine::kind(facts)? {
        Kind::Docker => {}
        Kind::Rootless | Kind::Podman { is_rootless: true } => {
            return Ok(Verdict::not_applicable("the engine runs without root, and its socket belongs to its own user"));
        }
        Kind::Podman { .. } => return of_podman(facts),
    }
    let config = DaemonConfig::any(facts)?;
    let named = config.text("group")?.map(|group| group.value).filter(|group| !group.is_empty());
    // The socket says whom the kernel lets in.
    let sockets = Place::DockerSockets.find(facts)?.files;
    let verdict = members_of(facts, named.as_deref().unwrap_or(DEFAULT_GROUP), &sockets)?;
    // Who is in a group of the socket commands the engine, whatever the file said at the start.
    Ok(match config.doubt(&["group"]) {
        Some(doubt) => doubt.cast_on(verdict),
        None => verdict,
    })
}

/// Podman knows no such group: whom its socket's group lets in, commands it.
fn of_podman(facts: &Facts) -> Result<Verdict, HostError> {
    let sockets = Place::DockerSockets.find(facts)?.files;
    match sockets.iter().find(|socket| socket.metadata.gid != 0) {
        Some(socket) => members_of(facts, &socket.metadata.gid.to_string(), &sockets),
        None => Ok(Verdict::not_applicable("Podman has no group docker, and its socket belongs to root alone")),
    }
}

/// The group to which the daemon gives its socket, unless it is told another.
const DEFAULT_GROUP: &str = "docker";

fn members_of(facts: &Facts, group: &str, sockets: &[Located]) -> Result<Verdict, HostError> {
    let members = members(facts, group, sockets)?;
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

/// Names, each with the source that knows it first. The group may be named by its number. The kernel knows only numbers:
/// another name for the same number, and the group that the socket really has, let in as well.
fn members(facts: &Facts, group: &str, sockets: &[Located]) -> Result<BTreeMap<String, String>, HostError> {
    let mut databases = Databases::read(facts)?;
    databases.ask_getent(facts, group)?;
    let mut ids: BTreeSet<String> =
        databases.groups().filter(|line| line.is_called(group)).map(|line| line.id()).collect();
    let mut members = BTreeMap::new();
    for socket in sockets {
        if socket.metadata.gid != 0 {
            ids.insert(socket.metadata.gid.to_string());
        }
        for entry in socket.metadata.acl.clone()?.split(',') {
            match entry.split(':').collect::<Vec<_>>()[..] {
                ["group", id, rights] if rights.contains('w') && !matches!(id, "" | "0") => {
                    ids.insert(id.to_owned());
                }
                ["user", id, rights] if rights.contains('w') && !matches!(id, "" | "0") => {
                    let name = databases.user(id).unwrap_or_else(|| format!("uid {id}"));
                    members.insert(name, format!("access control list of {}", socket.path));
                }
                _ => {}
            }
        }
    }
    for line in databases.groups().filter(|line| line.is_called(group) || ids.contains(&line.id())) {
        for name in line.members() {
            members.entry(name.to_owned()).or_insert_with(|| line.source.to_owned());
        }
    }
    members.extend(databases.memberships(facts, group)?);
    for (name, gid, source) in databases.users() {
        if name != "root" && ids.contains(gid) {
            members.entry(name.to_owned()).or_insert_with(|| source.to_owned());
        }
    }
    Ok(members)
}
