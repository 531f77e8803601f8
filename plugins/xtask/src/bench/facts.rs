//! Which requests an audit makes: read from a recording of it, so that the floor fetches exactly the same facts.

use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

/// The engine's paths behind all facts of a recording, lists before single objects.
pub fn paths_of(recording: &Path) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(recording).with_context(|| format!("failed to read {}", recording.display()))?;
    let recording: Value = serde_json::from_str(&text)?;
    let answers = recording["answers"].as_object().context("a recording without answers")?;
    let mut paths: Vec<String> = answers.keys().filter_map(|key| path_of(key)).collect();
    paths.sort_by_key(|path| path.split('/').count());
    Ok(paths)
}

/// The path that keelmark asks Docker for to answer a request key (`host/docs/recordings.md`); none for other facts.
pub fn path_of(key: &str) -> Option<String> {
    let mut words = key.strip_prefix("docker ")?.split(' ');
    let path = match (words.next()?, words.next()) {
        ("version", None) => "/version".to_owned(),
        ("info", None) => "/info".to_owned(),
        ("containers", None) => "/containers/json?all=true".to_owned(),
        ("images", None) => "/images/json".to_owned(),
        ("networks", None) => "/networks".to_owned(),
        ("volumes", None) => "/volumes".to_owned(),
        ("swarm", None) => "/swarm".to_owned(),
        ("nodes", None) => "/nodes".to_owned(),
        ("services", None) => "/services".to_owned(),
        ("secrets", None) => "/secrets".to_owned(),
        ("container", Some(id)) => format!("/containers/{id}/json"),
        ("processes", Some(id)) => format!("/containers/{id}/top?ps_args=-eo+pid,comm"),
        ("exec", Some(id)) => format!("/exec/{id}/json"),
        ("image", Some(id)) => format!("/images/{id}/json"),
        ("history", Some(id)) => format!("/images/{id}/history"),
        _ => return None,
    };
    Some(path)
}
