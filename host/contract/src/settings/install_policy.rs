//! `[plugins]` of `keelmark.toml`: what installed plugins must be, and what none of them may do.

use serde::Deserialize;

use crate::gate::Ceiling;
use crate::plugin::Level;

/// The host's ceiling over all installed plugins. Without settings, every level runs, and nothing more is forbidden.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Raw")]
pub struct InstallPolicy {
    /// The level that a plugin must have at least.
    pub require: Level,
    /// What is granted to no plugin, and which programs may be.
    pub ceiling: Ceiling,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    require: Level,
    #[serde(default)]
    deny: Vec<String>,
    #[serde(default)]
    programs: Vec<String>,
}

impl TryFrom<Raw> for InstallPolicy {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, Self::Error> {
        Ok(Self { require: raw.require, ceiling: Ceiling::new(&raw.deny, &raw.programs)? })
    }
}
