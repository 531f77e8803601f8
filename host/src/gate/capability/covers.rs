//! Which capability is part of which: how a grant is held to its manifest.
//!
//! What cannot be shown to be covered is not. Capabilities are compared in their smallest pieces (one path, one field,
//! one command line), since the gate adds up what several of them allow.

use super::{Capability, Rule, fields, paths};

impl Capability {
    /// Its pieces: one for each path, name, field or key. Together they allow what it allows.
    pub fn atoms(&self) -> Vec<Self> {
        let one = |rule| Self { why: self.why.clone(), rule };
        match &self.rule {
            Rule::Fs { op, written, .. } => {
                let piece = |path: &String| {
                    let written = vec![path.clone()];
                    // It compiled when it was parsed. If it did not, it would allow nothing.
                    paths::compile(&written).ok().map(|globs| one(Rule::Fs { op: *op, written, globs }))
                };
                written.iter().filter_map(piece).collect()
            }
            Rule::FindProcesses(names) => {
                names.iter().map(|name| one(Rule::FindProcesses(vec![name.clone()]))).collect()
            }
            Rule::Docker { op, fields } if !fields.is_empty() => {
                fields.iter().map(|field| one(Rule::Docker { op, fields: vec![field.clone()] })).collect()
            }
            Rule::Setting(keys) => keys.iter().map(|key| one(Rule::Setting(vec![key.clone()]))).collect(),
            Rule::Exec(_) | Rule::Docker { .. } | Rule::Plain(_) => vec![self.clone()],
        }
    }

    /// Whether everything that `narrow` allows is allowed by this one too. False where that cannot be shown.
    pub fn covers(&self, narrow: &Self) -> bool {
        narrow.atoms().iter().all(|atom| self.covers_atom(atom))
    }

    fn covers_atom(&self, atom: &Self) -> bool {
        match (&self.rule, &atom.rule) {
            (Rule::Exec(wide), Rule::Exec(narrow)) => wide.covers(narrow),
            (Rule::Fs { op, written, globs }, Rule::Fs { op: same, written: asked, .. }) => {
                // A path without special characters is one file: the matcher that decides at run time decides here.
                let is_covered = |path: &String| {
                    let is_literal = !path.contains(['*', '?', '\\', '[', '{']);
                    written.iter().any(|wide| paths::covers(wide, path)) || (is_literal && globs.is_match(path))
                };
                op == same && asked.iter().all(is_covered)
            }
            (Rule::FindProcesses(wide), Rule::FindProcesses(names)) => names.iter().all(|name| wide.contains(name)),
            (Rule::Docker { op, fields }, Rule::Docker { op: same, fields: asked }) => {
                op == same && asked.iter().all(|field| fields::covers(fields, field))
            }
            (Rule::Setting(wide), Rule::Setting(keys)) => keys.iter().all(|key| wide.contains(key)),
            (Rule::Plain(wide), Rule::Plain(op)) => wide == op,
            _ => false,
        }
    }

    /// The same operation for other arguments: what is left of it after some pieces were taken away.
    fn of_atoms(&self, atoms: &[Self]) -> Vec<Self> {
        if atoms.is_empty() || matches!(self.rule, Rule::Exec(_)) {
            // A command line is one piece: several of them are several capabilities.
            return atoms.iter().map(|atom| Self { why: self.why.clone(), rule: atom.rule.clone() }).collect();
        }
        let args = || atoms.iter().flat_map(|atom| atom.args().iter().cloned()).collect::<Vec<_>>();
        let rule = match &self.rule {
            Rule::Fs { op, .. } => match paths::compile(&args()) {
                Ok(globs) => Rule::Fs { op: *op, written: args(), globs },
                Err(_) => return Vec::new(),
            },
            Rule::FindProcesses(_) => Rule::FindProcesses(args()),
            Rule::Docker { op, .. } => Rule::Docker { op, fields: args() },
            Rule::Setting(_) => Rule::Setting(args()),
            rule @ (Rule::Exec(_) | Rule::Plain(_)) => rule.clone(),
        };
        vec![Self { why: self.why.clone(), rule }]
    }
}

/// Whether the capabilities together allow everything that `narrow` allows.
pub fn all_cover(capabilities: &[Capability], narrow: &Capability) -> bool {
    narrow.atoms().iter().all(|atom| capabilities.iter().any(|wide| wide.covers(atom)))
}

/// What both sides allow, in the words of `asked`: its capabilities, each cut down to what `granted` allows of it.
pub fn intersection(asked: &[Capability], granted: &[Capability]) -> Vec<Capability> {
    let granted: Vec<Capability> = granted.iter().flat_map(Capability::atoms).collect();
    let cut = |wish: &Capability| {
        // Of two pieces of which one covers the other, the narrower one is what both sides allow.
        let mut kept: Vec<Capability> = wish.atoms();
        kept.retain(|atom| all_cover(&granted, atom));
        for grant in granted.iter().filter(|grant| wish.covers(grant)) {
            if !all_cover(&kept, grant) {
                kept.push(grant.clone());
            }
        }
        wish.of_atoms(&kept)
    };
    asked.iter().flat_map(cut).collect()
}

/// What `asked` has and `granted` does not cover, in the words of `asked`.
pub fn difference(asked: &[Capability], granted: &[Capability]) -> Vec<Capability> {
    let cut = |wish: &Capability| {
        let left: Vec<Capability> = wish.atoms().into_iter().filter(|atom| !all_cover(granted, atom)).collect();
        wish.of_atoms(&left)
    };
    asked.iter().flat_map(cut).collect()
}

#[cfg(test)]
mod tests;
