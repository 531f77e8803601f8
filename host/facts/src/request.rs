//! What can be asked of a backend, and the key under which a recording holds the answer.

use keelmark_contract::ops::{Op, Question};
use keelmark_contract::{ErrorKind, FactError};
use serde_json::Value;

/// One question to the audited host or its engine. The gate has allowed it before it gets here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    Exec {
        program: String,
        args: Vec<String>,
    },
    Stat {
        path: String,
        follow: bool,
    },
    ReadText {
        path: String,
    },
    ListDir {
        path: String,
    },
    FindProcesses {
        name: String,
    },
    Docker(DockerRequest),
    Facts,
    /// Which host is audited, and by whom ([`super::identity`]).
    Identity,
    Now,
}

/// One question to the engine: a row of the table of operations and, where it is about one object, that object's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DockerRequest {
    op: &'static Op,
    id: Option<String>,
}

impl DockerRequest {
    /// A question about the engine, or about all objects of a kind.
    pub fn whole(op: &'static Op) -> Self {
        Self { op, id: None }
    }

    /// A question about one object.
    pub fn about(op: &'static Op, id: impl Into<String>) -> Self {
        Self { op, id: Some(id.into()) }
    }

    /// The operation of the contract that asks this: what a manifest names to be allowed to.
    pub fn op(&self) -> &'static Op {
        self.op
    }

    /// The object that it is about; none where it is about all.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// What of the table says how the engine is asked.
    pub(crate) fn question(&self) -> Result<&'static Question, FactError> {
        let no_question =
            || FactError::new(ErrorKind::Invalid, format!("{} is no question to the engine", self.op.name));
        self.op.question.as_ref().ok_or_else(no_question)
    }

    /// The path of the question. The gate has checked the id already; but this is the last place before the path.
    pub(crate) fn path(&self) -> Result<String, FactError> {
        let question = self.question()?;
        let invalid = |problem: String| Err(FactError::new(ErrorKind::Invalid, problem));
        match &self.id {
            Some(id) if !Self::is_valid_id(id) => invalid(format!("{id:?} cannot be an id in {}", self.op.name)),
            id if id.is_some() != question.is_each() => {
                invalid(format!("{} {} an id", self.op.name, if id.is_some() { "takes no" } else { "needs" }))
            }
            id => Ok(question.path_of(id.as_deref())),
        }
    }

    /// Whether `id` can stand in a request's path: no slash, no query, no dot segment. Image ids keep their
    /// "sha256:"; names with a slash are not ids, and plugins get ids from the lists.
    pub fn is_valid_id(id: &str) -> bool {
        let bare = id.strip_prefix("sha256:").unwrap_or(id);
        let starts_well = bare.starts_with(|c: char| c.is_ascii_alphanumeric());
        starts_well && bare.len() <= 128 && bare.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
    }
}

impl Request {
    /// The key of this request in a recording: readable, and the same for the same question.
    pub fn key(&self) -> String {
        match self {
            Request::Exec { program, args } => {
                let words: Vec<String> = std::iter::once(program).chain(args).map(|word| quote(word)).collect();
                format!("exec {}", words.join(" "))
            }
            Request::Stat { path, follow: true } => format!("stat {path}"),
            Request::Stat { path, follow: false } => format!("lstat {path}"),
            Request::ReadText { path } => format!("read {path}"),
            Request::ListDir { path } => format!("list {path}"),
            Request::FindProcesses { name } => format!("process {name}"),
            Request::Docker(DockerRequest { op, id: None }) => format!("docker {}", op.function),
            Request::Docker(DockerRequest { op, id: Some(id) }) => format!("docker {} {id}", op.function),
            Request::Facts => "facts".into(),
            Request::Identity => "identity".into(),
            Request::Now => "now".into(),
        }
    }
}

/// A word as it is, or as a JSON string where a blank or quote would blur where it ends.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:=,@%+-".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { Value::from(word).to_string() }
}

/// Short names for tests, which ask many questions.
#[cfg(test)]
pub use testing::{about, whole};

#[cfg(test)]
mod testing {
    use super::{DockerRequest, Op};

    pub fn whole(op: &'static Op) -> DockerRequest {
        DockerRequest::whole(op)
    }

    pub fn about(op: &'static Op, id: impl Into<String>) -> DockerRequest {
        DockerRequest::about(op, id)
    }
}

#[cfg(test)]
mod tests {
    use keelmark_contract::ops;

    use super::*;

    #[test]
    fn ids_that_could_change_the_path_are_invalid() {
        for id in ["", ".", "..", "a/b", "a/../b", "a?x=1", "a#b", "a%2f", "-x", "a b", "a\n", "sha256:", "é"] {
            assert!(!DockerRequest::is_valid_id(id), "{id:?}");
        }
        for id in ["4d1c", "sha256:4d1c", "web_1.a-b"] {
            assert!(DockerRequest::is_valid_id(id), "{id:?}");
        }
    }

    #[test]
    fn a_question_has_an_id_exactly_where_its_path_has_a_place_for_one() {
        assert_eq!(about(&ops::INSPECT_IMAGES, "4d1c").path().unwrap(), "/images/4d1c/json");
        for wrong in [whole(&ops::INSPECT_IMAGES), about(&ops::INFO, "4d1c"), whole(&ops::FS_STAT)] {
            assert_eq!(wrong.path().unwrap_err().kind, ErrorKind::Invalid, "{wrong:?}");
        }
    }

    #[test]
    fn the_page_about_recordings_knows_the_words_of_format_1() {
        let page = include_str!("../../docs/recordings.md");
        for (word, op) in ops::FORMAT_1 {
            let id = if op.question.unwrap().is_each() { " ID" } else { "" };
            assert!(page.contains(&format!("| `docker {word}{id}` | `docker {}{id}` |", op.function)), "{word}");
        }
    }

    #[test]
    fn keys_keep_words_apart() {
        let key = |args: &[&str]| {
            Request::Exec { program: "x".into(), args: args.iter().map(|a| (*a).into()).collect() }.key()
        };
        assert_eq!(key(&["-l"]), "exec x -l");
        assert_ne!(key(&["a b"]), key(&["a", "b"]));
    }
}
