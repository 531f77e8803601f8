//! What an audit found, independent of how it is printed.
//!
//! Every string that a plugin or an engine supplied is data here; printers escape it for their format.

mod counts;
mod disposition;
mod fingerprint;
mod identity;
mod rule;
mod selection;
mod subject;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use counts::{Counted, Counts};
pub use disposition::{Disposition, Waived};
pub use fingerprint::Fingerprint;
pub use identity::{Auditor, Cause, CauseId, EngineState, Relation, Scope};
pub use rule::Rule;
pub use selection::{Coverage, Selection, SettingsUsed};
pub use subject::{LABELS, Subject, SubjectKind};

/// The five verdicts; never overloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Pass,
    Fail,
    /// A person must judge; the evidence is attached.
    Manual,
    /// The recommendation has nothing to apply to.
    NotApplicable,
    /// The fact could not be read.
    Error,
}

/// The version of this format: additions keep it, anything else raises it.
pub const FORMAT: u32 = 2;

/// A whole audit, before any policy: what was found, and with what. [`judge`](crate::policy::judge) says what counts.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// [`FORMAT`] of the keelmark that wrote it.
    pub format: u32,
    /// The version of keelmark that wrote it.
    pub keelmark: String,
    /// When the facts were read, as RFC 3339 in UTC; empty where that is unknown.
    pub audited_at: String,
    /// Wall time of the audit, in seconds.
    #[serde(with = "seconds")]
    #[schemars(with = "f64")]
    pub duration: Duration,
    /// The audited host, by its engine's account where that gave one.
    pub host: Host,
    /// Who audited it, and from where.
    #[serde(default)]
    pub auditor: Auditor,
    #[serde(default)]
    pub scope: Scope,
    pub engine: Engine,
    /// What many findings have in common that could not be judged: told here once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    pub selection: Selection,
    pub settings: SettingsUsed,
    #[serde(serialize_with = "counts::benchmarks")]
    #[schemars(with = "Vec<Counted<Benchmark>>")]
    pub benchmarks: Vec<Benchmark>,
    /// What each check says about itself, by [`Section::rule_id`].
    pub rules: BTreeMap<String, Rule>,
    /// Plugins that were to take part and could not: what they would have judged is missing, and the audit incomplete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken_plugins: Vec<BrokenPlugin>,
    /// What the operator should know about this run: objects that vanished, plugins that broke, editions that were guessed.
    pub notes: Vec<String>,
}

/// The audited host.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Host {
    pub name: String,
    pub os: String,
    pub kernel: String,
    /// The engine's own ID; absent where it has none that lasts. Machines that were copied share it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    #[serde(default)]
    pub relation: Relation,
    /// Whether keelmark ran as root.
    pub privileged: bool,
}

/// The audited engine.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Engine {
    /// "unix:///var/run/docker.sock", or the name of the recording.
    pub endpoint: String,
    /// "Docker Engine", "Podman" …; empty where the engine could not be asked.
    pub name: String,
    pub version: String,
    pub api_version: String,
    #[serde(default)]
    pub state: EngineState,
    /// Why it could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One edition's findings.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Benchmark {
    /// "cis-docker-1.8.0"
    pub id: String,
    /// "CIS Docker Benchmark v1.8.0"
    pub title: String,
    /// Why this edition was audited: "asked for", or how the engine's version picked it.
    pub chosen: String,
    #[serde(serialize_with = "counts::sections")]
    #[schemars(with = "Vec<Counted<Section>>")]
    pub sections: Vec<Section>,
    /// The recommendations that need the engine's host, in an audit of the engine alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// One section's findings, from one plugin.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Section {
    pub number: String,
    pub title: String,
    /// The plugin's id: "cis-docker-1.8.0-5".
    pub plugin: String,
    /// The SHA-256 of the plugin's component, in hexadecimal.
    pub digest: String,
    /// Where the plugin came from; absent where it is part of this keelmark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub third_party: Option<ThirdParty>,
    pub findings: Vec<Finding>,
}

