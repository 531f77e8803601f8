//! What `keelmark doctor` says of one thing that it looked at.

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
    /// All is well.
    pub fn ok(item: &'static str, found: impl Into<String>) -> Self {
        Self { item, state: State::Ok, found: found.into(), advice: None }
    }

    /// Worth knowing.
    pub fn note(item: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { item, state: State::Note, found: found.into(), advice: Some(advice.into()) }
    }

    /// Something has to be done.
    pub fn problem(item: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { item, state: State::Problem, found: found.into(), advice: Some(advice.into()) }
    }
}
