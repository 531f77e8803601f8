//! Which capability is part of which: how a grant is held to its manifest.
//!
//! What cannot be shown to be covered is not. Capabilities are compared in their smallest pieces (one path, one field,
//! one command line), since the gate adds up what several of them allow.

use super::{Capability, Limit, fields, paths};

/// The smallest piece of a capability: one of its arguments, or all of it where it has no list of them. Comparing
/// pieces compiles no pattern: a manifest may hold many.
#[derive(Clone, Copy)]
struct Atom<'c> {
    of: &'c Capability,
    /// None for a command line, and for operations without arguments.
    arg: Option<&'c str>,
}

impl Capability {
    /// Its pieces: one for each path, name, field or key. Together they allow what it allows.
    pub fn atoms(&self) -> Vec<Self> {
        self.pieces().iter().flat_map(|piece| self.of_pieces(std::slice::from_ref(piece))).collect()
    }

    fn pieces(&self) -> Vec<Atom<'_>> {
        let list = match &self.limit {
            Limit::Paths { written: list, .. } | Limit::Fields(list) | Limit::Words(list) => list.as_slice(),
            Limit::Argv(_) | Limit::None => &[],
        };
        if list.is_empty() {
            return vec![Atom { of: self, arg: None }];
        }
        list.iter().map(|arg| Atom { of: self, arg: Some(arg) }).collect()
    }

    /// Whether everything that `narrow` allows is allowed by this one too. False where that cannot be shown.
    pub fn covers(&self, narrow: &Self) -> bool {
        narrow.pieces().iter().all(|piece| self.covers_piece(piece))
    }

    fn covers_piece(&self, piece: &Atom) -> bool {
        if self.op != piece.of.op {
            return false;
        }
        match (&self.limit, &piece.of.limit, piece.arg) {
            (Limit::Argv(wide), Limit::Argv(narrow), _) => wide.covers(narrow),
            (Limit::Paths { written, globs }, _, Some(path)) => {
                // A path without special characters is one file: the matcher that decides at run time decides here.
                let is_literal = !path.contains(['*', '?', '\\', '[', '{']);
                if is_literal { globs.is_match(path) } else { written.iter().any(|wide| paths::covers(wide, path)) }
            }
            (Limit::Words(wide), _, Some(word)) => wide.iter().any(|known| known == word),
            (Limit::Fields(wide), _, Some(field)) => fields::covers(wide, field),
            (Limit::None, Limit::None, _) => true,
            _ => false,
        }
    }

    /// The same operation for these pieces, which are its own or of the same kind: its words, their arguments.
    fn of_pieces(&self, pieces: &[Atom]) -> Vec<Self> {
        let with = |limit: Limit| Self { why: self.why.clone(), op: self.op, limit };
        let args = || pieces.iter().filter_map(|piece| piece.arg).map(str::to_owned).collect::<Vec<_>>();
        if pieces.is_empty() {
            return Vec::new();
        }
        let limit = match &self.limit {
            // A command line is one piece: several of them are several capabilities.
            Limit::Argv(_) => return pieces.iter().map(|piece| with(piece.of.limit.clone())).collect(),
            Limit::Paths { .. } => match paths::compile(&args()) {
                Ok(globs) => Limit::Paths { written: args(), globs },
                // They compiled when they were parsed. If they did not, they would allow nothing.
                Err(_) => return Vec::new(),
            },
            Limit::Fields(_) => Limit::Fields(args()),
            Limit::Words(_) => Limit::Words(args()),
            Limit::None => Limit::None,
        };
        vec![with(limit)]
    }
}

/// Whether one of the capabilities allows all of a piece.
fn is_covered(by: &[Capability], piece: &Atom) -> bool {
    by.iter().any(|wide| wide.covers_piece(piece))
}

/// Whether the capabilities together allow everything that `narrow` allows.
pub fn all_cover(capabilities: &[Capability], narrow: &Capability) -> bool {
    narrow.pieces().iter().all(|piece| is_covered(capabilities, piece))
}

/// What both sides allow, in the words of `asked`: its capabilities, each cut down to what `granted` allows of it.
pub fn intersection(asked: &[Capability], granted: &[Capability]) -> Vec<Capability> {
    let cut = |wish: &Capability| {
        // Of two pieces of which one covers the other, the narrower one is what both sides allow.
        let pieces = wish.pieces();
        let mut kept: Vec<Atom> = pieces.iter().filter(|piece| is_covered(granted, piece)).copied().collect();
        let so_far = wish.of_pieces(&kept);
        let grants = granted.iter().flat_map(Capability::pieces);
        kept.extend(grants.filter(|grant| wish.covers_piece(grant) && !is_covered(&so_far, grant)));
        wish.of_pieces(&kept)
    };
    asked.iter().flat_map(cut).collect()
}

/// What `asked` has and `granted` does not cover, in the words of `asked`.
pub fn difference(asked: &[Capability], granted: &[Capability]) -> Vec<Capability> {
    let cut = |wish: &Capability| {
        let pieces = wish.pieces();
        let left: Vec<Atom> = pieces.iter().filter(|piece| !is_covered(granted, piece)).copied().collect();
        wish.of_pieces(&left)
    };
    asked.iter().flat_map(cut).collect()
}

#[cfg(test)]
mod tests;
