//! What an audit found, independent of how it is printed.
//!
//! Every string that a plugin or an engine supplied is data here; printers escape it for their format.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
pub const FORMAT: u32 = 1;

/// A whole audit.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// [`FORMAT`] of the keelmark that wrote it.
    pub format: u32,
    /// The version of keelmark that audited.
    pub keelmark: String,
    /// When the facts were read, as RFC 3339 in UTC; empty where that is unknown.
    pub audited_at: String,
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
    pub benchmarks: Vec<Benchmark>,
    /// Plugins that were to take part and could not: what they would have judged is missing, and the audit incomplete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken_plugins: Vec<BrokenPlugin>,
    /// What the operator should know about this run: objects that vanished, plugins that broke, editions that were guessed.
    pub notes: Vec<String>,
    pub counts: Counts,
    /// Whether every fact could be read. The exit code of an incomplete audit says so.
    pub complete: bool,
    /// Wall time of the audit, in milliseconds.
    pub milliseconds: u64,
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

/// Whether the engine runs on the host that keelmark read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    #[default]
    Local,
    /// Nothing of the auditing machine's files, programs and processes was judged.
    Remote,
    /// The facts do not say, and nothing of them was judged either.
    Undecided,
}

/// Who audited: not always on the host that was audited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Auditor {
    /// The name of the machine or container in which keelmark ran.
    pub host: String,
    /// The user's name; the number, where it has none; empty where that is unknown.
    pub user: String,
    /// The version of keelmark that read the facts; empty where that is unknown.
    pub keelmark: String,
}

/// What was audited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The engine and its host.
    #[default]
    All,
    /// What the engine tells, and nothing that needs its host.
    Engine,
}

/// Why many findings could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Cause {
    pub id: CauseId,
    /// The whole sentence; the findings hold a few words of it.
    pub message: String,
    /// How many findings wait for it.
    pub findings: usize,
}

/// What keeps facts from being read, as a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CauseId {
    /// No engine runs on the host.
    NoEngine,
    /// The engine could not be asked.
    EngineUnreachable,
    /// The engine runs on another host than the one that could be read.
    HostRemote,
    /// It cannot be told whether it does.
    HostUndecided,
    /// keelmark runs in a container, and the host is not mounted there.
    HostNotMounted,
}

impl CauseId {
    /// What a finding says that has this cause.
    pub fn short(self) -> &'static str {
        match self {
            CauseId::NoEngine => "no engine runs on this host",
            CauseId::EngineUnreachable => "the engine could not be asked",
            CauseId::HostRemote => "the engine is remote, and its host cannot be read from here",
            CauseId::HostUndecided => "it cannot be told whether the engine is on this host",
            CauseId::HostNotMounted => "the host's files are not mounted in keelmark's container",
        }
    }
}

/// Whether there is an engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EngineState {
    /// It answered.
    #[default]
    Running,
    /// Nothing listens, and no process of an engine runs on the host.
    Absent,
    /// It may be there, but could not be asked.
    Unreachable,
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
    pub sections: Vec<Section>,
    /// The recommendations that need the engine's host, in an audit of the engine alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    pub counts: Counts,
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
    pub counts: Counts,
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
    pub evidence: Vec<Evidence>,
    /// How to fix it, in the check's words; empty where the plugin has none.
    pub fix: String,
}

/// One fact that a verdict rests on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    /// "container web"
    pub subject: String,
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
}

/// How many recommendations got which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    pub pass: usize,
    pub fail: usize,
    pub manual: usize,
    pub not_applicable: usize,
    pub error: usize,
}

impl Counts {
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            *counts.slot(finding.status) += 1;
        }
        counts
    }

    pub fn total(&self) -> usize {
        self.pass + self.fail + self.manual + self.not_applicable + self.error
    }

    pub fn get(mut self, status: Status) -> usize {
        *self.slot(status)
    }

    fn slot(&mut self, status: Status) -> &mut usize {
        match status {
            Status::Pass => &mut self.pass,
            Status::Fail => &mut self.fail,
            Status::Manual => &mut self.manual,
            Status::NotApplicable => &mut self.not_applicable,
            Status::Error => &mut self.error,
        }
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.manual += other.manual;
        self.not_applicable += other.not_applicable;
        self.error += other.error;
    }
}

impl Report {
    /// Every finding of every edition.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.benchmarks.iter().flat_map(|benchmark| &benchmark.sections).flat_map(|section| &section.findings)
    }
}

impl Benchmark {
    /// Whether it is a published edition, whose plugins are part of this keelmark, and not a third party's own.
    pub fn is_edition(&self) -> bool {
        self.sections.iter().all(|section| section.third_party.is_none())
    }
}

impl Finding {
    /// Whether a fact behind this verdict could not be read.
    pub fn is_incomplete(&self) -> bool {
        self.status == Status::Error || self.evidence.iter().any(|evidence| evidence.error.is_some())
    }
}
