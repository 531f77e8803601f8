//! The sockets of engines that exist on this machine: what to name where the one that was asked does not.

use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

/// Where engines listen for all users: Docker, Podman, and both of a host that is mounted in keelmark's container.
const FIXED: [&str; 4] =
    ["/run/docker.sock", "/run/podman/podman.sock", "/host/run/docker.sock", "/host/run/podman/podman.sock"];
/// The same below a user's runtime directory: rootless Docker and Podman.
const OF_USERS: [&str; 2] = ["docker.sock", "podman/podman.sock"];
/// Below a home: Docker Desktop, Colima, Rancher Desktop.
const AT_HOME: [&str; 4] =
    [".docker/run/docker.sock", ".docker/desktop/docker.sock", ".colima/default/docker.sock", ".rd/docker.sock"];
/// Users that are looked through, and sockets that are named.
const MAX_USERS: usize = 100;
const MAX_NAMED: usize = 5;

/// "; sockets that do exist: …", or nothing where none does.
pub(super) fn beside(asked: &Path) -> String {
    let mut candidates: Vec<PathBuf> = FIXED.iter().map(PathBuf::from).collect();
    let users = std::fs::read_dir("/run/user").into_iter().flatten().flatten().take(MAX_USERS);
    let mut users: Vec<PathBuf> = users.map(|user| user.path()).collect();
    users.sort();
    candidates.extend(users.iter().flat_map(|user| OF_USERS.iter().map(|name| user.join(name))));
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    candidates.extend(home.iter().flat_map(|home| AT_HOME.iter().map(|name| home.join(name))));
    tell(asked, &candidates)
}

fn tell(asked: &Path, candidates: &[PathBuf]) -> String {
    let is_socket = |path: &Path| std::fs::metadata(path).is_ok_and(|found| found.file_type().is_socket());
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let others = candidates.iter().filter(|path| is_socket(path) && real(path) != real(asked));
    let names: Vec<String> = others.take(MAX_NAMED).map(|path| format!("unix://{}", path.display())).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!("; sockets that do exist: {} (name one with --docker-host)", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn only_sockets_and_only_others_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let _one = UnixListener::bind(path("one.sock")).unwrap();
        let _two = UnixListener::bind(path("two.sock")).unwrap();
        std::fs::write(path("file.sock"), "").unwrap();
        let candidates = ["one.sock", "file.sock", "none.sock", "two.sock"].map(path);
        let told = tell(&path("one.sock"), &candidates);
        assert!(told.contains("two.sock") && told.contains("--docker-host"), "{told}");
        assert!(!told.contains("one.sock") && !told.contains("file.sock") && !told.contains("none.sock"), "{told}");
        assert_eq!(tell(&path("none.sock"), &candidates[1..3]), "");
    }
}
