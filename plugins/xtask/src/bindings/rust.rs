//! What is generated in Rust: the sandbox's functions, the SDK's questions, and the walk of the hostile plugin.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use super::questions::{Row, SOURCE, old_words};
use crate::tree::Generated;

pub fn generate(root: &Path, rows: &[Row]) -> anyhow::Result<Vec<Generated>> {
    let files = [
        ("host/sandbox/src/api/docker/functions.rs", functions(rows)?),
        ("sdk/rust/src/host/questions.rs", questions(rows)?),
        ("sdk/rust/src/guest/questions.rs", imports(rows)?),
        ("tests/bad-plugins/src/plugin/questions.rs", walk(rows)?),
    ];
    let head = format!("// Written by `cargo xtask bindings` from {SOURCE}; not to be edited.\n\n");
    files.into_iter().map(|(path, text)| Ok((root.join(path), format(root, &format!("{head}{text}"))?))).collect()
}

/// As `rustfmt` leaves it: the checkout's other files are held to that too.
fn format(root: &Path, text: &str) -> anyhow::Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("failed to start rustfmt: rustup component add rustfmt")?;
    rustfmt.stdin.take().context("rustfmt has no input")?.write_all(text.as_bytes())?;
    let done = rustfmt.wait_with_output()?;
    ensure!(done.status.success(), "rustfmt does not take what was generated");
    Ok(String::from_utf8(done.stdout)?)
}

/// `wit/docker.wit`, as the sandbox implements it.
fn functions(rows: &[Row]) -> anyhow::Result<String> {
    let mut text = String::from(
        "//! One function for each question to the engine.\n\nuse keelmark_contract::ops;\n\n\
         use super::super::bindings::keelmark::plugin::docker::{Answer, Host};\n\
         use super::super::{PluginState, types};\nuse super::{each, one};\n\nimpl Host for PluginState {\n",
    );
    for (number, row) in rows.iter().enumerate() {
        let (name, constant) = (row.snake(), row.snake().to_uppercase());
        let (arguments, answer, call) = match (row.is_each(), row.has_fields()) {
            (false, _) => ("fields: Vec<String>", "String", format!("one(self, &ops::{constant}, &fields)")),
            (true, true) => (
                "ids: Vec<String>, fields: Vec<String>",
                "Vec<Answer>",
                format!("each(self, &ops::{constant}, ids, &fields)"),
            ),
            (true, false) => ("ids: Vec<String>", "Vec<Answer>", format!("each(self, &ops::{constant}, ids, &[])")),
        };
        let blank = if number == 0 { "" } else { "\n" };
        write!(
            text,
            "{blank}async fn {name}(&mut self, {arguments}) -> Result<{answer}, types::Error> {{\n\
             let answer = {call}.await;\nself.answered(answer)\n}}\n"
        )?;
    }
    Ok(text + "}\n")
}

/// The SDK's names for the questions.
fn questions(rows: &[Row]) -> anyhow::Result<String> {
    let mut text = String::from("//! The questions to the engine, by the names of this SDK.\n");
    for (name, is_each, what) in [
        ("DockerList", false, "The engine questions with one answer."),
        ("DockerEach", true, "The engine questions with an answer per object."),
    ] {
        let of_kind: Vec<&Row> = rows.iter().filter(|row| row.is_each() == is_each).collect();
        write!(text, "\n/// {what}\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\npub enum {name} {{\n")?;
        for row in &of_kind {
            row.docs().iter().try_for_each(|line| writeln!(text, "/// {line}"))?;
            writeln!(text, "{},", row.object())?;
        }
        write!(text, "}}\n\nimpl {name} {{\n/// Every one of them.\npub const ALL: &[Self] = &[")?;
        of_kind.iter().try_for_each(|row| write!(text, "{name}::{},", row.object()))?;
        write!(
            text,
            "];\n\n/// The function's name in the WIT, and in recordings: `{}`.\n",
            of_kind.last().map_or("", |row| row.function())
        )?;
        text.push_str("pub fn function(self) -> &'static str {\nmatch self {\n");
        of_kind.iter().try_for_each(|row| writeln!(text, "{name}::{} => \"{}\",", row.object(), row.function()))?;
        write!(
            text,
            "}}\n}}\n\n/// The operation's name in manifests: `{}`.\n",
            of_kind.last().map_or("", |row| row.op.name)
        )?;
        text.push_str("pub fn op(self) -> &'static str {\nmatch self {\n");
        of_kind.iter().try_for_each(|row| writeln!(text, "{name}::{} => \"{}\",", row.object(), row.op.name))?;
        text.push_str("}\n}\n");
        if is_each {
            text.push_str("\n/// Whether its answers depend on which fields are asked for.\npub fn has_fields(self) -> bool {\n!matches!(self, ");
            let whole: Vec<String> =
                of_kind.iter().filter(|row| !row.has_fields()).map(|row| format!("{name}::{}", row.object())).collect();
            write!(text, "{})\n}}\n", whole.join(" | "))?;
        }
        text.push_str("}\n");
    }
    text.push_str(
        "\n/// The words that recordings of format 1 had for some functions.\n\
         #[cfg(feature = \"testing\")]\npub(crate) const FORMAT_1: &[(&str, &str)] = &[",
    );
    old_words().try_for_each(|(word, function)| write!(text, "(\"{word}\", \"{function}\"),"))?;
    Ok(text + "];\n")
}

