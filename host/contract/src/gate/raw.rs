//! A capability as a manifest or a grant writes it.

use serde::Deserialize;

use crate::ops::{Key, Op};

/// One `[[capability]]` as it is written; [`super::Capability`] is what it means.
#[derive(Debug, Default, Deserialize)]
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
    /// An operation limited to these values, under the key that it has for them. Without one, it takes none.
    pub fn of(op: &Op, why: &str, values: Vec<String>) -> Self {
        let mut raw = Self { op: op.name.to_owned(), why: why.to_owned(), ..Self::default() };
        if let Some(key) = op.key {
            *raw.list(key) = Some(values);
        }
        raw
    }

    /// The list under a key.
    pub(super) fn list(&mut self, key: Key) -> &mut Option<Vec<String>> {
        match key {
            Key::Argv => &mut self.argv,
            Key::Paths => &mut self.paths,
            Key::Names => &mut self.names,
            Key::Fields => &mut self.fields,
            Key::Keys => &mut self.keys,
        }
    }

    /// How many arguments it lists.
    pub(crate) fn count(&self) -> usize {
        let lists = [&self.argv, &self.paths, &self.names, &self.fields, &self.keys];
        lists.into_iter().flatten().map(Vec::len).sum()
    }
}
