//! Where a dockerd without root has what root's has elsewhere: below its user's directories.

use keelmark_sdk::{Facts, HostError};

use super::place::{Found, Place, existing};
use super::{configured, units};
use crate::daemon::effective::{DaemonConfig, Rootless};

pub fn find(facts: &Facts, place: &Place) -> Result<Found, HostError> {
    let config = DaemonConfig::any(facts)?;
    let Some(user) = &config.rootless else {
        return Err(HostError::failed("the engine runs without root, but its dockerd cannot be told from root's"));
    };
    let found = match place {
        Place::Paths(paths) => {
            let mut own = Vec::new();
            for path in *paths {
                own.push(path_of(user, path)?);
            }
            existing(facts, own.into_iter())?
        }
        Place::Unit("docker.service" | "docker.socket") => unit(facts, place, user)?,
        Place::RegistryCerts { with_directories } => {
            configured::registry_certs(facts, &[format!("{}/docker/certs.d", user.config)], *with_directories)?
        }
        place => place.of_root(facts)?,
    };
    Ok(Found { rootless_uid: Some(user.uid), ..found })
}

/// The user's own file in the place of one that only root's daemon reads.
fn path_of(user: &Rootless, path: &str) -> Result<String, HostError> {
    match path {
        "/etc/docker" => Ok(format!("{}/docker", user.config)),
        "/run/containerd" => Ok(format!("{}/docker/containerd", user.runtime)),
        "/etc/containerd/config.toml" => Ok(format!("{}/docker/containerd/containerd.toml", user.runtime)),
        path => Err(HostError::inapplicable(format!("the daemon runs without root, and reads no {path}"))),
    }
}

/// The unit of the user's own systemd, which nobody else can ask.
fn unit(facts: &Facts, place: &Place, user: &Rootless) -> Result<Found, HostError> {
    let Place::Unit(unit) = place else { return place.of_root(facts) };
    let dirs = [
        format!("{}/systemd/user", user.config),
        "/etc/systemd/user".to_owned(),
        format!("{}/systemd/user", user.data),
        "/usr/local/lib/systemd/user".to_owned(),
        "/usr/lib/systemd/user".to_owned(),
    ];
    let file = units::first_of(facts, &dirs, unit)?;
    Ok(units::found(file, (*unit).to_owned(), dirs.to_vec()))
}
