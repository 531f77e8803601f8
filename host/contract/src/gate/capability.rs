//! One capability: what a `[[capability]]` of a manifest means, and which calls it allows.

mod covers;

pub use covers::{all_cover, difference, intersection};
use globset::GlobSet;

use super::argv::{ArgvPattern, Programs};
use super::{Call, fields, paths};
use crate::gate::RawCapability;

/// The engine questions that a manifest can ask for: the functions of `wit/docker.wit`.
pub const DOCKER_OPS: &[&str] = &[
    "docker.version",
    "docker.info",
    "docker.list-containers",
    "docker.inspect-containers",
    "docker.container-processes",
    "docker.inspect-execs",
    "docker.list-images",
    "docker.inspect-images",
    "docker.image-history",
    "docker.list-networks",
    "docker.list-volumes",
    "docker.swarm",
    "docker.list-nodes",
    "docker.list-services",
    "docker.list-secrets",
];

/// The operations without arguments.
const PLAIN_OPS: &[&str] = &["host.facts", "host.now", "report.emit", "report.progress", "report.log"];

/// One of the file operations of `wit/fs.wit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FsOp {
    Stat,
    ReadText,
    ListDir,
}

impl FsOp {
    const ALL: [Self; 3] = [Self::Stat, Self::ReadText, Self::ListDir];

    /// The operation's name in manifests.
    pub fn name(self) -> &'static str {
        match self {
            FsOp::Stat => "fs.stat",
            FsOp::ReadText => "fs.read-text",
            FsOp::ListDir => "fs.list-dir",
        }
    }
}

/// Something that a plugin may do, and why its author says it must.
#[derive(Clone, Debug)]
pub struct Capability {
    pub why: String,
    rule: Rule,
}

#[derive(Clone, Debug)]
enum Rule {
    Exec(ArgvPattern),
    Fs { op: FsOp, written: Vec<String>, globs: GlobSet },
    FindProcesses(Vec<String>),
    Docker { op: &'static str, fields: Vec<String> },
    Setting(Vec<String>),
    Plain(&'static str),
}

/// Why a capability is refused.
#[derive(Debug, thiserror::Error)]
pub enum CapabilityError {
    #[error("unknown op {found:?}; the ops are: {}", known.join(", "))]
    UnknownOp { found: String, known: Vec<&'static str> },
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
    pub fn parse(raw: RawCapability) -> Result<Self, CapabilityError> {
        let RawCapability { op, why, argv, paths, names, fields, keys } = raw;
        if why.trim().is_empty() {
            return Err(CapabilityError::Why { op });
        }
        let mut given = [("argv", argv), ("paths", paths), ("names", names), ("fields", fields), ("keys", keys)];
        let mut take = |key: &'static str| {
            let found = given.iter_mut().find(|(name, _)| *name == key).and_then(|(_, list)| list.take());
            found.filter(|list| !list.is_empty()).ok_or_else(|| CapabilityError::Needs { op: op.clone(), key })
        };
        let value = |problem| CapabilityError::Value { op: op.clone(), problem };
        let rule = if op == "exec" {
            Rule::Exec(ArgvPattern::parse(take("argv")?).map_err(value)?)
        } else if let Some(fs) = FsOp::ALL.into_iter().find(|fs| fs.name() == op) {
            let written = take("paths")?;
            Rule::Fs { op: fs, globs: paths::compile(&written).map_err(value)?, written }
        } else if op == "process.find" {
            Rule::FindProcesses(take("names")?)
        } else if op == "docker.container-processes" {
            Rule::Docker { op: "docker.container-processes", fields: Vec::new() }
        } else if let Some(known) = DOCKER_OPS.iter().find(|known| **known == op) {
            let fields = take("fields")?;
            if let Some(problem) = fields.iter().find_map(|field| fields::problem(field)) {
                return Err(value(problem));
            }
            Rule::Docker { op: known, fields }
        } else if op == "host.setting" {
            Rule::Setting(take("keys")?)
        } else if let Some(known) = PLAIN_OPS.iter().find(|known| **known == op) {
            Rule::Plain(known)
        } else {
            return Err(CapabilityError::UnknownOp { found: op, known: all_ops() });
        };
        if let Some((key, _)) = given.iter().find(|(_, list)| list.is_some()) {
            return Err(CapabilityError::Takes { op, key });
        }
        Ok(Self { why, rule })
    }

    /// The operation's name in manifests.
    pub fn op(&self) -> &'static str {
        match &self.rule {
            Rule::Exec(_) => "exec",
            Rule::Fs { op, .. } => op.name(),
            Rule::FindProcesses(_) => "process.find",
            Rule::Docker { op, .. } | Rule::Plain(op) => op,
            Rule::Setting(_) => "host.setting",
        }
    }

    /// The key of a `[[capability]]` that holds [`Self::args`]; none where the operation takes no arguments.
    pub fn key(&self) -> Option<&'static str> {
        match &self.rule {
            Rule::Exec(_) => Some("argv"),
            Rule::Fs { .. } => Some("paths"),
            Rule::FindProcesses(_) => Some("names"),
            Rule::Docker { fields, .. } => (!fields.is_empty()).then_some("fields"),
            Rule::Setting(_) => Some("keys"),
            Rule::Plain(_) => None,
        }
    }

