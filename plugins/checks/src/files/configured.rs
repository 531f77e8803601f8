//! Files whose place the daemon's effective configuration decides.

use keelmark_sdk::{Facts, FileKind, HostError};

use super::place::{Found, Located, located};
use crate::daemon::effective::{DaemonConfig, Setting, require_local};
use crate::daemon::{image_store, listeners};

pub fn data_root(facts: &Facts) -> Result<Found, HostError> {
    let (root, _) = data_root_path(facts)?;
    let source = if root == "/var/lib/docker" { "" } else { "docker info" };
    let mut files: Vec<Located> = located(facts, &root, source)?.into_iter().collect();
    for Setting { value: dir, source } in image_store::containerd_dirs(facts)? {
        // That of a containerd which dockerd started itself lies below.
        if files.iter().any(|file| dir.strip_prefix(&file.path).is_some_and(|rest| rest.starts_with('/'))) {
            continue;
        }
        let gone = || format!("the engine should keep its images in {dir} ({source}), but there is no such directory");
        let file = located(facts, &dir, &source)?.ok_or_else(|| HostError::failed(gone()))?;
        files.push(Located { because: format!("the engine keeps its images here ({source})"), ..file });
    }
    Ok(Found::new(files, format!("this host has no {root}")))
}

/// The data root, and the directory in which the engine works: below the root where user namespaces are remapped.
pub fn data_root_path(facts: &Facts) -> Result<(String, String), HostError> {
    require_local(facts)?;
    let info = facts.info()?;
    let working = info.str("DockerRootDir")?;
    if !working.starts_with('/') {
        return Err(HostError::failed(format!("daemon: DockerRootDir should be a path, but is {working:?}")));
    }
    let is_ids = |name: &str| name.split('.').count() == 2 && name.split('.').all(is_number);
    let root = match working.rsplit_once('/') {
        Some((root, name)) if is_ids(name) => root,
        _ => working,
    };
    Ok((root.to_owned(), working.to_owned()))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub fn daemon_json(facts: &Facts) -> Result<Found, HostError> {
    let config = DaemonConfig::any(facts)?;
    let path = &config.file_path;
    let source = if path == "/etc/docker/daemon.json" { "" } else { "command line of dockerd" };
    let file = located(facts, path, source)?;
    Ok(Found {
        rootless_uid: rootless_uid(&config),
        ..Found::new(file.into_iter().collect(), format!("this host has no {path}"))
    })
}

pub fn docker_sockets(facts: &Facts) -> Result<Found, HostError> {
    let config = DaemonConfig::any(facts)?;
    let hosts = config.list("hosts")?;
    let default = match rootless_uid(&config) {
        Some(uid) => format!("/run/user/{uid}/docker.sock"),
        None => "/var/run/docker.sock".to_owned(),
    };
    let mut places: Vec<(String, String)> = Vec::new();
    for Setting { value, source } in hosts {
        match value.split_once("://") {
            Some(("unix", "")) => places.push((default.clone(), format!("{value} in {source}"))),
            Some(("unix", path)) => places.push((path.to_owned(), format!("{value} in {source}"))),
            Some(("fd", _)) => {
                for Setting { value: address, source: unit } in listeners::of_socket_units(facts)? {
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
    Ok(Found {
        rootless_uid: rootless_uid(&config),
        doubt: config.doubt(&["hosts"]).cloned(),
        ..Found::new(files, absent)
    })
}

pub fn containerd_socket(facts: &Facts) -> Result<Found, HostError> {
    let config = DaemonConfig::any(facts)?;
    if let Some(Setting { value, source }) = config.text("containerd")? {
        let path = value.strip_prefix("unix://").unwrap_or(&value);
        let file = match located(facts, path, &source)? {
            None if config.process.is_some() => {
                return Err(HostError::failed(format!(
                    "dockerd talks to containerd at {path}, but there is no such socket"
                )));
            }
            file => file,
        };
        return Ok(Found {
            rootless_uid: rootless_uid(&config),
            doubt: config.doubt(&["containerd"]).cloned(),
            ..Found::new(file.into_iter().collect(), format!("there is no {path}"))
        });
    }
    // Where no containerd runs of its own, dockerd starts one below /run/docker.
    let usual = ["/run/containerd/containerd.sock", "/run/docker/containerd/containerd.sock"];
    let mut files = Vec::new();
    for path in usual {
        files.extend(located(facts, path, "")?);
    }
    let doubt = config.doubt(&["containerd"]).cloned();
    Ok(Found { doubt, ..Found::new(files, format!("this host has no {}", usual.join(", "))) })
}

/// The file named by `tlscacert`, `tlscert` or `tlskey`.
pub fn tls_file(facts: &Facts, option: &str) -> Result<Found, HostError> {
    let config = DaemonConfig::any(facts)?;
    let (path, source) = match config.text(option)? {
        Some(Setting { value, source }) if !value.is_empty() => (value, source),
        _ => {
            let verify = config.bool("tlsverify", false)?;
            let tls = config.bool("tls", false)?;
            // A CA is used only to verify clients; certificate and key as soon as there is TLS.
            let enabled = if verify.value || option == "tlscacert" { verify } else { tls };
            if enabled.value {
                let source = enabled.source;
                return Err(HostError::failed(format!(
                    "TLS is on ({source}) without {option}: dockerd took the file from its user's ~/.docker or \
                     DOCKER_CERT_PATH, which cannot be told from here"
                )));
            }
            let doubt = config.doubt(&[option]).cloned();
            return Ok(Found {
                doubt,
                ..Found::new(Vec::new(), format!("the daemon's configuration names no {option}"))
            });
        }
    };
    // The configuration names it, so a file that is not there is a question without an answer.
    match located(facts, &path, &format!("{option} in {source}"))? {
        Some(file) => Ok(Found {
            rootless_uid: rootless_uid(&config),
            doubt: config.doubt(&[option]).cloned(),
            ..Found::new(vec![file], "")
        }),
        None => Err(HostError::failed(format!("{option} names {path} ({source}), but there is no such file"))),
    }
}

pub fn registry_certs(facts: &Facts, endings: &[&str]) -> Result<Found, HostError> {
    const CERTS: &str = "/etc/docker/certs.d";
    let mut files = Vec::new();
    for registry in facts.list_dir_if_exists(CERTS)?.unwrap_or_default() {
        let dir = format!("{CERTS}/{registry}");
        if !facts.stat_if_exists(&dir)?.is_some_and(|metadata| metadata.kind == FileKind::Directory) {
            continue;
        }
        for name in facts.list_dir_if_exists(&dir)?.unwrap_or_default() {
            if endings.iter().any(|ending| name.ends_with(ending)) {
                // A link that leads nowhere holds no certificate; some distributions ship one.
                files.extend(located(facts, &format!("{dir}/{name}"), "")?);
            }
        }
    }
    Ok(Found::new(files, format!("no registry has a {} file below {CERTS}", endings.join(", "))))
}

/// The user of a daemon that does not run as root.
fn rootless_uid(config: &DaemonConfig) -> Option<u32> {
    config.process.as_ref().map(|process| process.euid).filter(|euid| *euid != 0)
}
