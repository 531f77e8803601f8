//! Docker contexts: named engines that `docker context create` keeps below `~/.docker`.

use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::endpoint::{Endpoint, EndpointError, Environment, TlsDemand, TlsFiles};
use keelmark_disk::docker_config::DockerConfig;

/// Configuration files hold credentials and settings of one user; a megabyte is a hundred times the largest seen.
const MAX_CONFIG_BYTES: u64 = 1024 * 1024;
/// Names that an error about an unknown context lists.
const MAX_NAMES_LISTED: usize = 20;
/// The context that stands for "no context".
const DEFAULT_CONTEXT: &str = "default";

/// `~/.docker/config.json`, as far as it matters here.
#[derive(Default, Deserialize)]
struct Config {
    #[serde(default, rename = "currentContext")]
    current_context: String,
}

/// `contexts/meta/<digest>/meta.json`, as far as it matters here.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Meta {
    #[serde(default)]
    name: String,
    endpoints: Endpoints,
}

#[derive(Deserialize)]
struct Endpoints {
    docker: DockerEndpoint,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DockerEndpoint {
    #[serde(default)]
    host: String,
    #[serde(default, rename = "SkipTLSVerify")]
    skip_tls_verify: bool,
}

/// The engine of the context that is in use, or none where that is the default one.
pub(super) fn selected(environment: &Environment) -> Result<Option<Endpoint>, EndpointError> {
    let config_dir = environment.config_dir.as_ref();
    let (name, origin) = match (&environment.docker_context, config_dir) {
        (Some(name), _) => (name.clone(), "DOCKER_CONTEXT".to_owned()),
        (None, Some(dir)) => {
            let path = dir.path().join("config.json");
            let config: Config = read_json(dir, &path)?.unwrap_or_default();
            (config.current_context, format!("currentContext in {}", path.display()))
        }
        (None, None) => return Ok(None),
    };
    match (name.as_str(), config_dir) {
        ("" | DEFAULT_CONTEXT, _) => Ok(None),
        (name, Some(dir)) => load(name, &origin, dir).map(Some),
        (name, None) => Err(EndpointError(format!(
            "{origin}: context {name:?} cannot be found, because neither DOCKER_CONFIG nor HOME is set"
        ))),
    }
}

fn load(name: &str, origin: &str, dir: &DockerConfig) -> Result<Endpoint, EndpointError> {
    let contexts = dir.path().join("contexts");
    // Docker names the folder by the digest, so a context's name is never part of a path.
    let digest = format!("{:x}", Sha256::digest(name));
    let path = contexts.join("meta").join(&digest).join("meta.json");
    let Some(meta) = read_json::<Meta>(dir, &path)? else {
        let known = names(dir, &contexts.join("meta")).join(", ");
        let known = if known.is_empty() { "there are no contexts but \"default\"".into() } else { known };
        return Err(EndpointError(format!("{origin}: there is no context {name:?}; known contexts: {known}")));
    };
    let origin = format!("context {name:?} ({})", path.display());
    let docker = meta.endpoints.docker;
    if docker.host.is_empty() {
        return Err(EndpointError(format!(
            "{origin}: Endpoints.docker.Host is empty: name the engine's address there"
        )));
    }
    let material = contexts.join("tls").join(&digest).join("docker");
    Endpoint::parse(&docker.host, &origin, || {
        if docker.skip_tls_verify {
            return Err(EndpointError(format!(
                "{origin}: SkipTLSVerify asks for TLS that verifies nothing, which keelmark does not do: \
                 recreate the context with the engine's ca.pem"
            )));
        }
        let files = TlsFiles::below(&material);
        let has_material = dir.has_directory(&material);
        let has_material = has_material.map_err(|error| EndpointError(format!("{origin}: {error}")))?;
        Ok(TlsDemand {
            files: has_material.then(|| files.clone()),
            fallback: Some(files),
            source: "the context's TLS material",
        })
    })
}

/// The names of the contexts that exist, for an error message: what cannot be read is left out.
fn names(dir: &DockerConfig, folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(MAX_NAMES_LISTED);
    let metas = entries.filter_map(|entry| read_json::<Meta>(dir, &entry.path().join("meta.json")).ok().flatten());
    let mut names: Vec<String> = metas.map(|meta| format!("{:?}", meta.name)).collect();
    names.sort();
    names
}

/// A JSON file, or none where it does not exist.
fn read_json<T: serde::de::DeserializeOwned>(dir: &DockerConfig, path: &Path) -> Result<Option<T>, EndpointError> {
    let failed = |problem: String| EndpointError(format!("failed to read {}: {problem}", path.display()));
    let Some(file) = dir.open(path).map_err(|error| failed(error.to_string()))? else { return Ok(None) };
    let mut text = Vec::new();
    file.take(MAX_CONFIG_BYTES + 1).read_to_end(&mut text).map_err(|error| failed(error.to_string()))?;
    if text.len() as u64 > MAX_CONFIG_BYTES {
        return Err(failed(format!("it is larger than {MAX_CONFIG_BYTES} bytes")));
    }
    serde_json::from_slice(&text).map(Some).map_err(|error| failed(format!("not the JSON docker writes: {error}")))
}
