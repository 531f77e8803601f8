//! What of the host's file tree a container sees.

use keelmark_sdk::{HostError, Object};

/// What [`host_mounts`] reads of a container.
pub const FIELDS: &[&str] = &["Mounts.Type", "Mounts.Name", "Mounts.Source", "Mounts.Destination", "Mounts.RW"];

/// A directory or file of the host, bound into a container. Where it appears inside does not matter.
pub struct HostMount {
    /// As the engine says it: "/var/run/docker.sock".
    source: String,
    destination: String,
    /// Comparable: "/run/docker.sock".
    pub path: String,
    pub writable: bool,
}

impl HostMount {
    /// "/etc -> /host/etc (read-write)"
    pub fn found(&self) -> String {
        let mode = if self.writable { "read-write" } else { "read-only" };
        format!("{} -> {} ({mode})", self.source, self.destination)
    }

    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// The container's bind mounts. The engine lists them from the container's creation on, started or not.
///
/// Volumes are not among them: their directory is the engine's own, whatever it is called.
pub fn host_mounts(container: &Object) -> Result<Vec<HostMount>, HostError> {
    let mut mounts = Vec::new();
    for mount in container.objects("Mounts")? {
        // Engines before API 1.26 send no type; there a volume is what has a name.
        let is_bind = match mount.optional("Type", Object::str)? {
            Some(kind) => kind == "bind",
            None => mount.optional("Name", Object::str)?.unwrap_or_default().is_empty(),
        };
        if is_bind {
            let source = mount.str("Source")?;
            mounts.push(HostMount {
                source: source.to_owned(),
                destination: mount.str("Destination")?.to_owned(),
                path: normalised(source),
                writable: mount.bool("RW")?,
            });
        }
    }
    Ok(mounts)
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
