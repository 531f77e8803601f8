//! Whether the host's own files are what keelmark sees.

use std::path::Path;

use super::{Diagnosis, Subject};

const ITEM: &str = "host-root";

/// What container engines leave in a container's root.
const CONTAINER_MARKS: &[&str] = &["/.dockerenv", "/run/.containerenv"];

pub fn examine(subject: &Subject) -> Diagnosis {
    match &subject.host_root {
        Some(root) => mounted(root),
        None => match CONTAINER_MARKS.iter().find(|mark| Path::new(mark).exists()) {
            Some(mark) => Diagnosis::note(
                ITEM,
                format!("keelmark runs in a container ({mark} exists) and audits that"),
                "to audit the host: mount its / into the container, read-only, and name it with --host-root",
            ),
            None => Diagnosis::ok(ITEM, "/"),
        },
    }
}

fn mounted(root: &Path) -> Diagnosis {
    let name = root.display();
    if let Err(error) = std::fs::read_dir(root) {
        return Diagnosis::problem(
            ITEM,
            format!("{name}: {error}"),
            "mount the host's / there, or correct --host-root",
        );
    }
    let missing: Vec<&str> = ["etc", "proc"].into_iter().filter(|folder| !root.join(folder).is_dir()).collect();
    match missing.as_slice() {
        [] => Diagnosis::ok(ITEM, format!("{name}; programs of the host are not run")),
        missing => Diagnosis::problem(
            ITEM,
            format!("{name} has no {}: it is not the root of a host", missing.join(" and no ")),
            "mount the host's / there, or correct --host-root",
        ),
    }
}

#[cfg(test)]
mod tests {
    use keelmark_report::diagnosis::State;

    use super::*;

    #[test]
    fn a_root_has_what_a_host_has() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(mounted(folder.path()).state, State::Problem);
        assert_eq!(mounted(&folder.path().join("none")).state, State::Problem);
        assert_eq!(mounted(Path::new("/")).state, State::Ok);
    }
}
