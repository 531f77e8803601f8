//! `keelmark.lock`: what is installed. Its rename is the one moment at which the store changes.

use keelmark_contract::plugin::Level;
use serde::{Deserialize, Serialize};

use super::StoreError;

/// The lock's name in the store.
pub const NAME: &str = "keelmark.lock";
/// What this keelmark reads and writes.
const SCHEMA: u32 = 1;
/// Thousands of plugins.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

const HEADER: &str =
    "# Written by keelmark: what is installed. `keelmark plugin list` shows it; editing it breaks it.\n";

/// The lock's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lock {
    schema: u32,
    /// The SHA-256 of the grants that belong to it; none while there are no grants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<String>,
    /// What is installed, by id.
    #[serde(default, rename = "plugin")]
    pub plugins: Vec<Entry>,
}

/// One installed plugin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    pub id: String,
    pub version: semver::Version,
    /// The highest version that was ever installed: below it begins a downgrade.
    pub highest_version: semver::Version,
    /// The component's digest, and its name in the store.
    pub sha256: String,
    pub size: u64,
    /// Where updates are fetched from.
    pub source: String,
    /// Exactly where this one came from.
    pub resolved: String,
    /// The key whose signature it carries; none where nobody signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The digest of its signature, and the signature's name in the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    pub level: Level,
    pub installed_at: String,
}

impl Default for Lock {
    fn default() -> Self {
        Self { schema: SCHEMA, grants: None, plugins: Vec::new() }
    }
}

impl Lock {
    /// Reads a lock, and sees that it makes sense; `path` is for the message.
    pub fn parse(bytes: &[u8], path: &str) -> Result<Self, StoreError> {
        let damaged = |problem: String| StoreError::Damaged { path: path.to_owned(), problem };
        let text = std::str::from_utf8(bytes).map_err(|error| damaged(error.to_string()))?;
        // A newer schema has other keys; that it is newer says more than the first unknown key.
        if let Some(found) = schema_of(text).filter(|found| *found != SCHEMA) {
            return Err(StoreError::Schema { path: path.to_owned(), found, known: SCHEMA });
        }
        let lock: Self = toml::from_str(text).map_err(|error| damaged(error.to_string()))?;
        lock.check().map_err(damaged)?;
        Ok(lock)
    }

    fn check(&self) -> Result<(), String> {
        let is_digest =
            |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if let Some(odd) = self.grants.iter().find(|digest| !is_digest(digest)) {
            return Err(format!("grants = {odd:?} is not a SHA-256"));
        }
        for (index, entry) in self.plugins.iter().enumerate() {
            let id = &entry.id;
            if !keelmark_contract::plugin::is_valid_id(id) {
                return Err(format!("{id:?} is not a plugin's id"));
            }
            if self.plugins.iter().take(index).any(|other| other.id == *id) {
                return Err(format!("{id} stands in it twice"));
            }
            if let Some(odd) = std::iter::once(&entry.sha256).chain(&entry.signature).find(|digest| !is_digest(digest))
            {
                return Err(format!("{id}: {odd:?} is not a SHA-256"));
            }
            if entry.publisher.is_some() != entry.signature.is_some() {
                return Err(format!("{id}: a publisher and a signature come together"));
            }
            if entry.level == Level::Signed && entry.signature.is_none() {
                return Err(format!("{id}: it is signed, but has no signature"));
            }
        }
        Ok(())
    }

    /// The text of the file.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        Ok(format!("{HEADER}{}", toml::to_string(self)?))
    }

    pub fn find(&self, id: &str) -> Option<&Entry> {
        self.plugins.iter().find(|entry| entry.id == id)
    }

    /// Puts an entry in the place of the one with its id, or adds it.
    pub fn put(&mut self, entry: Entry) {
        self.plugins.retain(|known| known.id != entry.id);
        self.plugins.push(entry);
        self.plugins.sort_by(|one, other| one.id.cmp(&other.id));
    }

    /// The ids of what is installed.
    pub fn ids(&self) -> Vec<String> {
        self.plugins.iter().map(|entry| entry.id.clone()).collect()
    }

    /// The entry of an id, or who is installed instead.
    pub fn require(&self, id: &str) -> Result<&Entry, StoreError> {
        self.find(id).ok_or_else(|| StoreError::NotInstalled { id: id.to_owned(), installed: self.ids() })
    }
}

/// The schema that a file of the store says it has.
pub(super) fn schema_of(text: &str) -> Option<u32> {
    let table: toml::Table = toml::from_str(text).ok()?;
    u32::try_from(table.get("schema")?.as_integer()?).ok()
}

impl Entry {
    /// The name of the component in `plugins/`.
    pub fn file(&self) -> String {
        format!("{}.wasm", self.sha256)
    }

    /// The name of the signature in `plugins/`.
    pub fn signature_file(&self) -> Option<String> {
        self.signature.as_ref().map(|digest| format!("{digest}.minisig"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str) -> Entry {
        Entry {
            id: id.into(),
            version: semver::Version::new(1, 0, 0),
            highest_version: semver::Version::new(1, 0, 0),
            sha256: "a".repeat(64),
            size: 3,
            source: "/tmp/\"x\"\n.wasm".into(),
            resolved: "/tmp/x.wasm".into(),
            publisher: None,
            signature: None,
            level: Level::Local,
            installed_at: "2026-01-01T00:00:00Z".into(),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut lock = Lock::default();
        lock.put(entry("b"));
        lock.put(entry("a"));
        lock.put(Entry { size: 4, ..entry("b") });
        assert_eq!(lock.ids(), ["a", "b"]);
        let text = lock.to_text().unwrap();
        assert_eq!(Lock::parse(text.as_bytes(), "lock").unwrap(), lock);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let mut lock = Lock::default();
        lock.put(entry("acme"));
        let text = lock.to_text().unwrap();
        let twice = text.split_once("[[plugin]]").unwrap().1;
        let cases = [
            (text.replace("schema = 1", "schema = 2"), "is of schema 2"),
            (text.replace("schema = 1", "schema = 2\nnovelty = 3"), "is of schema 2"),
            (text.replace("size", "sise"), "unknown field `sise`"),
            (text.replace("\"acme\"", "\"../acme\""), "is not a plugin's id"),
            (text.replace(&"a".repeat(64), "../../etc/passwd"), "is not a SHA-256"),
            (text.replace(&"a".repeat(64), &"A".repeat(64)), "is not a SHA-256"),
            (text.replace("level = \"local\"", "level = \"signed\""), "has no signature"),
            (text.replace("level = \"local\"", "level = \"local\"\npublisher = \"RW\""), "come together"),
            (format!("{text}\n[[plugin]]{twice}"), "acme stands in it twice"),
            ("\u{0}".into(), "keelmark.lock"),
        ];
        for (text, expected) in cases {
            let error = Lock::parse(text.as_bytes(), "/store/keelmark.lock").unwrap_err().to_string();
            assert!(error.contains("/store/keelmark.lock") && error.contains(expected), "{error}");
        }
    }
}
