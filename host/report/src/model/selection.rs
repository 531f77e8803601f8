//! What was asked for: which part of the benchmarks, and by which settings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether the report is about everything that its benchmarks have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    #[default]
    Full,
    /// The operator left something out: what the report does not name may still be there.
    Partial,
}

/// What the operator chose to audit. An empty list is all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Selection {
    pub scope: Coverage,
    /// Section numbers: "5".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<String>,
    /// Recommendation ids or slugs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
    /// Ids or slugs that were left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skip: Vec<String>,
    /// The highest level that was audited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// Whether only running containers were looked at.
    #[serde(default)]
    pub running_only: bool,
}

/// The settings that took part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SettingsUsed {
    /// The file that was read; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its SHA-256, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The settings that checks asked for and that the file sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used: Vec<String>,
}
