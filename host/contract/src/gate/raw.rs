//! A capability as a manifest or a grant writes it.

use serde::Deserialize;

/// One `[[capability]]` as it is written; [`super::Capability`] is what it means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCapability {
    pub op: String,
    pub why: String,
    #[serde(default)]
    pub argv: Option<Vec<String>>,
    #[serde(default)]
    pub paths: Option<Vec<String>>,
    #[serde(default)]
    pub names: Option<Vec<String>>,
    #[serde(default)]
    pub fields: Option<Vec<String>>,
    #[serde(default)]
    pub keys: Option<Vec<String>>,
}

impl RawCapability {
    /// How many arguments it lists.
    pub(crate) fn count(&self) -> usize {
        let lists = [&self.argv, &self.paths, &self.names, &self.fields, &self.keys];
        lists.into_iter().flatten().map(Vec::len).sum()
    }
}
