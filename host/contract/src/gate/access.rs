//! What a third-party plugin may do: its manifest, cut down to what was granted, below the host's ceiling.

use super::argv::Programs;
use super::capability::{difference, intersection};
use super::{Asked, Capability, Gate, Granter};
use crate::ops::{self, Op};

/// What no plugin but the built-in ones goes beyond, whatever is granted to it.
#[derive(Clone, Debug, Default)]
pub struct Ceiling {
    denied: Vec<&'static Op>,
    programs: Programs,
}

impl Ceiling {
    /// A ceiling that forbids operations, and lets programs run beside those that keelmark runs anyway.
    pub fn new(denied: &[String], programs: &[String]) -> Result<Self, String> {
        let known =
            |op: &String| ops::named(op).ok_or_else(|| format!("unknown op {op:?}; the ops are: {}", ops::names()));
        Ok(Self { denied: denied.iter().map(known).collect::<Result<_, _>>()?, programs: Programs::parse(programs)? })
    }

    /// Why the host allows this to nobody; none where it does not forbid it.
    pub fn problem(&self, capability: &Capability) -> Option<String> {
        if self.denied.contains(&capability.operation()) {
            let op = capability.op();
            return Some(format!("the settings deny {op} to all installed plugins ([plugins] deny)"));
        }
        capability.is_unlisted_program(&self.programs).then(|| {
            format!(
                "keelmark does not run {:?} unless the settings say so ([plugins] programs); it runs: {}",
                capability.args().join(" "),
                super::argv::listed()
            )
        })
    }
}

/// What a plugin may do, and what is missing of what it asks for.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Manifest ∩ grant ∩ ceiling. What is harmless needs no grant.
    pub granted: Vec<Capability>,
    /// Asked for, allowed by the host, and not granted.
    pub missing: Vec<Capability>,
    /// Asked for, and forbidden by the host, with the reason.
    pub forbidden: Vec<(Capability, String)>,
    ceiling: Ceiling,
}

impl Access {
    /// What is left of what the manifest asks for.
    pub fn of(manifest: &[Capability], grants: &[Capability], ceiling: &Ceiling) -> Self {
        let mut forbidden = Vec::new();
        let mut possible = Vec::new();
        for capability in manifest {
            match ceiling.problem(capability) {
                Some(reason) => forbidden.push((capability.clone(), reason)),
                None => possible.push(capability.clone()),
            }
        }
        let (harmless, asked): (Vec<_>, Vec<_>) = possible.into_iter().partition(Capability::is_harmless);
        let missing = difference(&asked, grants);
        let granted = harmless.into_iter().chain(intersection(&asked, grants)).collect();
        Self { granted, missing, forbidden, ceiling: ceiling.clone() }
    }

    /// The same gate, whose denials say how the plugin is granted what is missing.
    pub fn gate_of(&self, plugin: &str, granter: Granter) -> Gate {
        let (plugin, missing, forbidden) = (plugin.to_owned(), self.missing.clone(), self.forbidden.clone());
        self.gate().short_of(Asked { plugin, missing, forbidden, granter })
    }

    /// The gate that allows what was granted, and nothing else.
    pub fn gate(&self) -> Gate {
        Gate::with_programs(self.granted.clone(), &self.ceiling.programs)
    }
}
