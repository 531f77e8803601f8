//! Which rule decided about a call, and what a plugin lacks that its manifest asks for.

use std::sync::Arc;

use super::{Call, Capability, covering};
use crate::FactError;

/// Grants of more single values than this are suggested by their operation alone: a command must fit a line.
const MAX_VALUES: usize = 4;

/// What decided about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// These capabilities, by their numbers from 1, allow it.
    Capability(Vec<usize>),
    /// Its arguments are wrong whatever was granted.
    Malformed,
    /// The plugin is describing itself.
    Describing,
    /// The manifest does not ask for it.
    NotInManifest,
    /// These of the missing capabilities, by their numbers from 1, would allow it.
    NotGranted(Vec<usize>),
    /// The settings forbid these, by their numbers from 1, to every plugin that is not built in.
    Forbidden(Vec<usize>),
}

/// A call that was refused, and why.
#[derive(Debug)]
pub struct Refusal {
    pub rule: Rule,
    pub error: FactError,
}

/// What a plugin asked for and did not get.
#[derive(Clone, Debug)]
pub struct Asked {
    pub plugin: String,
    /// What its manifest asks for and nobody granted.
    pub missing: Vec<Capability>,
    /// What its manifest asks for and the settings forbid, with the reason.
    pub forbidden: Vec<(Capability, String)>,
    pub granter: Granter,
}

/// What the operator does to grant more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granter {
    /// `keelmark plugin grant`, for an installed plugin.
    Command,
    /// `--grant` and `--grant-all`, for a plugin of a file.
    Option,
}

impl Asked {
    /// The sentence that says how the missing capabilities with these numbers are granted.
    pub(super) fn remedy(&self, numbers: &[usize]) -> String {
        if self.granter == Granter::Option {
            return "its manifest asks for it; --grant FILE or --grant-all allows it".into();
        }
        let missing = |number: &usize| self.missing.get(number.saturating_sub(1));
        let words: Vec<String> = numbers.iter().filter_map(missing).flat_map(grant_words).collect();
        format!("to allow it: keelmark plugin grant {} {}", self.plugin, words.join(" "))
    }

    /// Why the settings forbid the capability with the first of these numbers.
    pub(super) fn reason(&self, numbers: &[usize]) -> &str {
        let first = numbers.first().and_then(|number| self.forbidden.get(number.saturating_sub(1)));
        first.map_or("the settings forbid it", |(_, reason)| reason)
    }
}

/// A capability as `keelmark plugin grant` takes it, quoted for a shell.
fn grant_words(capability: &Capability) -> Vec<String> {
    let (op, args) = (capability.op(), capability.args());
    match op {
        _ if args.is_empty() => vec![op.to_owned()],
        "exec" => vec![quote(&format!("exec={}", args.join(" ")))],
        _ if args.len() > MAX_VALUES => vec![op.to_owned()],
        _ => args.iter().map(|value| quote(&format!("{op}={value}"))).collect(),
    }
}

/// A word that a shell takes as it is.
fn quote(word: &str) -> String {
    let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "_./:=,@%+-".contains(c));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// Why a gate has less than a manifest asks for.
#[derive(Clone, Debug, Default)]
pub(super) enum Shortfall {
    /// It does not.
    #[default]
    None,
    Describing,
    Asked(Arc<Asked>),
}

impl Shortfall {
    /// The rule by which a call is denied that the granted capabilities do not allow.
    pub(super) fn rule(&self, granted: &[Capability], call: Call) -> Rule {
        let asked = match self {
            Shortfall::None => return Rule::NotInManifest,
            Shortfall::Describing => return Rule::Describing,
            Shortfall::Asked(asked) => asked,
        };
        let had: Vec<&Capability> = granted.iter().collect();
        let grantable: Vec<&Capability> = had.iter().copied().chain(&asked.missing).collect();
        if let Some(numbers) = covering(&grantable, call) {
            return Rule::NotGranted(beyond(had.len(), numbers));
        }
        let all: Vec<&Capability> =
            grantable.iter().copied().chain(asked.forbidden.iter().map(|(capability, _)| capability)).collect();
        match covering(&all, call) {
            Some(numbers) => Rule::Forbidden(beyond(grantable.len(), numbers)),
            None => Rule::NotInManifest,
        }
    }
}

/// The numbers past the first `known`, counted from there.
fn beyond(known: usize, numbers: Vec<usize>) -> Vec<usize> {
    numbers.into_iter().filter_map(|number| number.checked_sub(known)).filter(|number| *number > 0).collect()
}
