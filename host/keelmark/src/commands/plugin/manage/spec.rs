//! Capabilities on a command line: `OP`, or `OP=VALUE` for one piece of it.

use keelmark_contract::gate::{Capability, RawCapability};
use keelmark_contract::ops::{self, Key, Op};

/// One CAPABILITY of the command line.
pub enum Spec {
    /// Everything of an operation.
    Op(&'static Op),
    /// One path, field, name, key or command line.
    Exact(Box<Capability>),
}

impl Spec {
    pub fn parse(text: &str) -> Result<Self, String> {
        let (op, value) = match text.split_once('=') {
            Some((op, value)) => (op, Some(value)),
            None => (text, None),
        };
        let unknown = || format!("unknown op {op:?}; the ops are: {}", ops::names());
        let op = ops::named(op).ok_or_else(unknown)?;
        let Some(value) = value else { return Ok(Self::Op(op)) };
        let values = match op.key {
            None => return Err(format!("{} takes no value: name it alone", op.name)),
            Some(Key::Argv) => value.split_whitespace().map(str::to_owned).collect(),
            Some(_) => vec![value.to_owned()],
        };
        let raw = RawCapability::of(op, "named on the command line", values);
        Capability::parse(raw).map(|capability| Self::Exact(Box::new(capability))).map_err(|error| error.to_string())
    }

    pub fn parse_all(texts: &[String]) -> Result<Vec<Self>, String> {
        texts.iter().map(|text| Self::parse(text)).collect()
    }
}

/// How a capability is written on a command line, one for each piece.
pub fn written(capability: &Capability) -> Vec<String> {
    let atoms = capability.atoms();
    let write = |atom: &Capability| match (atom.op(), atom.args()) {
        (op, []) => op.to_owned(),
        (op, args) => format!("{op}={}", args.join(" ")),
    };
    atoms.iter().map(write).collect()
}

/// A word as a shell takes it for one.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
