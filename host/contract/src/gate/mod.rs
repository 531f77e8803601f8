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
mod risk;
mod rule;

pub use access::{Access, Ceiling};
pub use argv::Programs;
pub use call::Call;
pub use capability::{Capability, CapabilityError, DOCKER_OPS, FsOp, all_cover, all_ops, difference, intersection};
pub use raw::RawCapability;
pub use risk::risk;
pub use rule::{Asked, Granter, Refusal, Rule};

use std::sync::Arc;

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

    /// Every field that some docker operation may show, with that operation.
    pub fn docker_fields(&self) -> impl Iterator<Item = (&'static str, &[String])> {
        self.granted.iter().filter_map(|capability| Some((capability.op(), capability.docker_fields(capability.op())?)))
    }

    /// Allows the call, or says which manifest entry would.
    pub fn check(&self, call: Call) -> Result<(), FactError> {
        self.decide(call).map(drop).map_err(|refusal| refusal.error)
    }

    /// Decides, and says which rule decided.
    pub fn decide(&self, call: Call) -> Result<Rule, Refusal> {
        validate(call).map_err(|error| Refusal { rule: Rule::Malformed, error })?;
        if let Some(by) = covering(&self.granted.iter().collect::<Vec<_>>(), call) {
            return Ok(Rule::Capability(by));
        }
        let rule = self.shortfall.rule(&self.granted, call);
        let mut error = denied(call);
        if let Shortfall::Asked(asked) = &self.shortfall {
            match &rule {
                Rule::NotGranted(numbers) => error.message.push_str(&format!("; {}", asked.remedy(numbers))),
                Rule::Forbidden(numbers) => error.message.push_str(&format!("; {}", asked.reason(numbers))),
                _ => error.message.push_str("; its manifest does not ask for it"),
            }
        }
        Err(Refusal { rule, error })
    }

    /// A rule in words, for the audit log: the capability as it was granted, or why there is none.
    pub fn explain(&self, rule: &Rule) -> String {
        let asked = match &self.shortfall {
            Shortfall::Asked(asked) => Some(asked),
            _ => None,
        };
        let missing = asked.map_or(&[][..], |asked| &asked.missing);
        match rule {
            Rule::Capability(numbers) => list_of(&self.granted, numbers),
            Rule::NotGranted(numbers) => format!("not granted: {}", list_of(missing, numbers)),
            Rule::Forbidden(numbers) => asked.map_or("forbidden", |asked| asked.reason(numbers)).to_owned(),
            Rule::Malformed => "arguments that no grant can allow".into(),
            Rule::Describing => "nothing is allowed while describing".into(),
            Rule::NotInManifest => "not in the manifest".into(),
        }
    }

    /// The note for the operator about a call that the manifest asks for and nobody granted.
    pub fn advice(&self, plugin: &str, rule: &Rule) -> String {
        let remedy = match (rule, &self.shortfall) {
            (Rule::NotGranted(numbers), Shortfall::Asked(asked)) => asked.remedy(numbers),
            _ => String::new(),
        };
        format!("plugin {plugin} was denied what it is {}; {remedy}", self.explain(rule))
    }
}

/// "fs.stat /etc/docker/**"
fn list_of(capabilities: &[Capability], numbers: &[usize]) -> String {
    let one = |number: &usize| Some(capabilities.get(number.saturating_sub(1))?.summary());
    numbers.iter().filter_map(one).collect::<Vec<_>>().join("; ")
}

/// The numbers, from 1, of the capabilities that together allow the call; none where they do not.
fn covering(capabilities: &[&Capability], call: Call) -> Option<Vec<usize>> {
    let numbered = || (1..).zip(capabilities);
    match call {
        // Fields may be granted by several capabilities; everything else is one capability's to allow.
        Call::Docker { op, fields } => {
            let of_op: Vec<(usize, &[String])> =
                numbered().filter_map(|(number, c)| Some((number, c.docker_fields(op)?))).collect();
            if of_op.is_empty() || !fields.iter().all(|f| of_op.iter().any(|(_, by)| fields::covers(by, f))) {
                return None;
            }
            let has_part = |by: &[String]| fields.is_empty() || fields.iter().any(|f| fields::covers(by, f));
            Some(of_op.iter().filter(|(_, by)| has_part(by)).map(|(number, _)| *number).collect())
        }
        call => numbered().find(|(_, capability)| capability.allows(call)).map(|(number, _)| vec![number]),
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
    let op = call.op();
    let needed = match call {
        Call::Exec { program, args } => {
            let argv: Vec<String> = std::iter::once(program.to_owned()).chain(args.iter().cloned()).collect();
            format!("argv = {}", list(&argv))
        }
        Call::Fs { path, .. } => format!("paths = [{}]", one(path)),
        Call::FindProcesses { name } => format!("names = [{}]", one(name)),
        Call::Docker { fields, .. } => format!("fields = {}", list(fields)),
        Call::Setting { key } => format!("keys = [{}]", one(key)),
        Call::HostFacts | Call::Now | Call::Report { .. } => String::new(),
    };
    let separator = if needed.is_empty() { "" } else { ", " };
    FactError::new(ErrorKind::Denied, format!("denied: needs the capability op = \"{op}\"{separator}{needed}"))
}

#[cfg(test)]
mod tests;
