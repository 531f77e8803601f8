//! What of the host's file tree a container sees.

use keelmark_sdk::{Evidence, Facts, HostError, Judgement, Object};

use super::real_path::{self, RealPath};
use super::volumes;

/// What [`judge`] reads of a container; [`volumes::LIST`], [`real_path::STAT`] and [`HOST`] go with it.
///
/// [`HOST`]: crate::daemon::effective::HOST
pub const FIELDS: &[&str] =
    &["Mounts.Type", "Mounts.Name", "Mounts.Driver", "Mounts.Source", "Mounts.Destination", "Mounts.RW"];

/// A directory or file of the host, bound into a container.
#[derive(Clone)]
pub struct HostMount {
    /// As the engine says it: "/var/run/docker.sock".
    source: String,
    /// Where it appears in the container.
    pub destination: String,
    /// Comparable: "/run/docker.sock". None for a volume of which nobody can tell what part of the host's tree it is, if
    /// any: one that mounts a filesystem for itself.
    pub path: Option<String>,
    pub writable: bool,
    pub is_socket: bool,
    /// The name of the volume that stands for it; empty for a bind mount.
    volume: String,
}

/// What a mount of the host's files means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Danger {
    None,
    /// A person must judge, and why; empty where the mount speaks for itself.
    Unclear(&'static str),
    Certain,
}

type Judge<'j> = &'j dyn Fn(&HostMount) -> Result<Danger, HostError>;

/// Judges a container by each of its bind mounts, and by the volumes that stand for one: under the name that they were
/// given, and as what that leads to. The engine lists them from the container's creation on, started or not.
pub fn judge(facts: &Facts, container: &Object, wanted: &str, danger: Judge) -> Result<Judgement, HostError> {
    let (mut good, mut bad, mut ask, mut unread) = (Vec::new(), Vec::new(), Vec::new(), None);
    for mount in container.objects("Mounts")? {
        let judged = host_mount(facts, &mount).and_then(|mount| match mount {
            Some(mount) => judge_one(facts, &mount, danger).map(|(danger, note)| Some((mount, danger, note))),
            None => Ok(None),
        });
        match judged {
            Ok(None) => {}
            Ok(Some((mount, danger, note))) => {
                let evidence = mount.evidence(&container.subject, wanted, &note);
                match danger {
                    Danger::None => good.push(evidence),
                    Danger::Unclear(_) => ask.push(evidence),
                    Danger::Certain => bad.push(evidence),
                }
            }
            Err(error) => drop(unread.get_or_insert(error)),
        }
    }
    if let Some(error) = unread {
        if bad.is_empty() {
            return Err(error);
        }
        // What fails, fails without the rest; that there is a rest stays in sight.
        ask.push(Evidence::unread(&container.subject, &error));
    }
    if good.is_empty() {
        good.push(Evidence::new(&container.subject, "mounts of the host's files", "none").expected(wanted));
    }
    Ok(match (bad.is_empty(), ask.is_empty()) {
        (true, true) => Judgement::Good(good),
        (true, false) => Judgement::Ask(ask),
        (false, _) => Judgement::Bad([bad, ask].concat()),
    })
}

/// What one mount means, and what is to be said of it beside its name.
fn judge_one(facts: &Facts, mount: &HostMount, danger: Judge) -> Result<(Danger, String), HostError> {
    let said = |danger| match danger {
        Danger::Unclear(why) => (danger, why.to_owned()),
        _ => (danger, String::new()),
    };
    let (by_name, Some(path)) = (danger(mount)?, &mount.path) else { return danger(mount).map(said) };
    // What is wrong by its name is wrong wherever that leads.
    if by_name == Danger::Certain {
        return Ok(said(by_name));
    }
    // The engine's own words are what it mounts: without its links, ".." leads elsewhere.
    let named = if mount.source.starts_with('/') { &mount.source } else { path };
    match real_path::of(facts, named)? {
        RealPath::At { path: real, is_socket } => {
            let leads_to = format!("leads to {real}");
            let is_link = real != *path;
            let by_place = danger(&HostMount { path: Some(real), is_socket, ..mount.clone() })?;
            let (worst, note) = said(by_name.max(by_place));
            let notes = [is_link.then_some(leads_to), Some(note).filter(|note| !note.is_empty())];
            Ok((worst, notes.into_iter().flatten().collect::<Vec<_>>().join("; ")))
        }
        RealPath::Unknown(why) => Ok(said(by_name.max(Danger::Unclear(why)))),
    }
}

