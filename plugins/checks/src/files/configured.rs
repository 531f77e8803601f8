//! Files whose place the daemon's effective configuration decides.

use keelmark_sdk::{Facts, FileKind, HostError};

use super::place::{Found, Located, located};
use crate::daemon::effective::{DaemonConfig, Setting, require_local};
use crate::daemon::image_store;

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
    let is_usual = path == "/etc/docker/daemon.json" || config.rootless.is_some();
    let source = if is_usual { "" } else { "command line of dockerd" };
    let file = located(facts, path, source)?;
    if file.as_ref().is_some_and(|file| file.metadata.kind == FileKind::Directory) {
        return Err(HostError::failed(format!("{path} is a directory, not a regular file")));
    }
    Ok(Found {
        rootless_uid: config.rootless.as_ref().map(|user| user.uid),
        ..Found::new(file.into_iter().collect(), format!("this host has no {path}"))
    })
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
            rootless_uid: config.rootless.as_ref().map(|user| user.uid),
            doubt: config.doubt(&[option]).cloned(),
            ..Found::new(vec![file], "")
        }),
        None => Err(HostError::failed(format!("{option} names {path} ({source}), but there is no such file"))),
    }
}

/// What only registries' keys may have: with the bits of a certificate, everybody would read them.
const KEY: u32 = 0o600;
const DIRECTORY: u32 = 0o755;
const OTHERS_WRITE: u32 = 0o022;

/// Everything below directories like /etc/docker/certs.d: those of registries as well, whose owner puts in what they
/// like.
pub fn registry_certs(facts: &Facts, dirs: &[String], with_directories: bool) -> Result<Found, HostError> {
    let mut files = Vec::new();
    for certs in dirs {
        for registry in facts.list_dir_if_exists(certs)?.unwrap_or_default() {
            let dir = format!("{certs}/{registry}");
            let is_directory = |file: &Located| file.metadata.kind == FileKind::Directory;
            let Some(directory) = located(facts, &dir, "")?.filter(is_directory) else { continue };
            // Where others may write, they put a certificate in, whichever is there now.
            if with_directories || directory.metadata.mode & OTHERS_WRITE != 0 {
                files.push(Located { max: Some(DIRECTORY), ..directory });
            }
            for name in facts.list_dir_if_exists(&dir)?.unwrap_or_default() {
                let max = match name.rsplit_once('.') {
                    Some((_, "crt" | "cert")) => None,
                    Some((_, "key")) => Some(KEY),
                    _ => continue,
                };
                // A link that leads nowhere holds no certificate; some distributions ship one.
                let file = located(facts, &format!("{dir}/{name}"), "")?;
                files.extend(file.map(|file| Located { max, ..file }));
            }
        }
    }
    Ok(Found::new(files, format!("no registry has certificates below {}", dirs.join(", "))))
}