    /// Whether it asks for a program that keelmark does not run: neither its own list nor the operator's has it.
    pub fn is_unlisted_program(&self, more: &Programs) -> bool {
        matches!(&self.rule, Rule::Exec(pattern) if !pattern.is_listed(more))
    }

    /// What it is limited to, as the manifest writes it.
    pub fn args(&self) -> &[String] {
        match &self.rule {
            Rule::Exec(pattern) => pattern.written(),
            Rule::Fs { written, .. } => written,
            Rule::FindProcesses(names) => names,
            Rule::Docker { fields, .. } => fields,
            Rule::Setting(keys) => keys,
            Rule::Plain(_) => &[],
        }
    }

    /// One line: the operation, and what it is limited to.
    pub fn summary(&self) -> String {
        std::iter::once(self.op()).chain(self.args().iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
    }

    /// Whether it reads nothing of the host: what a plugin has before anybody granted it anything.
    pub fn is_harmless(&self) -> bool {
        matches!(self.rule, Rule::Plain(op) if op.starts_with("report."))
    }

    /// The fields it grants of a docker operation; none where it is about something else.
    pub(super) fn docker_fields(&self, asked: &str) -> Option<&[String]> {
        match &self.rule {
            Rule::Docker { op, fields } if *op == asked => Some(fields),
            _ => None,
        }
    }

    pub(super) fn allows(&self, call: Call) -> bool {
        match (&self.rule, call) {
            (Rule::Exec(pattern), Call::Exec { program, args }) => pattern.matches(program, args),
            (Rule::Fs { op, globs, .. }, Call::Fs { op: asked, path }) => *op == asked && globs.is_match(path),
            (Rule::FindProcesses(names), Call::FindProcesses { name }) => names.iter().any(|granted| granted == name),
            (Rule::Setting(keys), Call::Setting { key }) => keys.iter().any(|granted| granted == key),
            (Rule::Plain("host.facts"), Call::HostFacts) | (Rule::Plain("host.now"), Call::Now) => true,
            (Rule::Plain(op), Call::Report { op: asked }) => *op == asked,
            _ => false,
        }
    }
}

/// Every operation that a manifest can ask for.
pub fn all_ops() -> Vec<&'static str> {
    let fs = FsOp::ALL.into_iter().map(FsOp::name);
    let docker = DOCKER_OPS.iter().copied();
    ["exec"]
        .into_iter()
        .chain(fs)
        .chain(["process.find"])
        .chain(docker)
        .chain(["host.setting"])
        .chain(PLAIN_OPS.iter().copied())
        .collect()
}
