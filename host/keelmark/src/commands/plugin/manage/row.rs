//! What the commands print as JSON.

use keelmark_contract::gate::Capability;
use keelmark_contract::plugin::{Imports, Level, Manifest};
use keelmark_store::{Entry, Installed};
use serde::Serialize;

/// One capability, as a manifest writes it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CapabilityRow {
    op: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    args: Vec<String>,
    why: String,
    risk: &'static str,
    /// Why the host allows it to no plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    forbidden: Option<String>,
}

/// One plugin, installed or not.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PluginRow {
    pub id: String,
    pub version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub benchmark: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The key that signed it, proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The key that its manifest names, proven or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_publisher: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    pub sha256: String,
    pub size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installed_at: Option<String>,
    pub installed: bool,
    /// "ready", "needs grants", or "unusable".
    pub state: &'static str,
    /// Why it does not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    pub granted: Vec<CapabilityRow>,
    pub missing: Vec<CapabilityRow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forbidden: Vec<CapabilityRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imports: Option<Vec<ImportRow>>,
}

/// One imported function, and whether the manifest asks for it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ImportRow {
    interface: String,
    function: String,
    /// Absent outside the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    op: Option<&'static str>,
    covered: bool,
}

pub fn capabilities(list: &[Capability]) -> Vec<CapabilityRow> {
    list.iter().map(|capability| capability_row(capability, None)).collect()
}

pub fn capability_row(capability: &Capability, forbidden: Option<String>) -> CapabilityRow {
    CapabilityRow {
        op: capability.op(),
        args: capability.args().to_vec(),
        why: capability.why.clone(),
        risk: capability.operation().risk,
        forbidden,
    }
}

pub fn imports(imports: &Imports, manifest: &Manifest) -> Vec<ImportRow> {
    let uncovered = imports.uncovered(&manifest.capabilities);
    let row = |import: &keelmark_contract::plugin::Import| ImportRow {
        interface: import.interface.clone(),
        function: import.function.clone(),
        op: import.op.map(|op| op.name),
        covered: !uncovered.contains(&import),
    };
    imports.functions.iter().map(row).collect()
}

impl PluginRow {
    /// A plugin that runs.
    pub fn installed(installed: &Installed) -> Self {
        let Installed { manifest, access, .. } = installed;
        Self {
            benchmark: Some(manifest.benchmark.clone()),
            section: Some(manifest.section.clone()),
            claimed_publisher: manifest.publisher.clone(),
            level: Some(installed.level),
            state: if access.missing.is_empty() && access.forbidden.is_empty() { "ready" } else { "needs grants" },
            granted: capabilities(&access.granted),
            missing: capabilities(&access.missing),
            forbidden: access.forbidden.iter().map(|(c, reason)| capability_row(c, Some(reason.clone()))).collect(),
            problem: None,
            ..Self::entry(&installed.entry, "")
        }
    }

    /// A plugin of which only the lock is believed, and why.
    pub fn entry(entry: &Entry, problem: &str) -> Self {
        Self {
            id: entry.id.clone(),
            version: entry.version.to_string(),
            benchmark: None,
            section: None,
            publisher: entry.publisher.clone(),
            claimed_publisher: None,
            level: Some(entry.level),
            sha256: entry.sha256.clone(),
            size: entry.size,
            source: Some(entry.source.clone()),
            resolved: Some(entry.resolved.clone()),
            installed_at: Some(entry.installed_at.clone()),
            installed: true,
            state: "unusable",
            problem: Some(problem.to_owned()),
            granted: Vec::new(),
            missing: Vec::new(),
            forbidden: Vec::new(),
            imports: None,
        }
    }
}
