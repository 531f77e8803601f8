//! `sdk/reference.md`: every function that a plugin can call, from the contract itself.
//!
//! What the WIT says is taken from there. What it does not say (which errors, which limits) stands in [`notes`], with
//! the numbers that the host goes by; a function without such notes fails the generation.

mod notes;

use std::fmt::Write as _;

use anyhow::{Context as _, ensure};
use keelmark_author::contract::{Contract, FILES};
use keelmark_contract::ops::{self, Op};
use keelmark_contract::plugin::Manifest;
use notes::Notes;

/// Where the page is, from the root of the checkout.
pub const FILE: &str = "sdk/reference.md";

/// What the page begins with.
const START: &str = "<!-- Written by `cargo xtask docs` from wit/ and the host's own limits. -->

# What a plugin can ask

Every function of the contract `keelmark:plugin`: what it returns, how it fails, the lines of `plugin.toml` that allow
it, and its limits. Types are in [`wit/`](../wit/README.md); each SDK spells the names as its language does
(`read-text` is `read_text` in Rust and Python, `readText` in JavaScript, `ReadText` in Go).

";

/// The page.
pub fn generate() -> anyhow::Result<String> {
    let contract = Contract::whole()?;
    let mut page = START.to_owned();
    page.push_str(&notes::everywhere());
    let interfaces = contract.resolve.interfaces.iter().map(|(_, interface)| interface);
    let mut interfaces: Vec<_> = interfaces.filter(|interface| !interface.functions.is_empty()).collect();
    // The engine first: it is what most plugins are about. What a plugin itself offers comes last.
    let order = ["docker", "fs", "exec", "process", "host", "report", "guest"];
    let place = |name: Option<&str>| order.iter().position(|known| Some(*known) == name);
    interfaces.sort_by_key(|interface| place(interface.name.as_deref()));
    for interface in interfaces {
        let name = interface.name.as_deref().unwrap_or_default();
        write!(page, "## {name}\n\n{}\n\n", paragraph(interface.docs.contents.as_deref()))?;
        for (function, details) in &interface.functions {
            let docs = paragraph(details.docs.contents.as_deref());
            let signature = signature(name, function).with_context(|| format!("{name}.wit has no {function}"))?;
            write!(page, "### {name}.{function}\n\n```wit\n{signature}\n```\n\n{docs}\n\n")?;
            if name == "guest" {
                continue;
            }
            let op = ops::of_function(name, function)
                .with_context(|| format!("{name}.{function} is not in the table of operations"))?;
            let notes = Notes::of(op);
            let capability = capability(op);
            check_capability(&capability).with_context(|| format!("the capability shown for {}", op.name))?;
            write!(page, "```toml\n{capability}```\n\n")?;
            for (what, items) in [("Fails with", &notes.errors), ("Limits", &notes.limits)] {
                if !items.is_empty() {
                    write!(page, "{what}:\n\n")?;
                    items.iter().try_for_each(|item| writeln!(page, "- {item}"))?;
                    page.push('\n');
                }
            }
        }
    }
    Ok(page.trim_end().to_owned() + "\n")
}

/// The `[[capability]]` that allows an operation, as an example.
fn capability(op: &Op) -> String {
    let limit = op.key.map(|key| format!("{} = {}\n", key.name(), toml::Value::from(op.example.to_vec())));
    format!("[[capability]]\nop = \"{}\"\n{}why = \"{}\"\n", op.name, limit.unwrap_or_default(), op.why)
}

/// What is shown must be what a manifest takes.
fn check_capability(capability: &str) -> anyhow::Result<()> {
    let head = "schema = 1\nid = \"a\"\nversion = \"1.0.0\"\napi = \"0.1\"\nbenchmark = \"a-1\"\nsection = \"1\"\n";
    let manifest = Manifest::parse(&format!("{head}{capability}"))?;
    ensure!(manifest.capabilities.len() == 1, "it is not one capability");
    Ok(())
}

/// A function as the WIT file writes it.
fn signature(interface: &str, function: &str) -> Option<String> {
    let (_, text) = FILES.iter().find(|(name, _)| name.strip_suffix(".wit") == Some(interface))?;
    let start = text.find(&format!("\n  {function}: func("))? + 1;
    let end = start + text.get(start..)?.find(';')? + 1;
    text.get(start..end).map(|text| text.trim().to_owned())
}

/// Documentation as Markdown: a quotation that could be taken for a tag is code.
fn paragraph(docs: Option<&str>) -> String {
    let mut text = String::new();
    for (number, piece) in docs.unwrap_or_default().trim().split('"').enumerate() {
        let quote = match number % 2 {
            0 => "",
            _ if piece.contains('<') => "`",
            _ => "\"",
        };
        text.extend([quote, piece, quote]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_the_checkout_is_current() {
        let page = std::fs::read_to_string(crate::tree::root().join(FILE)).unwrap();
        assert_eq!(page, generate().unwrap(), "`cargo xtask docs` writes it");
    }

    #[test]
    fn every_function_is_on_the_page_with_its_capability() {
        let page = generate().unwrap();
        for op in ops::all() {
            assert!(page.contains(&format!("op = \"{}\"\n", op.name)), "{op:?}");
        }
        for function in ["guest.describe", "guest.audit", "docker.inspect-containers", "fs.read-text", "exec.run"] {
            assert_eq!(page.matches(&format!("### {function}\n")).count(), 1, "{function}");
        }
        assert!(page.contains("run: func(program: string, args: list<string>) -> result<output, error>;"), "{page}");
    }
}
