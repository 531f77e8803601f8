//! Which requests an audit makes: read from a recording of it, so that the floor fetches exactly the same facts.

use std::path::Path;

use anyhow::Context as _;
use keelmark_contract::ops;
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
    let key = ops::current_key(key);
    let mut words = key.strip_prefix("docker ")?.split(' ');
    let question = ops::of_function("docker", words.next()?)?.question.as_ref()?;
    Some(question.path_of(words.next()))
}
