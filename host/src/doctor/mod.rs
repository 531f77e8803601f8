//! `keelmark doctor`: what an audit on this host needs, whether it is there, and what to do where it is not.
//!
//! One file per diagnosis. A diagnosis looks and does not touch: it makes no directory, mends nothing, runs nothing.

mod cache;
mod edition;
mod engine;
mod host_root;
mod plugins;
mod privileges;
mod settings;
mod store;
mod toolchains;

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Ok,
    /// Worth knowing; audits work without it.
    Note,
    /// Audits do not work, or not in full, until something is done.
    Problem,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Diagnosis {
    /// What was looked at: "engine", "settings".
    pub item: &'static str,
    pub state: State,
    /// What was found.
    pub found: String,
    /// What to do about it; absent where there is nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Diagnosis {
    fn ok(item: &'static str, found: impl Into<String>) -> Self {
        Self { item, state: State::Ok, found: found.into(), advice: None }
    }

    fn note(item: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { item, state: State::Note, found: found.into(), advice: Some(advice.into()) }
    }

    fn problem(item: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { item, state: State::Problem, found: found.into(), advice: Some(advice.into()) }
    }
}

/// What the command line says about the audits that are to work.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// `--docker-host`.
    pub docker_host: Option<String>,
    /// `--host-root`.
    pub host_root: Option<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
}

/// Looks at everything, in the order in which an audit would need it.
pub async fn examine(subject: &Subject) -> Vec<Diagnosis> {
    let (engine, found) = engine::examine(subject).await;
    let mut diagnoses = vec![engine, edition::examine(&found)];
    diagnoses.extend(privileges::examine());
    diagnoses.push(host_root::examine(subject));
    let (diagnosis, settings) = settings::examine(subject);
    diagnoses.push(diagnosis);
    let (found, store) = store::examine();
    diagnoses.extend(found);
    diagnoses.extend(store.iter().flat_map(|store| plugins::examine(store, &settings)));
    diagnoses.extend(cache::examine());
    diagnoses.extend(toolchains::examine());
    diagnoses
}
