//! `grants.toml`: what the operator granted, by publisher and id.
//!
//! A grant belongs to whoever signed the plugin, proven by the signature: another plugin of the same name inherits
//! nothing. It holds exact entries, so a new version with a longer manifest gets what the old one was granted.

use keelmark_contract::gate::{Capability, CapabilityError, RawCapability, all_cover};
use serde::{Deserialize, Serialize};

use super::{StoreError, lock};

/// The file's name in the store.
pub const NAME: &str = "grants.toml";
/// The grants of a lock that is about to be written.
pub const NEXT: &str = "grants.next.toml";
const SCHEMA: u32 = 1;
/// Thousands of plugins with dozens of grants each.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// What stands for the author's reason where an operator's entry gives none.
const NO_REASON: &str = "granted by the operator";

const HEADER: &str =
    "# Written by keelmark: what installed plugins may do. Use `keelmark plugin grant` and `revoke`.\n";

/// All grants.
#[derive(Clone, Debug, Default)]
pub struct Grants(Vec<Grant>);

/// What one plugin was granted.
#[derive(Clone, Debug)]
pub struct Grant {
    pub id: String,
    /// The key that signed the plugin to which this was granted.
    pub publisher: Option<String>,
    pub capabilities: Vec<Capability>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    #[serde(default)]
    grant: Vec<FileGrant>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileGrant {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    publisher: Option<String>,
    #[serde(default)]
    capability: Vec<Written>,
}

/// One `[[capability]]` of a grant: as in a manifest, but the reason may be left out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    op: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    argv: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paths: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keys: Option<Vec<String>>,
}

/// The file of `--grant FILE`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GrantFile {
    #[serde(default)]
    capability: Vec<Written>,
}

impl Written {
    /// Writes a capability down, without its reason: that is the manifest's to give.
    pub fn of(capability: &Capability) -> Self {
        let args = |key: &str| (capability.key() == Some(key)).then(|| capability.args().to_vec());
        Self {
            op: capability.op().to_owned(),
            why: None,
            argv: args("argv"),
            paths: args("paths"),
            names: args("names"),
            fields: args("fields"),
            keys: args("keys"),
        }
    }

    fn read(self) -> Result<Capability, CapabilityError> {
        let Self { op, why, argv, paths, names, fields, keys } = self;
        let why = why.unwrap_or_else(|| NO_REASON.to_owned());
        Capability::parse(RawCapability { op, why, argv, paths, names, fields, keys })
    }
}

/// A grant file is a part of a manifest, which has at most 64 KiB; comments and several manifests' parts fit into this.
const GRANT_FILE_BYTES: usize = 256 * 1024;

/// The capabilities of a `--grant FILE` or `grant --file FILE`, whichever command it was named to.
pub fn read_grant_file(path: &std::path::Path) -> Result<Vec<Capability>, String> {
    let named = |problem: &dyn std::fmt::Display| format!("grant file {}: {problem}", path.display());
    let bytes = keelmark_disk::input::read(path, GRANT_FILE_BYTES).map_err(|error| named(&error))?;
    let text = String::from_utf8(bytes).map_err(|error| named(&error))?;
    parse_grant_file(&text).map_err(|problem| named(&problem))
}

/// The capabilities that the text of `--grant FILE` lists.
pub fn parse_grant_file(text: &str) -> Result<Vec<Capability>, String> {
    let file: GrantFile = toml::from_str(text).map_err(|error| error.to_string())?;
    let read = |(number, written): (usize, Written)| {
        written.read().map_err(|error| format!("capability {}: {error}", number + 1))
    };
    file.capability.into_iter().enumerate().map(read).collect()
}

impl Grants {
    /// Reads the file; `path` is for the message.
    pub fn parse(bytes: &[u8], path: &str) -> Result<Self, StoreError> {
        let damaged = |problem: String| StoreError::Damaged { path: path.to_owned(), problem };
        let text = std::str::from_utf8(bytes).map_err(|error| damaged(error.to_string()))?;
        if let Some(found) = lock::schema_of(text).filter(|found| *found != SCHEMA) {
            return Err(StoreError::Schema { path: path.to_owned(), found, known: SCHEMA });
        }
        let file: File = toml::from_str(text).map_err(|error| damaged(error.to_string()))?;
        let mut grants = Vec::new();
        for FileGrant { id, publisher, capability } in file.grant {
            let read = capability.into_iter().map(Written::read).collect::<Result<_, _>>();
            let capabilities = read.map_err(|error| damaged(format!("grant of {id:?}: {error}")))?;
            grants.push(Grant { id, publisher, capabilities });
        }
        Ok(Self(grants))
    }

    /// The text of the file.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        let grant = |grant: &Grant| FileGrant {
            id: grant.id.clone(),
            publisher: grant.publisher.clone(),
            capability: grant.capabilities.iter().map(Written::of).collect(),
        };
        let file = File { schema: SCHEMA, grant: self.0.iter().map(grant).collect() };
        Ok(format!("{HEADER}{}", toml::to_string(&file)?))
    }

    /// What a plugin of that publisher and id was granted.
    pub fn of(&self, publisher: Option<&str>, id: &str) -> &[Capability] {
        let found = self.0.iter().find(|grant| grant.is(publisher, id));
        found.map_or(&[], |grant| grant.capabilities.as_slice())
    }

    /// Grants exactly this, whatever was granted before.
    pub fn set(&mut self, publisher: Option<&str>, id: &str, capabilities: Vec<Capability>) {
        self.0.retain(|grant| !grant.is(publisher, id));
        if !capabilities.is_empty() {
            let grant = Grant { id: id.to_owned(), publisher: publisher.map(str::to_owned), capabilities };
            self.0.push(grant);
            self.0.sort_by(|one, other| (&one.id, &one.publisher).cmp(&(&other.id, &other.publisher)));
        }
    }

    /// Grants more. What is granted already is not written twice.
    pub fn add(&mut self, publisher: Option<&str>, id: &str, more: &[Capability]) {
        let mut granted = self.of(publisher, id).to_vec();
        for capability in more {
            if !all_cover(&granted, capability) {
                granted.retain(|narrower| !capability.covers(narrower));
                granted.push(capability.clone());
            }
        }
        self.set(publisher, id, granted);
    }

    /// Forgets everybody of whom `keep` does not know.
    pub fn retain(&mut self, keep: impl Fn(&Grant) -> bool) {
        self.0.retain(keep);
    }
}

impl Grant {
    fn is(&self, publisher: Option<&str>, id: &str) -> bool {
        self.id == id && self.publisher.as_deref() == publisher
    }
}
