//! `trust.toml`: the keys whose signatures the operator trusts.

use serde::{Deserialize, Serialize};

use super::signature::parse_key;
use super::{SignatureError, StoreError, lock};

/// The file's name in the store.
pub const NAME: &str = "trust.toml";
const SCHEMA: u32 = 1;
/// Thousands of keys.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedKeys {
    schema: u32,
    #[serde(default, rename = "key")]
    list: Vec<TrustedKey>,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TrustedKey {
    /// Whose it is, in the operator's words.
    pub name: String,
    /// In base64, as `minisign` writes it.
    pub key: String,
    pub added_at: String,
}

impl Default for TrustedKeys {
    fn default() -> Self {
        Self { schema: SCHEMA, list: Vec::new() }
    }
}

impl TrustedKeys {
    /// Reads the file; `path` is for the message.
    pub fn parse(bytes: &[u8], path: &str) -> Result<Self, StoreError> {
        let damaged = |problem: String| StoreError::Damaged { path: path.to_owned(), problem };
        let text = std::str::from_utf8(bytes).map_err(|error| damaged(error.to_string()))?;
        if let Some(found) = lock::schema_of(text).filter(|found| *found != SCHEMA) {
            return Err(StoreError::Schema { path: path.to_owned(), found, known: SCHEMA });
        }
        let keys: Self = toml::from_str(text).map_err(|error| damaged(error.to_string()))?;
        for entry in &keys.list {
            parse_key(&entry.key).map_err(|error| damaged(error.to_string()))?;
        }
        Ok(keys)
    }

    /// The text of the file.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    pub fn list(&self) -> &[TrustedKey] {
        &self.list
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|entry| entry.key.as_str())
    }

    pub fn contains(&self, key: &str) -> bool {
        self.keys().any(|known| known == key)
    }

    /// What the operator calls a key.
    pub fn name_of(&self, key: &str) -> Option<&str> {
        self.list.iter().find(|entry| entry.key == key).map(|entry| entry.name.as_str())
    }

    /// Adds a key. A key that is known gets the new name.
    pub fn add(&mut self, name: String, key: &str, added_at: String) -> Result<(), SignatureError> {
        parse_key(key)?;
        self.list.retain(|entry| entry.key != key);
        self.list.push(TrustedKey { name, key: key.to_owned(), added_at });
        Ok(())
    }

    /// Removes what has this name or is this key; what was removed.
    pub fn remove(&mut self, key_or_name: &str) -> Vec<TrustedKey> {
        let (removed, kept) =
            self.list.drain(..).partition(|entry| entry.key == key_or_name || entry.name == key_or_name);
        self.list = kept;
        removed
    }
}
