//! A call of a plugin, as the gate and the audit log see it.

use serde_json::{Value, json};

use crate::ops::{self, Op};

/// A call as the gate sees it.
#[derive(Clone, Copy, Debug)]
pub enum Call<'a> {
    Exec {
        program: &'a str,
        args: &'a [String],
    },
    /// `op` is one of the file operations.
    Fs {
        op: &'static Op,
        path: &'a str,
        /// Whether it is the configuration file of the running dockerd, or where a link there leads.
        is_daemon_config: bool,
    },
    FindProcesses {
        name: &'a str,
    },
    /// `op` is one of the questions to the engine.
    Docker {
        op: &'static Op,
        fields: &'a [String],
    },
    Setting {
        key: &'a str,
    },
    /// `op` is one that takes no arguments the gate would look at.
    Plain {
        op: &'static Op,
    },
}

impl Call<'_> {
    /// The operation.
    pub fn op(&self) -> &'static Op {
        match self {
            Call::Exec { .. } => &ops::EXEC,
            Call::FindProcesses { .. } => &ops::PROCESS_FIND,
            Call::Setting { .. } => &ops::HOST_SETTING,
            Call::Fs { op, .. } | Call::Docker { op, .. } | Call::Plain { op } => op,
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
            Call::Docker { .. } | Call::Plain { .. } => json!({}),
        }
    }
}