/// The component's imports behind the SDK's questions. Each drops out where no check needs it.
fn imports(rows: &[Row]) -> anyhow::Result<String> {
    let mut text = String::from(
        "//! The questions to the engine, as the component imports them. Where no check needs one, its import drops out.\n\n\
         use super::keelmark::plugin::{docker, types};\nuse super::{Table, unneeded};\n\
         use crate::host::{DockerEach, DockerList};\n",
    );
    for (name, kind, arguments, answer, is_each) in [
        ("one", "DockerList", "fields: &[String]", "String", false),
        ("each", "DockerEach", "ids: &[String], fields: &[String]", "Vec<docker::Answer>", true),
    ] {
        write!(
            text,
            "\npub(super) fn {name}<T: Table>(asked: {kind}, {arguments}) -> Result<{answer}, types::Error> {{\nmatch asked {{\n"
        )?;
        for row in rows.iter().filter(|row| row.is_each() == is_each) {
            let passed = match (is_each, row.has_fields()) {
                (false, _) => "fields",
                (true, true) => "ids, fields",
                (true, false) => "ids",
            };
            let (object, op, snake) = (row.object(), row.op.name, row.snake());
            writeln!(text, "{kind}::{object} => needed!(T, \"{op}\", docker::{snake}({passed})),")?;
        }
        text.push_str("}\n}\n");
    }
    Ok(text)
}

/// Every question, asked once.
fn walk(rows: &[Row]) -> anyhow::Result<String> {
    let mut text = String::from(
        "//! Every question to the engine, asked once.\n\n\
         use keelmark_sdk::guest::keelmark::plugin::{docker, types::Error};\n\n\
         /// What comes of one question: JSON, or of each object.\npub type Asked = Result<Vec<Result<String, Error>>, Error>;\n\n\
         /// Asks all of them: about the ids that `ids` gives for a kind of object, for the fields that `fields` gives for a\n\
         /// question's path.\n\
         pub fn ask_all(ids: impl Fn(&str) -> Vec<String>, fields: impl Fn(&str) -> Vec<String>) -> Vec<(&'static str, Asked)> {\n\
         let one = |answer: Result<String, Error>| answer.map(|json| vec![Ok(json)]);\n\
         let each = |answers: Result<Vec<docker::Answer>, Error>| {\n\
         answers.map(|answers| answers.into_iter().map(|answer| answer.json).collect::<Vec<_>>())\n};\nvec![\n",
    );
    for row in rows {
        let (op, path, snake) = (row.op.name, row.question.path, row.snake());
        let call = match row.question.about {
            keelmark_contract::ops::About::Each { noun, .. } => {
                let fields = if row.has_fields() { format!(", &fields({path:?})") } else { String::new() };
                format!("each(docker::{snake}(&ids(\"{noun}\"){fields}))")
            }
            _ => format!("one(docker::{snake}(&fields({path:?})))"),
        };
        writeln!(text, "(\"{op}\", {call}),")?;
    }
    Ok(text + "]\n}\n")
}
