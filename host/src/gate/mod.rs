//! The gate: the single place that decides whether a plugin may make a call.
//!
//! Every binding in `api/` asks here first, built-in plugins included. What no capability names is denied.

mod argv;
mod capability;
pub mod fields;
mod paths;

pub use capability::{Capability, CapabilityError, DOCKER_OPS, FsOp};

use crate::backend::{ErrorKind, FactError};

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

/// What one plugin may do in one run.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    granted: Vec<Capability>,
}

impl Gate {
    /// A gate that allows what the capabilities name, and nothing else.
    pub fn new(granted: Vec<Capability>) -> Self {
        Self { granted }
    }

    /// The gate of a plugin that is only asked to describe itself: nothing passes.
    pub fn closed() -> Self {
        Self::default()
    }

    /// Every field that some docker operation may show, with that operation.
    pub fn docker_fields(&self) -> impl Iterator<Item = (&'static str, &[String])> {
        self.granted.iter().filter_map(|capability| Some((capability.op(), capability.docker_fields(capability.op())?)))
    }

    /// Allows the call, or says which manifest entry would.
    pub fn check(&self, call: Call) -> Result<(), FactError> {
        validate(call)?;
        // Fields may be granted by several capabilities; everything else is one capability's to allow.
        let allowed = match call {
            Call::Docker { op, fields } => {
                let granted: Vec<&[String]> = self.granted.iter().filter_map(|c| c.docker_fields(op)).collect();
                !granted.is_empty() && fields.iter().all(|field| granted.iter().any(|by| fields::covers(by, field)))
            }
            call => self.granted.iter().any(|capability| capability.allows(call)),
        };
        if allowed { Ok(()) } else { Err(denied(call)) }
    }
}

/// Refuses what no grant could ever make right, with the reason.
fn validate(call: Call) -> Result<(), FactError> {
    let problem = match call {
        Call::Exec { program, args } => argv::problem(program, args),
        Call::Fs { path, .. } => paths::problem(path),
        Call::Docker { fields, .. } => fields.iter().find_map(|field| fields::problem(field)),
        Call::FindProcesses { name } if name.is_empty() || name.contains('/') => {
            Some(format!("process name {name:?} is not a bare file name"))
        }
        _ => None,
    };
    problem.map_or(Ok(()), |problem| Err(FactError::new(ErrorKind::Invalid, problem)))
}

/// The error of a refused call: the operation, and the manifest line that would allow it.
fn denied(call: Call) -> FactError {
    let list = |items: &[String]| toml::Value::from(items.to_vec()).to_string();
    let one = |item: &str| toml::Value::from(item).to_string();
    let (op, needed) = match call {
        Call::Exec { program, args } => {
            let argv: Vec<String> = std::iter::once(program.to_owned()).chain(args.iter().cloned()).collect();
            ("exec", format!("argv = {}", list(&argv)))
        }
        Call::Fs { op, path } => (op.name(), format!("paths = [{}]", one(path))),
        Call::FindProcesses { name } => ("process.find", format!("names = [{}]", one(name))),
        Call::Docker { op, fields } => (op, format!("fields = {}", list(fields))),
        Call::HostFacts => ("host.facts", String::new()),
        Call::Now => ("host.now", String::new()),
        Call::Setting { key } => ("host.setting", format!("keys = [{}]", one(key))),
        Call::Report { op } => (op, String::new()),
    };
    let separator = if needed.is_empty() { "" } else { ", " };
    FactError::new(ErrorKind::Denied, format!("denied: needs the capability op = \"{op}\"{separator}{needed}"))
}

#[cfg(test)]
mod tests;
