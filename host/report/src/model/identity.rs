//! Whose host was audited, by whom, and what kept it from being read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
