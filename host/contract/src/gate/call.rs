//! A call of a plugin, as the gate and the audit log see it.

use serde_json::{Value, json};

use super::FsOp;

/// A call as the gate sees it.
#[derive(Clone, Copy, Debug)]
pub enum Call<'a> {
    Exec {
        program: &'a str,
        args: &'a [String],
    },
    Fs {
        op: FsOp,
        path: &'a str,
    },
    FindProcesses {
        name: &'a str,
    },
    /// `op` is one of [`DOCKER_OPS`].
    Docker {
        op: &'static str,
        fields: &'a [String],
    },
    HostFacts,
    Now,
    Setting {
        key: &'a str,
    },
    /// `op` is "report.emit", "report.progress" or "report.log".
    Report {
        op: &'static str,
    },
}

impl Call<'_> {
    /// The operation's name in manifests.
    pub fn op(&self) -> &'static str {
        match self {
            Call::Exec { .. } => "exec",
            Call::Fs { op, .. } => op.name(),
            Call::FindProcesses { .. } => "process.find",
            Call::Docker { op, .. } | Call::Report { op } => op,
            Call::HostFacts => "host.facts",
            Call::Now => "host.now",
            Call::Setting { .. } => "host.setting",
        }
    }

    /// What it asks about, by the names of the contract. The plugin's words as they are: neither capped nor escaped.
    pub fn arguments(&self) -> Value {
        match self {
            Call::Exec { program, args } => json!({ "program": program, "args": args }),
            Call::Fs { path, .. } => json!({ "path": path }),
            Call::FindProcesses { name } => json!({ "name": name }),
            Call::Docker { fields, .. } if !fields.is_empty() => json!({ "fields": fields }),
            Call::Setting { key } => json!({ "key": key }),
            Call::Docker { .. } | Call::HostFacts | Call::Now | Call::Report { .. } => json!({}),
        }
    }
}
