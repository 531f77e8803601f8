//! What of the host's file tree a container sees.

use keelmark_sdk::{Evidence, Facts, HostError, Judgement, Object};

use super::volumes;

/// What [`judge`] reads of a container; [`volumes::LIST`] goes with it.
pub const FIELDS: &[&str] =
    &["Mounts.Type", "Mounts.Name", "Mounts.Driver", "Mounts.Source", "Mounts.Destination", "Mounts.RW"];

/// A directory or file of the host, bound into a container. Where it appears inside does not matter.
pub struct HostMount {
    /// As the engine says it: "/var/run/docker.sock", "/etc (volume settings)".
    source: String,
    destination: String,
    /// Comparable: "/run/docker.sock". None for a volume of which nobody can tell what part of the host's tree it is, if
    /// any: one that mounts a filesystem for itself.
    pub path: Option<String>,
    pub writable: bool,
    is_volume: bool,
}

/// What a mount of the host's files means, and what would be right instead.
pub enum Danger {
    None,
    Unclear(&'static str),
    Certain(&'static str),
}

/// Judges a container by each of its bind mounts, and by the volumes that stand for one. The engine lists them from the
/// container's creation on, started or not.
pub fn judge(facts: &Facts, container: &Object, danger: &dyn Fn(&HostMount) -> Danger) -> Result<Judgement, HostError> {
    let (mut bad, mut ask, mut unread) = (Vec::new(), Vec::new(), None);
    for mount in container.objects("Mounts")? {
        match host_mount(facts, &mount) {
            Ok(None) => {}
            Ok(Some(mount)) => match danger(&mount) {
                Danger::None => {}
                Danger::Unclear(wanted) => ask.push(mount.evidence(&container.subject, wanted)),
                Danger::Certain(wanted) => bad.push(mount.evidence(&container.subject, wanted)),
            },
            Err(error) => drop(unread.get_or_insert(error)),
        }
    }
    match unread {
        Some(error) if bad.is_empty() => Err(error),
        // What fails, fails without the rest; that there is a rest stays in sight.
        Some(error) => {
            bad.push(Evidence::unread(&container.subject, &error));
            Ok(Judgement::Bad(bad))
        }
        None if bad.is_empty() && !ask.is_empty() => Ok(Judgement::Ask(ask)),
        None => Ok(Judgement::bad_if_any(bad)),
    }
}

/// What a mount shows of the host; none where that is nothing, as in a volume, whose directory is the engine's own
/// whatever it is called.
fn host_mount(facts: &Facts, mount: &Object) -> Result<Option<HostMount>, HostError> {
    let name = mount.optional("Name", Object::str)?.unwrap_or_default();
    // Engines before API 1.26 send no type; there a volume is what has a name.
    let kind = mount.optional("Type", Object::str)?.unwrap_or(if name.is_empty() { "bind" } else { "volume" });
    let (source, path, writable) = match kind {
        "bind" => {
            let source = mount.str("Source")?;
            (source.to_owned(), Some(normalised(source)), true)
        }
        "volume" => {
            let Some(bound) = volumes::bound(facts, mount)? else { return Ok(None) };
            let path = bound.path.as_deref().map(normalised);
            (format!("{} (volume {name})", bound.source), path, bound.writable)
        }
        _ => return Ok(None),
    };
    let destination = mount.str("Destination")?.to_owned();
    let writable = mount.bool("RW")? && writable;
    Ok(Some(HostMount { source, destination, path, writable, is_volume: kind == "volume" }))
}

impl HostMount {
    /// "Mounts = /etc -> /host/etc (read-write)"
    fn evidence(&self, subject: &str, wanted: &str) -> Evidence {
        let mode = if self.writable { "read-write" } else { "read-only" };
        let found = format!("{} -> {} ({mode})", self.source, self.destination);
        let evidence = Evidence::new(subject, "Mounts", found).expected(wanted);
        if self.is_volume { evidence.source("the engine's list of volumes") } else { evidence }
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
