//! The built-in plugins ask for exactly what their rows need: nothing is missing, and nothing is granted for nothing.

use std::collections::{BTreeMap, BTreeSet};

use keelmark_audit::DescribedPlugin;
use keelmark_contract::digest;
use keelmark_contract::plugin::{Imports, Manifest};
use keelmark_editions::{builtin_editions, builtin_plugins};
use keelmark_sdk::Check;
use serde_json::Value;

use super::recommendations;
use crate::support::catalogs;

/// What every section does, whatever its rows need.
const REPORTING: [&str; 3] = ["report.emit", "report.log", "report.progress"];

/// An operation with one of its arguments; a command line counts as one argument, since half of it grants nothing.
type Grant = (String, String);

fn grants(op: &str, args: &[String]) -> Vec<Grant> {
    let one = |arg: &str| (op.to_owned(), arg.to_owned());
    match args {
        [] => vec![one("")],
        args if op == "exec" => vec![one(&args.join(" "))],
        args => args.iter().map(|arg| one(arg)).collect(),
    }
}

fn needed(plugin: &DescribedPlugin) -> BTreeSet<Grant> {
    let mut all: BTreeSet<Grant> = REPORTING.iter().flat_map(|op| grants(op, &[])).collect();
    for need in plugin.section.recommendations.iter().flat_map(|r| r.all("need")) {
        let need: Value = serde_json::from_str(need).unwrap();
        let args: Vec<String> = serde_json::from_value(need["args"].clone()).unwrap();
        assert!(!need["why"].as_str().unwrap().is_empty());
        let op = need["op"].as_str().unwrap();
        // Answered without fields: there is nothing to project.
        all.extend(grants(op, if op == "docker.container-processes" { &[] } else { &args }));
    }
    all
}

fn granted(plugin: &DescribedPlugin) -> BTreeSet<Grant> {
    plugin
        .plugin
        .manifest
        .capabilities
        .iter()
        .flat_map(|capability| grants(capability.op(), capability.args()))
        .collect()
}

/// Not only what it may ask, but what it could ask at all: a component's type is what an operator can check.
#[test]
fn every_plugin_imports_what_its_manifest_names_and_nothing_else() {
    for (benchmark, _) in builtin_editions() {
        for plugin in builtin_plugins(benchmark).unwrap() {
            let component = plugin.component().unwrap();
            // What is known of it without unpacking it is what it holds.
            assert_eq!(plugin.digest, digest(&component));
            let manifest = Manifest::of_component(&component).unwrap();
            assert_eq!(format!("{manifest:?}"), format!("{:?}", plugin.manifest().unwrap()));
            let imports = Imports::of(&component).unwrap();
            let imported: BTreeSet<&str> =
                imports.functions.iter().filter_map(|import| Some(import.op?.name)).collect();
            let named: BTreeSet<&str> = manifest.capabilities.iter().map(|capability| capability.op()).collect();
            assert_eq!(imported, named, "{}", manifest.id);
        }
    }
}

#[test]
fn every_manifest_grants_what_its_rows_need_and_nothing_else() {
    let mut problems = String::new();
    for plugin in catalogs().iter().flat_map(|catalog| &catalog.plugins) {
        let (needed, granted) = (needed(plugin), granted(plugin));
        if needed != granted {
            let missing: Vec<_> = needed.difference(&granted).collect();
            let idle: Vec<_> = granted.difference(&needed).collect();
            problems.push_str(&format!("{}: missing {missing:?}, for nothing {idle:?}\n", plugin.plugin.id));
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn every_manifest_says_which_section_it_is() {
    for plugin in catalogs().iter().flat_map(|catalog| &catalog.plugins) {
        let (manifest, section) = (&plugin.plugin.manifest, &plugin.section);
        assert_eq!(manifest.id, format!("{}-{}", section.benchmark, section.number));
        assert_eq!((&manifest.benchmark, &manifest.section), (&section.benchmark, &section.number));
        assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
    }
}

#[test]
fn every_bound_parameter_is_one_of_its_check() {
    let checks: BTreeMap<&str, &Check> =
        keelmark_checks::catalog().iter().map(|entry| (entry.check.slug, entry.check)).collect();
    for (plugin, recommendation) in catalogs().iter().flat_map(recommendations) {
        let check = checks[recommendation.check.as_str()];
        for param in recommendation.all("param") {
            let (key, _) = param.split_once('=').unwrap();
            let is_known = check.params.iter().any(|(name, _)| *name == key);
            assert!(is_known, "{} {}: {} has no parameter {key}", plugin.plugin.id, recommendation.id, check.slug);
        }
    }
}
