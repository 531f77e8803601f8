//! `plugin.toml`: who a plugin is and what it asks for.
//!
//! The manifest is embedded in the component as a custom section, so one file is one plugin and one digest covers
//! code and manifest. It is strict: an unknown key is an error, since a misspelt limit would otherwise be no limit.

use minisign_verify::PublicKey;
use serde::Deserialize;

use super::custom::custom_sections;
use crate::gate::{Capability, CapabilityError, RawCapability};

/// The component's custom section that holds the manifest's text.
pub const SECTION_NAME: &str = "keelmark:manifest";

/// No manifest of a plugin that somebody would review is larger.
pub const MAX_BYTES: usize = 64 * 1024;

/// Capabilities of one manifest: the longest of the built-in ones has two dozen.
const MAX_CAPABILITIES: usize = 128;
/// Paths, fields, names, keys and words of all of them: nobody would read more, and each is compared with each grant.
const MAX_ARGS: usize = 512;

/// The contract's minor version that this host speaks.
pub const API: &str = "0.1";

/// A plugin's manifest, checked.
#[derive(Clone, Debug)]
pub struct Manifest {
    pub id: String,
    pub version: semver::Version,
    pub benchmark: String,
    pub section: String,
    /// The minisign key that its author says signs it. Nothing is proven until a signature is checked.
    pub publisher: Option<String>,
    pub capabilities: Vec<Capability>,
}

/// Why a manifest is refused.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("the component carries no manifest (custom section \"{SECTION_NAME}\")")]
    Missing,
    #[error("the component carries {0} manifests; there must be one")]
    Several(usize),
    #[error("the manifest is larger than {MAX_BYTES} bytes")]
    TooLarge,
    #[error("the manifest is not UTF-8")]
    NotText,
    #[error("manifest: {0}")]
    Syntax(#[from] toml::de::Error),
    #[error("manifest: schema is {0}, but this keelmark reads schema 1")]
    Schema(u32),
    #[error("manifest: api is {found:?}, but this keelmark speaks {API:?}: it needs {}", host_for(.found))]
    Api { found: String },
    #[error("manifest: id {0:?} is not of the form [a-z0-9][a-z0-9.-]{{0,63}}")]
    Id(String),
    #[error("manifest: benchmark {0:?} is not of the form [a-z0-9][a-z0-9.-]{{0,63}}, as in \"acme-docker-1\"")]
    Benchmark(String),
    #[error("manifest: section {0:?} is not of the form [A-Za-z0-9][A-Za-z0-9.-]{{0,15}}, as in \"7\"")]
    Section(String),
    #[error("manifest: version {version:?}: {source}")]
    Version { version: String, source: semver::Error },
    #[error("manifest: {found} {what}; the limit is {limit}")]
    TooMany { what: &'static str, found: usize, limit: usize },
    #[error("manifest: publisher {0:?} is not a minisign public key")]
    Publisher(String),
    #[error("manifest: capability {number}: {source}")]
    Capability { number: usize, source: CapabilityError },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    schema: u32,
    id: String,
    version: String,
    api: String,
    benchmark: String,
    section: String,
    #[serde(default)]
    publisher: Option<String>,
    #[serde(default)]
    capability: Vec<RawCapability>,
}

impl Manifest {
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        if text.len() > MAX_BYTES {
            return Err(ManifestError::TooLarge);
        }
        let raw: Raw = toml::from_str(text)?;
        if raw.schema != 1 {
            return Err(ManifestError::Schema(raw.schema));
        }
        if raw.api != API {
            return Err(ManifestError::Api { found: raw.api });
        }
        if !is_valid_id(&raw.id) {
            return Err(ManifestError::Id(raw.id));
        }
        // Both are read as the names of what was audited, so neither may hold words.
        if !is_valid_id(&raw.benchmark) {
            return Err(ManifestError::Benchmark(raw.benchmark));
        }
        if !is_valid_section(&raw.section) {
            return Err(ManifestError::Section(raw.section));
        }
        let version = semver::Version::parse(&raw.version)
            .map_err(|source| ManifestError::Version { version: raw.version.clone(), source })?;
        if let Some(odd) = raw.publisher.as_ref().filter(|key| PublicKey::from_base64(key).is_err()) {
            return Err(ManifestError::Publisher(odd.clone()));
        }
        let args = raw.capability.iter().map(RawCapability::count).sum();
        for (what, found, limit) in [
            ("capabilities", raw.capability.len(), MAX_CAPABILITIES),
            ("paths, fields, names, keys and words", args, MAX_ARGS),
        ] {
            if found > limit {
                return Err(ManifestError::TooMany { what, found, limit });
            }
        }
        let capability = |(number, raw)| {
            Capability::parse(raw).map_err(|source| ManifestError::Capability { number: number + 1, source })
        };
        let capabilities = raw.capability.into_iter().enumerate().map(capability).collect::<Result<_, _>>()?;
        Ok(Self {
            id: raw.id,
            version,
            benchmark: raw.benchmark,
            section: raw.section,
            publisher: raw.publisher,
            capabilities,
        })
    }

    /// The manifest of a component, found without running or compiling any of it.
    pub fn of_component(component: &[u8]) -> Result<Self, ManifestError> {
        match custom_sections(component, SECTION_NAME).as_slice() {
            [] => Err(ManifestError::Missing),
            [data] if data.len() > MAX_BYTES => Err(ManifestError::TooLarge),
            [data] => Self::parse(std::str::from_utf8(data).map_err(|_| ManifestError::NotText)?),
            several => Err(ManifestError::Several(several.len())),
        }
    }
}

