//! What of the places Podman has: its own socket, and certificates of registries. The rest is Docker's.

use keelmark_sdk::{Facts, HostError};

use super::configured;
use super::place::{Found, Place, located};
use crate::daemon::effective::home_of;

const NO_SUCH_FILE: &str = "Podman has no such file";

pub fn find(facts: &Facts, place: &Place, is_rootless: bool) -> Result<Found, HostError> {
    match place {
        Place::DockerSockets => socket(facts, is_rootless),
        Place::RegistryCerts { with_directories } => {
            let mut dirs = vec!["/etc/containers/certs.d".to_owned(), "/etc/docker/certs.d".to_owned()];
            if is_rootless {
                dirs.insert(0, format!("{}/.config/containers/certs.d", home_of(facts, user(facts)?)?));
            }
            let rootless_uid = if is_rootless { Some(user(facts)?) } else { None };
            Ok(Found { rootless_uid, ..configured::registry_certs(facts, &dirs, *with_directories)? })
        }
        _ => Err(HostError::inapplicable(NO_SUCH_FILE)),
    }
}

/// Where podman.socket listens, for the system or for the user.
fn socket(facts: &Facts, is_rootless: bool) -> Result<Found, HostError> {
    let rootless_uid = if is_rootless { Some(user(facts)?) } else { None };
    let path = match rootless_uid {
        Some(uid) => format!("/run/user/{uid}/podman/podman.sock"),
        None => "/run/podman/podman.sock".to_owned(),
    };
    match located(facts, &path, "")? {
        Some(file) => Ok(Found { rootless_uid, ..Found::new(vec![file], "") }),
        None => Err(HostError::failed(format!("Podman answers, but not at {path}: the socket it uses is not known"))),
    }
}

/// Whose Podman it is: the owner of its storage.
fn user(facts: &Facts) -> Result<u32, HostError> {
    Ok(facts.stat(facts.info()?.str("DockerRootDir")?)?.uid)
}
