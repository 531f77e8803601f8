//! The built-in plugins' manifests: exactly what their checks need, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use keelmark_audit::DescribedPlugin;
use keelmark_audit::catalog::Catalog;
use keelmark_contract::ops;
use serde_json::Value;
use toml::Value as Toml;

use crate::tree::Generated;

/// What every section says, whatever its checks need.
const REPORTING: &[(&str, &str)] = &[
    ("report.emit", "reports its verdicts"),
    ("report.log", "says why it broke, should it break"),
    ("report.progress", "says how far it is"),
];

/// The manifest of every section of every edition.
pub fn generate(root: &Path, catalogs: &[Catalog]) -> anyhow::Result<Vec<Generated>> {
    let mut files = Vec::new();
    for catalog in catalogs {
        let edition = root.join("plugins").join(catalog.edition.id);
        for plugin in &catalog.plugins {
            let prefix = format!("{}-", plugin.section.number);
            let folders = std::fs::read_dir(&edition)?.filter_map(|entry| Some(entry.ok()?.path()));
            let mut named =
                folders.filter(|folder| folder.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&prefix)));
            let folder = named.next().with_context(|| format!("no folder {prefix}* in {}", edition.display()))?;
            files.push((folder.join("plugin.toml"), manifest(plugin)?));
        }
    }
    Ok(files)
}

fn manifest(plugin: &DescribedPlugin) -> anyhow::Result<String> {
    let section = &plugin.section;
    let mut text = format!(
        "# Written by `cargo xtask manifests` from what the section's checks need.\n\
         schema = 1\nid = \"{}\"\nversion = \"{}\"\napi = \"0.1\"\nbenchmark = \"{}\"\nsection = \"{}\"\n",
        plugin.plugin.id,
        env!("CARGO_PKG_VERSION"),
        section.benchmark,
        section.number
    );
    // One capability for each operation and reason; a command line is one by itself.
    let mut capabilities: BTreeMap<(String, String, Vec<String>), BTreeSet<String>> = BTreeMap::new();
    for need in section.recommendations.iter().flat_map(|recommendation| recommendation.all("need")) {
        let need: Value = serde_json::from_str(need)?;
        let text = |key: &str| need[key].as_str().map(str::to_owned).with_context(|| format!("a need without {key}"));
        let args = need["args"].as_array().context("a need without args")?;
        let args: Vec<String> = args.iter().filter_map(|arg| arg.as_str().map(str::to_owned)).collect();
        let op = text("op")?;
        let argv = if op == "exec" { args.clone() } else { Vec::new() };
        capabilities.entry((op, text("why")?, argv)).or_default().extend(args);
    }
    for (op, why) in REPORTING {
        capabilities.entry(((*op).to_owned(), (*why).to_owned(), Vec::new())).or_default();
    }
    for ((op, why, argv), args) in capabilities {
        let args: Vec<String> = if op == "exec" { argv } else { args.into_iter().collect() };
        text.push_str(&format!("\n[[capability]]\nop = {}\n", Toml::from(op.as_str())));
        let key = ops::named(&op).with_context(|| format!("{op} is no operation"))?.key;
        if let Some(key) = key.filter(|_| !args.is_empty()) {
            text.push_str(&list(key.name(), &args));
        }
        text.push_str(&format!("why = {}\n", Toml::from(why)));
    }
    Ok(text)
}

/// A list on one line where it fits, else one entry a line.
fn list(key: &str, args: &[String]) -> String {
    let words: Vec<String> = args.iter().map(|arg| Toml::from(arg.as_str()).to_string()).collect();
    let one_line = format!("{key} = [{}]\n", words.join(", "));
    if one_line.len() <= 100 { one_line } else { format!("{key} = [\n    {},\n]\n", words.join(",\n    ")) }
}
