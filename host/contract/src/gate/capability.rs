//! One capability: what a `[[capability]]` of a manifest means, and which calls it allows.

mod covers;

pub use covers::{all_cover, difference, intersection};
use globset::GlobSet;

use super::argv::{ArgvPattern, Programs};
use super::{Call, fields, paths};
use crate::gate::RawCapability;
use crate::ops::{self, Key, Op};

/// Something that a plugin may do, and why its author says it must.
#[derive(Clone, Debug)]
pub struct Capability {
    pub why: String,
    op: &'static Op,
    limit: Limit,
}

/// What a capability is limited to.
#[derive(Clone, Debug)]
enum Limit {
    Argv(ArgvPattern),
    Paths {
        written: Vec<String>,
        globs: GlobSet,
    },
    Fields(Vec<String>),
    /// Names or keys: one of these words.
    Words(Vec<String>),
    /// The operation takes no arguments.
    None,
}

/// Why a capability is refused.
#[derive(Debug, thiserror::Error)]
pub enum CapabilityError {
    #[error("unknown op {found:?}; the ops are: {}", ops::names())]
    UnknownOp { found: String },
    #[error("{op} needs {key}, a list with at least one entry")]
    Needs { op: String, key: &'static str },
    #[error("{op} takes no {key}")]
    Takes { op: String, key: &'static str },
    #[error("{op} needs why, a sentence that the operator reads before granting it")]
    Why { op: String },
    #[error("{op}: {problem}")]
    Value { op: String, problem: String },
}

impl Capability {
    pub fn parse(mut raw: RawCapability) -> Result<Self, CapabilityError> {
        if raw.why.trim().is_empty() {
            return Err(CapabilityError::Why { op: raw.op });
        }
        let Some(op) = ops::named(&raw.op) else { return Err(CapabilityError::UnknownOp { found: raw.op }) };
        let name = || op.name.to_owned();
        let values = match op.key {
            None => Vec::new(),
            Some(key) => {
                let given = raw.list(key).take().filter(|list| !list.is_empty());
                given.ok_or_else(|| CapabilityError::Needs { op: name(), key: key.name() })?
            }
        };
        let limit = Limit::parse(op.key, values).map_err(|problem| CapabilityError::Value { op: name(), problem })?;
        if let Some(key) = Key::ALL.into_iter().find(|key| raw.list(*key).is_some()) {
            return Err(CapabilityError::Takes { op: name(), key: key.name() });
        }
        Ok(Self { why: raw.why, op, limit })
    }

    /// The operation's name in manifests.
    pub fn op(&self) -> &'static str {
        self.op.name
    }

    /// The operation that it allows.
    pub fn operation(&self) -> &'static Op {
        self.op
    }

    /// The key of a `[[capability]]` that holds [`Self::args`]; none where the operation takes no arguments.
    pub fn key(&self) -> Option<&'static str> {
        self.op.key.map(Key::name)
    }

    /// Whether it asks for a program that keelmark does not run: neither its own list nor the operator's has it.
    pub fn is_unlisted_program(&self, more: &Programs) -> bool {
        matches!(&self.limit, Limit::Argv(pattern) if !pattern.is_listed(more))
    }

    /// What it is limited to, as the manifest writes it.
    pub fn args(&self) -> &[String] {
        match &self.limit {
            Limit::Argv(pattern) => pattern.written(),
            Limit::Paths { written, .. } => written,
            Limit::Fields(list) | Limit::Words(list) => list,
            Limit::None => &[],
        }
    }

    /// One line: the operation, and what it is limited to.
    pub fn summary(&self) -> String {
        std::iter::once(self.op()).chain(self.args().iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
    }

    /// Whether it reads nothing of the host: what a plugin has before anybody granted it anything.
    pub fn is_harmless(&self) -> bool {
        self.op.is_harmless()
    }

    /// The fields that it grants of a question to the engine; none where it is about something else.
    pub(super) fn docker_fields(&self, asked: &Op) -> Option<&[String]> {
        (self.op == asked && asked.question.is_some()).then(|| self.args())
    }

    pub(super) fn allows(&self, call: Call) -> bool {
        if self.op != call.op() {
            return false;
        }
        match (&self.limit, call) {
            (Limit::Argv(pattern), Call::Exec { program, args }) => pattern.matches(program, args),
            (Limit::Paths { globs, written }, Call::Fs { path, is_daemon_config, .. }) => {
                globs.is_match(path) || is_daemon_config && written.iter().any(|path| path == paths::DAEMON_CONFIG)
            }
            (Limit::Words(words), Call::FindProcesses { name: word } | Call::Setting { key: word }) => {
                words.iter().any(|granted| granted == word)
            }
            (Limit::None, Call::Plain { .. }) => true,
            _ => false,
        }
    }
}

impl Limit {
    fn parse(key: Option<Key>, values: Vec<String>) -> Result<Self, String> {
        Ok(match key {
            None => Limit::None,
            Some(Key::Argv) => Limit::Argv(ArgvPattern::parse(values)?),
            Some(Key::Paths) => Limit::Paths { globs: paths::compile(&values)?, written: values },
            Some(Key::Names | Key::Keys) => Limit::Words(values),
            Some(Key::Fields) => match values.iter().find_map(|field| fields::problem(field)) {
                Some(problem) => return Err(problem),
                None => Limit::Fields(values),
            },
        })
    }
}
