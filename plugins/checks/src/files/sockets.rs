//! The sockets on which the engine and its containerd answer.

use keelmark_sdk::{Facts, HostError};

use super::place::{Found, Located, located};
use crate::daemon::effective::{DaemonConfig, Setting};
use crate::daemon::listeners;

pub fn of_docker(facts: &Facts) -> Result<Found, HostError> {
    let config = DaemonConfig::any(facts)?;
    let hosts = config.list("hosts")?;
    let default = match &config.rootless {
        Some(user) => format!("{}/docker.sock", user.runtime),
        None => "/var/run/docker.sock".to_owned(),
    };
    let mut places: Vec<(String, String)> = Vec::new();
    for Setting { value, source } in hosts {
        match value.split_once("://") {
            Some(("unix", "")) => places.push((default.clone(), format!("{value} in {source}"))),
            Some(("unix", path)) => places.push((path.to_owned(), format!("{value} in {source}"))),
            Some(("fd", _)) => {
                for Setting { value: address, source: unit } in listeners::of_socket_units(facts, &config)? {
                    // An abstract socket ("@name") is no file.
                    if let Some(path) = address.strip_prefix("unix://").filter(|path| path.starts_with('/')) {
                        // Docker's unit says /run, everything else /var/run, and under systemd they are one.
                        let path = if path == "/run/docker.sock" { "/var/run/docker.sock" } else { path };
                        places.push((path.to_owned(), format!("{unit}, for {value} in {source}")));
                    }
                }
            }
            _ => {}
        }
    }
    if config.list("hosts")?.is_empty() {
        places.push((default, String::new()));
    }
    let mut files: Vec<Located> = Vec::new();
    for (path, source) in &places {
        if files.iter().any(|file| file.path == *path || file.other_name.as_ref() == Some(path)) {
            continue;
        }
        match located(facts, path, source)? {
            Some(file) => files.push(file),
            // The engine answers on a socket that is not there: it was moved, or is seen from another place.
            None if config.process.is_some() => {
                return Err(HostError::failed(format!("dockerd should listen at {path}, but there is no such socket")));
            }
            None => {}
        }
    }
    let absent = match places.first() {
        Some((path, _)) => format!("no dockerd runs, and there is no {path}"),
        None => "the daemon listens on no unix socket".to_owned(),
    };
    Ok(found(&config, "hosts", files, absent))
}

/// Where dockerd was told to find containerd; else where the engine says that it found it; else the socket that a
/// containerd of the system has, and the one that dockerd makes below its exec root for a containerd of its own.
pub fn of_containerd(facts: &Facts) -> Result<Found, HostError> {
    let config = DaemonConfig::any(facts)?;
    let told = match config.text("containerd")? {
        Some(told) => Some(told),
        None => answered(facts, &config),
    };
    if let Some(Setting { value, source }) = told {
        let path = value.strip_prefix("unix://").unwrap_or(&value);
        let file = match located(facts, path, &source)? {
            None if config.process.is_some() => {
                return Err(HostError::failed(format!(
                    "dockerd talks to containerd at {path}, but there is no such socket"
                )));
            }
            file => file,
        };
        return Ok(found(&config, "containerd", file.into_iter().collect(), format!("there is no {path}")));
    }
    let exec_root = config.text("exec-root")?;
    let own = match (&exec_root, &config.rootless) {
        (Some(root), _) => root.value.trim_end_matches('/').to_owned(),
        (None, Some(user)) => format!("{}/docker", user.runtime),
        (None, None) => "/run/docker".to_owned(),
    };
    let mut usual =
        vec![(format!("{own}/containerd/containerd.sock"), exec_root.map_or(String::new(), |root| root.source))];
    if config.rootless.is_none() {
        usual.insert(0, ("/run/containerd/containerd.sock".to_owned(), String::new()));
    }
    let mut files = Vec::new();
    for (path, source) in &usual {
        files.extend(located(facts, path, source)?);
    }
    let paths: Vec<&str> = usual.iter().map(|(path, _)| path.as_str()).collect();
    Ok(found(&config, "containerd", files, format!("this host has no {}", paths.join(", "))))
}

/// `Containerd.Address` of docker info, which engines tell since Docker 27. What a rootless daemon says is a path in
/// its own mount namespace; below its user's runtime directory it is the host's.
fn answered(facts: &Facts, config: &DaemonConfig) -> Option<Setting<String>> {
    let info = facts.info().ok()?;
    let address = info.at("Containerd.Address")?.as_str().filter(|address| address.starts_with('/'))?;
    let is_seen = config.rootless.as_ref().is_none_or(|user| address.starts_with(&format!("{}/", user.runtime)));
    is_seen.then(|| Setting { value: address.to_owned(), source: "docker info".to_owned() })
}

fn found(config: &DaemonConfig, key: &str, files: Vec<Located>, absent: String) -> Found {
    Found {
        rootless_uid: config.rootless.as_ref().map(|user| user.uid),
        doubt: config.doubt(&[key]).cloned(),
        ..Found::new(files, absent)
    }
}
