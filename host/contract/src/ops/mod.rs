//! The operations: one row for each function that a plugin can call. A test of `author` holds the rows against `wit/`.
//!
//! Whatever has to know the functions of the contract reads it here: the gate and the keys of manifests, the sentences
//! that operators read before they grant something, the engine's paths, recordings, the audit log, the reference
//! pages, and what `cargo xtask bindings` writes for the SDKs. `CONTRIBUTING.md` says how a row is added.

mod engine;
mod machine;
mod recorded;

pub use engine::*;
pub use machine::*;
pub use recorded::{FORMAT_1, current_key};

use std::fmt;
use std::hash::{Hash, Hasher};

/// One function of the contract.
pub struct Op {
    /// "docker"
    pub interface: &'static str,
    /// "list-containers"
    pub function: &'static str,
    /// What manifests, grants and the audit log call it: "docker.list-containers".
    pub name: &'static str,
    /// The key of a `[[capability]]` that limits it; none where it cannot be limited.
    pub key: Option<Key>,
    /// What the engine is asked; none where it is not the engine that answers.
    pub question: Option<Question>,
    /// What granting it means, in words that an operator understands.
    pub risk: &'static str,
    /// A limit as an author would write it: [`Self::key`]'s values.
    pub example: &'static [&'static str],
    /// The reason that goes with the example.
    pub why: &'static str,
}

/// A list of a `[[capability]]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A command line: its literal words and holes.
    Argv,
    /// Files and directories, with wildcards.
    Paths,
    /// Programs by their file names.
    Names,
    /// Fields of the engine's answers.
    Fields,
    /// Settings of keelmark.toml.
    Keys,
}

impl Key {
    pub const ALL: [Self; 5] = [Self::Argv, Self::Paths, Self::Names, Self::Fields, Self::Keys];

    /// As a manifest writes it.
    pub fn name(self) -> &'static str {
        match self {
            Key::Argv => "argv",
            Key::Paths => "paths",
            Key::Names => "names",
            Key::Fields => "fields",
            Key::Keys => "keys",
        }
    }
}

/// One question to the engine: a GET of a fixed path.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// With "{id}" where it is asked about one object at a time. It carries no API version: each engine then speaks its
    /// own newest one. A fixed version would be refused by engines that no longer, or do not yet, speak it, and fields
    /// differ between versions anyway.
    pub path: &'static str,
    pub shape: Shape,
    pub about: About,
}

/// What the engine's answer has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Object,
    /// An object that holds lists of all objects of a kind.
    ObjectOfLists,
    List,
    /// An object that holds the list in this field, beside what nobody asks for.
    ListIn(&'static str),
}

impl Shape {
    /// Whether a plugin gets a list.
    pub fn is_list(self) -> bool {
        matches!(self, Shape::List | Shape::ListIn(_))
    }

    /// Whether it grows with the number of objects that the engine has.
    pub fn has_many(self) -> bool {
        self != Shape::Object
    }
}

/// What an answer is about: what the SDKs call their functions' objects, and evidence its subjects.
#[derive(Clone, Copy, Debug)]
pub enum About {
    /// One thing that every engine has, by its subject: "daemon".
    One(&'static str),
    /// All objects of a kind.
    All {
        /// "volume"
        noun: &'static str,
        /// Where an object has its id and its name. Without an id, the name is one.
        id: Option<&'static str>,
        name: &'static str,
    },
    /// Objects of which each is asked about by its id.
    Each {
        /// "container"
        noun: &'static str,
        /// The function that lists them; none where their ids stand in other answers.
        listed_by: Option<&'static str>,
        /// What the SDKs call the answer where it is a list: "Layers".
        list: Option<&'static str>,
    },
}

impl Question {
    /// Whether it is asked about one object at a time.
    pub fn is_each(&self) -> bool {
        matches!(self.about, About::Each { .. })
    }

    /// The path, about that object.
    pub fn path_of(&self, id: Option<&str>) -> String {
        self.path.replace("{id}", id.unwrap_or_default())
    }
}

impl Op {
    /// Whether granting it needs nobody's consent: it reads nothing of the host.
    pub fn is_harmless(&self) -> bool {
        self.interface == "report"
    }

    /// Whether its answer depends on which fields are asked for.
    pub fn has_fields(&self) -> bool {
        self.key == Some(Key::Fields)
    }
}

/// Two rows are one where they have one name.
impl PartialEq for Op {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Op {}

impl Hash for Op {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Every operation.
pub fn all() -> impl Iterator<Item = &'static Op> {
    MACHINE.iter().chain(ENGINE).chain(PLUGIN).copied()
}

/// The questions to the engine.
pub fn questions() -> impl Iterator<Item = (&'static Op, &'static Question)> {
    ENGINE.iter().filter_map(|op| Some((*op, op.question.as_ref()?)))
}

/// The operation of that name in manifests.
pub fn named(name: &str) -> Option<&'static Op> {
    all().find(|op| op.name == name)
}

/// The operation behind a function of the contract.
pub fn of_function(interface: &str, function: &str) -> Option<&'static Op> {
    all().find(|op| op.interface == interface && op.function == function)
}

/// The names of all operations, for messages.
pub fn names() -> String {
    all().map(|op| op.name).collect::<Vec<_>>().join(", ")
}

/// Rows, each with a name of its own, and the list of them.
macro_rules! operations {
    ($(#[$doc:meta])* $list:ident: $($row:ident = { $($field:ident: $value:expr),+ $(,)? })+) => {
        $(pub static $row: $crate::ops::Op = $crate::ops::Op { $($field: $value),+ };)+
        $(#[$doc])*
        pub static $list: &[&$crate::ops::Op] = &[$(&$row),+];
    };
}
use operations;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::gate::{Capability, RawCapability};

    #[test]
    fn every_row_has_a_name_a_risk_and_a_reason_of_its_own() {
        let names: BTreeSet<&str> = all().map(|op| op.name).collect();
        let functions: BTreeSet<_> = all().map(|op| (op.interface, op.function)).collect();
        assert_eq!((names.len(), functions.len()), (all().count(), all().count()));
        assert!(all().all(|op| !op.risk.is_empty() && !op.why.is_empty()));
    }

    #[test]
    fn every_example_is_what_a_manifest_takes() {
        for op in all() {
            let values = op.example.iter().map(|value| (*value).to_owned()).collect();
            let capability = Capability::parse(RawCapability::of(op, op.why, values));
            assert_eq!(capability.unwrap().args(), op.example, "{op:?}");
        }
    }

    #[test]
    fn a_path_has_a_place_for_an_id_where_there_is_one() {
        for (op, question) in questions() {
            assert_eq!(question.path.matches("{id}").count(), usize::from(question.is_each()), "{op:?}");
            let is_list = matches!(question.about, About::All { .. } | About::Each { list: Some(_), .. });
            assert!(!op.has_fields() || question.shape.is_list() == is_list, "{op:?}");
            if let About::Each { listed_by: Some(function), .. } = question.about {
                assert!(of_function("docker", function).is_some(), "{op:?}");
            }
        }
    }

    /// The engine is told which processes' columns it shall print, and tells names only.
    #[test]
    fn the_risk_of_processes_speaks_of_names_only() {
        assert!(CONTAINER_PROCESSES.risk.contains("names"), "{}", CONTAINER_PROCESSES.risk);
        assert!(!CONTAINER_PROCESSES.risk.contains("with their command lines"), "{}", CONTAINER_PROCESSES.risk);
    }
}