/// A plugin that is not part of this keelmark, as far as the operator's trust is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ThirdParty {
    pub version: String,
    /// The key that its author signs with; absent where the manifest names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// "signed", "pinned" or "local".
    pub level: String,
    /// Where it was installed from; the file, where it is run without being installed.
    pub source: String,
    /// Whether it is in the store; otherwise the operator named its file.
    pub installed: bool,
}

/// A plugin that was to take part and could not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct BrokenPlugin {
    /// Its id, or the file, or the section of the edition, where the id could not be learned.
    pub plugin: String,
    /// Why it did not take part.
    pub problem: String,
}

/// The verdict on one recommendation.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// "5.5"; means something only together with the edition.
    pub id: String,
    pub title: String,
    /// The slug of the check that decided: "privileged-container".
    pub check: String,
    /// 1 or 2; absent where the edition's level is not established.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// "automated" or "manual", as the edition prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assessment: Option<String>,
    /// Whether it counts for the score, in editions that say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scored: Option<bool>,
    pub status: Status,
    /// One sentence; required for every status but `pass`.
    pub message: String,
    /// Which of the report's causes kept it from being judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<CauseId>,
    /// What the policy makes of it; absent where it simply counts.
    #[serde(default, skip_serializing_if = "Disposition::is_counts")]
    pub disposition: Disposition,
    pub evidence: Vec<Evidence>,
}

/// One fact that a verdict rests on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    /// What the fact is about. Thousands of facts may be about one container.
    pub subject: Arc<Subject>,
    /// "HostConfig.Privileged"
    pub property: String,
    /// The value as its source gave it.
    pub found: String,
    /// What would have been right; empty where there is nothing to compare with.
    pub expected: String,
    /// Where the fact was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why this subject could not be read: the audit is incomplete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Words about what was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What makes it the same fact in the next audit.
    pub fingerprint: Fingerprint,
    /// What the policy makes of it; absent where it simply counts.
    #[serde(default, skip_serializing_if = "Disposition::is_counts")]
    pub disposition: Disposition,
}

impl Report {
    /// Every finding of every edition.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.sections().flat_map(|section| &section.findings)
    }

    /// Every section of every edition.
    pub fn sections(&self) -> impl Iterator<Item = &Section> {
        self.benchmarks.iter().flat_map(|benchmark| &benchmark.sections)
    }

    /// What the check behind a finding says about itself.
    pub fn rule(&self, section: &Section, finding: &Finding) -> Option<&Rule> {
        self.rules.get(&section.rule_id(&finding.check))
    }

    /// How many recommendations of all editions got which verdict.
    pub fn counts(&self) -> Counts {
        Counts::of(self.findings())
    }
}

impl Section {
    /// What a check of it is called in a report: [`rule_id`].
    pub fn rule_id(&self, check: &str) -> String {
        rule_id(self.third_party_plugin().as_deref(), check)
    }

    /// Its plugin, where that is not part of this keelmark.
    pub fn third_party_plugin(&self) -> Option<String> {
        self.third_party.as_ref().map(|_| self.plugin.clone())
    }

    /// How many of its recommendations got which verdict.
    pub fn counts(&self) -> Counts {
        Counts::of(&self.findings)
    }
}

impl Benchmark {
    /// Whether it is a published edition, whose plugins are part of this keelmark, and not a third party's own.
    pub fn is_edition(&self) -> bool {
        self.sections.iter().all(|section| section.third_party.is_none())
    }

    /// How many of its recommendations got which verdict.
    pub fn counts(&self) -> Counts {
        Counts::of(self.sections.iter().flat_map(|section| &section.findings))
    }
}

impl Finding {
    /// Whether a fact behind this verdict could not be read.
    pub fn is_incomplete(&self) -> bool {
        self.status == Status::Error || self.evidence.iter().any(|evidence| evidence.error.is_some())
    }
}

/// What a check is called in a report: its slug, "privileged-container". A third party's check is its own, whatever it
/// calls it: "acme-swarm/privileged-container".
pub fn rule_id(third_party_plugin: Option<&str>, check: &str) -> String {
    third_party_plugin.map_or_else(|| check.to_owned(), |plugin| format!("{plugin}/{check}"))
}

/// Durations as seconds, to the millisecond.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64((duration.as_secs_f64() * 1_000.0).round() / 1_000.0)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        Duration::try_from_secs_f64(f64::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