/// What a mount shows of the host; none where that is nothing, as in a volume, whose directory is the engine's own
/// whatever it is called.
fn host_mount(facts: &Facts, mount: &Object) -> Result<Option<HostMount>, HostError> {
    let name = mount.optional("Name", Object::str)?.unwrap_or_default();
    // Engines before API 1.26 send no type; there a volume is what has a name.
    let kind = mount.optional("Type", Object::str)?.unwrap_or(if name.is_empty() { "bind" } else { "volume" });
    let (source, path, writable, volume) = match kind {
        "bind" => {
            let source = mount.str("Source")?;
            (source.to_owned(), Some(normalised(source)), true, String::new())
        }
        "volume" => {
            let Some(bound) = volumes::bound(facts, mount)? else { return Ok(None) };
            let path = bound.path.as_deref().map(normalised);
            (bound.source, path, bound.writable, name.to_owned())
        }
        _ => return Ok(None),
    };
    let destination = mount.str("Destination")?.to_owned();
    let writable = mount.bool("RW")? && writable;
    Ok(Some(HostMount { source, destination, path, writable, is_socket: false, volume }))
}

impl HostMount {
    /// "Mounts = /etc:/host/etc:rw", as the option --volume takes it.
    fn evidence(&self, subject: &str, wanted: &str, note: &str) -> Evidence {
        let mode = if self.writable { "rw" } else { "ro" };
        let found = format!("{}:{}:{mode}", self.source, self.destination);
        let evidence = Evidence::new(subject, "Mounts", found).expected(wanted);
        let of_volume = if self.volume.is_empty() { String::new() } else { format!("volume {}", self.volume) };
        let notes: Vec<&str> = [of_volume.as_str(), note].into_iter().filter(|note| !note.is_empty()).collect();
        let evidence = if notes.is_empty() { evidence } else { evidence.note(notes.join("; ")) };
        if self.volume.is_empty() { evidence } else { evidence.source("the engine's list of volumes") }
    }
}

/// Without ".", ".." and doubled or trailing slashes, and with /run for /var/run, which is a link to it.
pub fn normalised(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let parts = parts.strip_prefix(&["var", "run"]).map_or_else(|| parts.clone(), |rest| [&["run"], rest].concat());
    format!("/{}", parts.join("/"))
}

/// Whether `path` is `tree` or something in it. Both are [`normalised`].
pub fn is_within(path: &str, tree: &str) -> bool {
    tree == "/" || path.strip_prefix(tree).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_comparable() {
        for (given, expected) in [
            ("/", "/"),
            ("", "/"),
            ("/etc/", "/etc"),
            ("//etc/./ssh/../passwd", "/etc/passwd"),
            ("/../..", "/"),
            ("/var/run", "/run"),
            ("/var/run/docker.sock", "/run/docker.sock"),
            ("/var/running", "/var/running"),
        ] {
            assert_eq!(normalised(given), expected, "{given}");
        }
    }

    #[test]
    fn a_tree_is_not_a_prefix_of_text() {
        assert!(is_within("/etc", "/etc"));
        assert!(is_within("/etc/ssh", "/etc"));
        assert!(is_within("/etc", "/"));
        assert!(!is_within("/etcetera", "/etc"));
        assert!(!is_within("/", "/etc"));
    }
}
