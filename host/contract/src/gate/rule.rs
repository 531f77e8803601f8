//! Which rule decided about a call, and what a plugin lacks that its manifest asks for.

use std::fmt;
use std::sync::Arc;

use super::{Call, Capability, allowing};
use crate::FactError;
use crate::ops::Key;

/// Grants of more single values than this are suggested by their operation alone: a command must fit a line.
const MAX_VALUES: usize = 4;

/// What decided about a call. Displayed, it is what the audit log says.
#[derive(Clone, Debug)]
pub enum Rule<'g> {
    /// These capabilities together allow it.
    Capability(Vec<&'g Capability>),
    /// Its arguments are wrong whatever was granted.
    Malformed,
    /// The plugin is describing itself.
    Describing,
    /// The manifest does not ask for it.
    NotInManifest,
    /// These, which the manifest asks for and nobody granted, would allow it.
    NotGranted { missing: Vec<&'g Capability>, asked: &'g Asked },
    /// The settings forbid what would allow it to every plugin that is not built in, for this reason.
    Forbidden { reason: &'g str },
}

impl fmt::Display for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Capability(by) => f.write_str(&summaries(by)),
            Rule::NotGranted { missing, .. } => write!(f, "not granted: {}", summaries(missing)),
            Rule::Forbidden { reason } => f.write_str(reason),
            Rule::Malformed => f.write_str("arguments that no grant can allow"),
            Rule::Describing => f.write_str("nothing is allowed while describing"),
            Rule::NotInManifest => f.write_str("not in the manifest"),
        }
    }
}

/// "fs.stat /etc/docker/**"
fn summaries(capabilities: &[&Capability]) -> String {
    capabilities.iter().map(|capability| capability.summary()).collect::<Vec<_>>().join("; ")
}

impl Rule<'_> {
    /// What the error of a refused call says after naming the capability that it needs.
    pub(super) fn hint(&self, shortfall: &Shortfall) -> Option<String> {
        match (self, shortfall) {
            (Rule::NotGranted { missing, asked }, _) => Some(asked.remedy(missing)),
            (Rule::Forbidden { reason }, _) => Some((*reason).to_owned()),
            (_, Shortfall::Asked(_)) => Some("its manifest does not ask for it".to_owned()),
            _ => None,
        }
    }

    /// The note for the operator about a call that the manifest asks for and nobody granted; none about any other.
    pub fn advice(&self) -> Option<String> {
        let Rule::NotGranted { missing, asked } = self else { return None };
        Some(format!("plugin {} was denied what it is {self}; {}", asked.plugin, asked.remedy(missing)))
    }
}

/// A call that was refused, and why.
#[derive(Debug)]
pub struct Refusal<'g> {
    pub rule: Rule<'g>,
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
    /// The sentence that says how these missing capabilities are granted.
    fn remedy(&self, missing: &[&Capability]) -> String {
        if self.granter == Granter::Option {
            return "its manifest asks for it; --grant FILE or --grant-all allows it".into();
        }
        let words: Vec<String> = missing.iter().flat_map(|capability| grant_words(capability)).collect();
        format!("to allow it: keelmark plugin grant {} {}", self.plugin, words.join(" "))
    }

    /// Why the settings forbid the first of these capabilities that they do forbid.
    fn reason(&self, capabilities: &[&Capability]) -> &str {
        let is_among = |forbidden: &Capability| capabilities.iter().any(|needed| std::ptr::eq(*needed, forbidden));
        let first = self.forbidden.iter().find(|(capability, _)| is_among(capability));
        first.map_or("the settings forbid it", |(_, reason)| reason)
    }
}

/// A capability as `keelmark plugin grant` takes it, quoted for a shell.
fn grant_words(capability: &Capability) -> Vec<String> {
    let (op, args) = (capability.op(), capability.args());
    match capability.operation().key {
        _ if args.is_empty() => vec![op.to_owned()],
        Some(Key::Argv) => vec![quote(&format!("{op}={}", args.join(" ")))],
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
    pub(super) fn rule<'g>(&'g self, granted: &'g [Capability], call: Call) -> Rule<'g> {
        let asked = match self {
            Shortfall::None => return Rule::NotInManifest,
            Shortfall::Describing => return Rule::Describing,
            Shortfall::Asked(asked) => asked,
        };
        let grantable = || granted.iter().chain(&asked.missing);
        if let Some(by) = allowing(grantable(), call) {
            let is_had = |capability: &Capability| granted.iter().any(|had| std::ptr::eq(had, capability));
            let missing = by.into_iter().filter(|capability| !is_had(capability)).collect();
            return Rule::NotGranted { missing, asked };
        }
        match allowing(grantable().chain(asked.forbidden.iter().map(|(capability, _)| capability)), call) {
            Some(by) => Rule::Forbidden { reason: asked.reason(&by) },
            None => Rule::NotInManifest,
        }
    }
}
