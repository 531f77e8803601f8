//! Whether the host's own files are what keelmark sees.

use std::path::Path;

use keelmark_facts::live::evidence::{Container, HostRoot};

use super::{Diagnosis, Subject};

const ITEM: &str = "host-root";

pub fn examine(subject: &Subject) -> Diagnosis {
    let advice = "mount the host's / into the container (--volume /:/host:ro), or correct --host-root";
    if let Some(root) = &subject.host_root {
        return mounted(root);
    }
    match HostRoot::choose(None) {
        Err(problem) => Diagnosis::problem(ITEM, problem, advice),
        Ok(HostRoot { path: Some(root), .. }) => mounted(&root),
        Ok(HostRoot { path: None, .. }) if Container::of_this_process().is_one => Diagnosis::problem(
            ITEM,
            "keelmark runs in a container and does not see the host's files: nothing that needs them can be judged",
            advice,
        ),
        Ok(_) => Diagnosis::ok(ITEM, "/"),
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
