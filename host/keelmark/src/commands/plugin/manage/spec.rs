//! Capabilities on a command line: `OP`, or `OP=VALUE` for one piece of it.

use keelmark_contract::gate::{Capability, RawCapability, all_ops};
use keelmark_disk::input;
use keelmark_store::parse_grant_file;

/// A manifest is at most 64 KiB; no list of what is granted of it is longer.
const FILE_BYTES: usize = 256 * 1024;

/// One CAPABILITY of the command line.
pub enum Spec {
    /// Everything of an operation.
    Op(&'static str),
    /// One path, field, name, key or command line.
    Exact(Box<Capability>),
}

impl Spec {
    pub fn parse(text: &str) -> Result<Self, String> {
        let (op, value) = match text.split_once('=') {
            Some((op, value)) => (op, Some(value)),
            None => (text, None),
        };
        let ops = all_ops();
        let Some(op) = ops.iter().find(|known| **known == op) else {
            return Err(format!("unknown op {op:?}; the ops are: {}", ops.join(", ")));
        };
        let Some(value) = value else { return Ok(Self::Op(op)) };
        let one = || Some(vec![value.to_owned()]);
        let mut raw = RawCapability {
            op: (*op).to_owned(),
            why: "named on the command line".to_owned(),
            argv: None,
            paths: None,
            names: None,
            fields: None,
            keys: None,
        };
        match *op {
            "exec" => raw.argv = Some(value.split_whitespace().map(str::to_owned).collect()),
            "process.find" => raw.names = one(),
            "host.setting" => raw.keys = one(),
            op if op.starts_with("fs.") => raw.paths = one(),
            _ => raw.fields = one(),
        }
        Capability::parse(raw).map(|capability| Self::Exact(Box::new(capability))).map_err(|error| error.to_string())
    }

    pub fn parse_all(texts: &[String]) -> Result<Vec<Self>, String> {
        texts.iter().map(|text| Self::parse(text)).collect()
    }
}

/// The capabilities of a `--grant FILE`, or of `grant --file FILE`.
pub fn read_file(path: &std::path::Path) -> Result<Vec<Capability>, String> {
    let name = path.display();
    let bytes = input::read(path, FILE_BYTES).map_err(|error| format!("failed to read {name}: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|error| format!("{name}: {error}"))?;
    parse_grant_file(&text).map_err(|error| format!("{name}: {error}"))
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