/// Which keelmark would run a plugin for another version of the contract.
fn host_for(api: &str) -> String {
    let number = |text: &str| {
        let mut parts = text.split('.').map(str::parse::<u32>);
        Some((parts.next()?.ok()?, parts.next()?.ok()?))
    };
    match (number(api), number(API)) {
        (Some(asked), Some(ours)) if asked > ours => format!("a newer keelmark, one that speaks {api:?}"),
        (Some(_), Some(_)) => format!("an older keelmark, one that speaks {api:?}, or a newer version of the plugin"),
        _ => format!("to name a version of the contract, such as {API:?}"),
    }
}

/// Whether a text can be a plugin's id: nothing that means something to a file system or a terminal.
pub fn is_valid_id(id: &str) -> bool {
    let first = id.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let rest = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.');
    first && rest && id.len() <= 64
}

/// Whether a text can be a section's number.
fn is_valid_section(section: &str) -> bool {
    section.starts_with(|c: char| c.is_ascii_alphanumeric())
        && section.len() <= 16
        && section.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        schema = 1
        id = "acme-swarm"
        version = "1.4.0"
        api = "0.1"
        benchmark = "acme-docker-1"
        section = "7"
        [[capability]]
        op = "exec"
        argv = ["auditctl", "-l"]
        why = "1.1 reads the loaded rules"
    "#;

    #[test]
    fn a_good_manifest_is_read() {
        let manifest = Manifest::parse(GOOD).unwrap();
        assert_eq!((manifest.id.as_str(), manifest.capabilities.len()), ("acme-swarm", 1));
    }

    #[test]
    fn a_manifest_that_nobody_could_read_is_refused() {
        let paths = |count: usize| (0..count).map(|n| format!("\"/{n}\"")).collect::<Vec<_>>().join(", ");
        let many = |count: usize| {
            format!("{GOOD}\n[[capability]]\nop = \"fs.stat\"\nwhy = \"x\"\npaths = [{}]\n", paths(count))
        };
        Manifest::parse(&many(500)).unwrap();
        let error = Manifest::parse(&many(600)).unwrap_err().to_string();
        assert!(error.contains("602 paths, fields, names, keys and words; the limit is 512"), "{error}");
        let entries = format!("{GOOD}{}", "\n[[capability]]\nop = \"host.now\"\nwhy = \"x\"\n".repeat(200));
        let error = Manifest::parse(&entries).unwrap_err().to_string();
        assert!(error.contains("201 capabilities; the limit is 128"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let cases = [
            ("schema = 1", "schema = 2", "schema is 2"),
            ("api = \"0.1\"", "api = \"9.0\"", "api is \"9.0\""),
            ("id = \"acme-swarm\"", "id = \"../acme\"", "\"../acme\""),
            ("acme-docker-1", "CIS Docker Benchmark v1.8.0 (cis-docker-1.8.0)", "benchmark \"CIS Docker"),
            ("section = \"7\"", "section = \"5: Container Runtime\"", "section \"5: Container"),
            ("section = \"7\"", "section = \"\"", "section \"\""),
            ("version = \"1.4.0\"", "version = \"1.4\"", "\"1.4\""),
            ("why =", "wy =", "unknown field `wy`"),
            ("argv =", "paths =", "capability 1: exec needs argv"),
            ("section = \"7\"", "section = \"7\"\npublisher = \"RWQ\"", "publisher \"RWQ\""),
            ("api = \"0.1\"", "api = \"0.2\"", "needs a newer keelmark, one that speaks \"0.2\""),
            ("api = \"0.1\"", "api = \"0.0\"", "needs an older keelmark"),
            ("op = \"exec\"", "op = \"shell\"", "unknown op \"shell\""),
        ];
        for (from, to, expected) in cases {
            let error = Manifest::parse(&GOOD.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
