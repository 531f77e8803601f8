//! The gate: the single place that decides whether a plugin may make a call.
//!
//! Every binding in `api/` asks here first, built-in plugins included. What no capability names is denied.

mod access;
mod argv;
mod call;
mod capability;
pub mod fields;
mod paths;
mod raw;
mod rule;

pub use access::{Access, Ceiling};
pub use argv::Programs;
pub use call::Call;
pub use capability::{Capability, CapabilityError, all_cover, difference, intersection};
pub use raw::RawCapability;
pub use rule::{Asked, Granter, Refusal, Rule};

use std::sync::Arc;

use crate::ops::Op;
use crate::{ErrorKind, FactError};
use rule::Shortfall;

/// What one plugin may do in one run.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    granted: Vec<Capability>,
    shortfall: Shortfall,
}

impl Gate {
    /// A gate that allows what the capabilities name, and nothing else. Programs that keelmark does not run stay out.
    pub fn new(granted: Vec<Capability>) -> Self {
        Self::with_programs(granted, &Programs::default())
    }

    /// The same, where the operator lets more programs run.
    pub fn with_programs(mut granted: Vec<Capability>, programs: &Programs) -> Self {
        granted.retain(|capability| !capability.is_unlisted_program(programs));
        Self { granted, shortfall: Shortfall::None }
    }

    /// The gate of a plugin that is only asked to describe itself: nothing passes.
    pub fn closed() -> Self {
        Self { granted: Vec::new(), shortfall: Shortfall::Describing }
    }

    /// The same gate, of a plugin whose manifest asks for more: its denials say who could grant that.
    #[must_use]
    pub fn short_of(self, asked: Asked) -> Self {
        Self { shortfall: Shortfall::Asked(Arc::new(asked)), ..self }
    }

    /// Every field that some question to the engine may show, with that question.
    pub fn docker_fields(&self) -> impl Iterator<Item = (&'static Op, &[String])> {
        self.granted.iter().filter_map(|capability| {
            let op = capability.operation();
            Some((op, capability.docker_fields(op)?))
        })
    }

    /// Allows the call, or says which manifest entry would.
    pub fn check(&self, call: Call) -> Result<(), FactError> {
        self.decide(call).map(drop).map_err(|refusal| refusal.error)
    }

    /// Decides, and says which rule decided.
    pub fn decide(&self, call: Call) -> Result<Rule<'_>, Refusal<'_>> {
        validate(call).map_err(|error| Refusal { rule: Rule::Malformed, error })?;
        if let Some(by) = allowing(self.granted.iter(), call) {
            return Ok(Rule::Capability(by));
        }
        let rule = self.shortfall.rule(&self.granted, call);
        let mut error = denied(call);
        if let Some(hint) = rule.hint(&self.shortfall) {
            error.message.push_str(&format!("; {hint}"));
        }
        Err(Refusal { rule, error })
    }
}

/// The capabilities that together allow the call; none where they do not.
fn allowing<'c>(mut capabilities: impl Iterator<Item = &'c Capability>, call: Call) -> Option<Vec<&'c Capability>> {
    match call {
        // Fields may be granted by several capabilities; everything else is one capability's to allow.
        Call::Docker { op, fields } => {
            let of_op: Vec<(&Capability, &[String])> =
                capabilities.filter_map(|capability| Some((capability, capability.docker_fields(op)?))).collect();
            if of_op.is_empty() || !fields.iter().all(|f| of_op.iter().any(|(_, by)| fields::covers(by, f))) {
                return None;
            }
            let has_part = |by: &[String]| fields.is_empty() || fields.iter().any(|f| fields::covers(by, f));
            Some(of_op.iter().filter(|(_, by)| has_part(by)).map(|(capability, _)| *capability).collect())
        }
        call => capabilities.find(|capability| capability.allows(call)).map(|capability| vec![capability]),
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
    let op = call.op();
    let values = match call {
        Call::Exec { program, args } => std::iter::once(program.to_owned()).chain(args.iter().cloned()).collect(),
        Call::Fs { is_daemon_config: true, .. } => vec![paths::DAEMON_CONFIG.to_owned()],
        Call::Fs { path: one, .. } | Call::FindProcesses { name: one } | Call::Setting { key: one } => {
            vec![one.to_owned()]
        }
        Call::Docker { fields, .. } => fields.to_vec(),
        Call::Plain { .. } => Vec::new(),
    };
    let limit = op.key.map(|key| format!(", {} = {}", key.name(), toml::Value::from(values)));
    let limit = limit.unwrap_or_default();
    FactError::new(ErrorKind::Denied, format!("denied: needs the capability op = \"{}\"{limit}", op.name))
}

#[cfg(test)]
mod tests;
