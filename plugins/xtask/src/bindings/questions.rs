//! The questions to the engine as the templates of each language need them: the table of operations, and what `wit/`
//! says of each function.

use anyhow::Context as _;
use keelmark_contract::ops::{self, About, FORMAT_1, Op, Question};
use wit_bindgen_core::wit_parser::Resolve;

/// Where the words of every generated file say they come from.
pub const SOURCE: &str = "the table of operations (host/contract/src/ops) and wit/";

/// A question with its documentation.
pub struct Row {
    pub op: &'static Op,
    pub question: &'static Question,
    /// The lines that `wit/docker.wit` has above the function.
    docs: String,
}

/// Every question, in the order of the table.
pub fn rows(resolve: &Resolve) -> anyhow::Result<Vec<Row>> {
    let (_, docker) = resolve
        .interfaces
        .iter()
        .find(|(_, interface)| interface.name.as_deref() == Some("docker"))
        .context("wit/ has no interface docker")?;
    let row = |(op, question): (&'static Op, &'static Question)| {
        let function = docker.functions.get(op.function).with_context(|| format!("wit/ has no {}", op.name))?;
        let docs = function.docs.contents.clone().with_context(|| format!("wit/ does not document {}", op.name))?;
        Ok(Row { op, question, docs })
    };
    ops::questions().map(row).collect()
}

/// The words of recordings of format 1, with the functions that they stand for.
pub fn old_words() -> impl Iterator<Item = (&'static str, &'static str)> {
    FORMAT_1.iter().map(|(word, op)| (*word, op.function))
}

impl Row {
    /// "list-containers"
    pub fn function(&self) -> &'static str {
        self.op.function
    }

    /// "list_containers"
    pub fn snake(&self) -> String {
        self.function().replace('-', "_")
    }

    /// "ListContainers"
    pub fn pascal(&self) -> String {
        self.function().split('-').map(capital).collect()
    }

    /// "listContainers"
    pub fn camel(&self) -> String {
        let pascal = self.pascal();
        let (first, rest) = pascal.split_at(pascal.len().min(1));
        first.to_lowercase() + rest
    }

    /// What is asked for, without the verb: "Containers", "ImageManifests", "History".
    pub fn object(&self) -> String {
        let noun = match self.question.about {
            About::Each { noun, .. } => format!("{noun}-"),
            _ => String::new(),
        };
        let name = self.function();
        let bare = ["list-", "inspect-", &noun].into_iter().find_map(|verb| name.strip_prefix(verb)).unwrap_or(name);
        bare.split('-').map(capital).collect()
    }

    pub fn is_each(&self) -> bool {
        self.question.is_each()
    }

    pub fn has_fields(&self) -> bool {
        self.op.has_fields()
    }

    /// The documentation, line by line.
    pub fn docs(&self) -> Vec<String> {
        self.docs.lines().map(|line| line.trim().to_owned()).collect()
    }

    /// The same for a function that gives whole objects, with what its capability has to name.
    pub fn docs_of_objects(&self, answer: &str) -> Vec<String> {
        let mut lines = self.docs();
        let capability = match self.question.about {
            About::All { noun, id, name } => {
                lines.insert(0, format!("Every {noun}, by name."));
                let fields: Vec<String> = id.into_iter().chain([name]).map(|field| format!("\"{field}\"")).collect();
                format!(", with {}", fields.join(" and "))
            }
            About::Each { noun, listed_by, list } => {
                lines.insert(
                    0,
                    match listed_by {
                        Some(_) => {
                            format!("About every {noun}, or those listed; one that has vanished since is left out.")
                        }
                        None => format!("About each {noun}, by the ids in other answers."),
                    },
                );
                lines.extend(list.map(|list| format!("The answer is `{}`.", answer.replace("LIST", list))));
                listed_by.map_or_else(String::new, |lister| format!(", and `docker.{lister}` where none are given"))
            }
            About::One(_) => String::new(),
        };
        lines.push(format!("Capability: `{}`{capability}.", self.op.name));
        lines
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_uppercase() + rest
}
