//! One gate under every function of the contract: with an empty manifest, each of them is denied.

use std::collections::BTreeMap;
use std::sync::Arc;

use keelmark_bad_plugins::{BAD_ID, Behaviour, IDS};
use keelmark_contract::ops::{self, Key};
use keelmark_report::Status;
use serde_json::json;

use crate::support::bad_plugin::{self, PluginFile};
use crate::support::{Heard, audit, host, root};

/// Every function that a plugin can import, as "interface.function", from the contract's own files.
pub fn functions_of_the_contract() -> Vec<String> {
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_dir(root().join("wit")).unwrap();
    let world = resolve.select_world(&[package], Some("plugin")).unwrap();
    let mut functions = Vec::new();
    for import in resolve.worlds[world].imports.values() {
        let wit_parser::WorldItem::Interface { id, .. } = import else { panic!("the world imports interfaces only") };
        let interface = &resolve.interfaces[*id];
        let name = interface.name.as_deref().unwrap();
        functions.extend(interface.functions.keys().map(|function| format!("{name}.{function}")));
    }
    functions.sort();
    functions
}

/// What became of each call: function to outcome.
fn outcomes(lines: &str) -> BTreeMap<String, String> {
    let pairs = lines.lines().map(|line| line.split_once(' ').unwrap());
    pairs.map(|(function, outcome)| (function.to_owned(), outcome.to_owned())).collect()
}

fn assert_all_denied(lines: &str) {
    let outcomes = outcomes(lines);
    assert_eq!(
        outcomes.keys().cloned().collect::<Vec<_>>(),
        functions_of_the_contract(),
        "the functions that the guest walks"
    );
    for (function, outcome) in outcomes {
        assert_eq!(outcome, "denied", "{function}");
    }
}

#[test]
fn an_empty_manifest_is_denied_everything() {
    let component = bad_plugin::plugin(Behaviour::WalksImports, &bad_plugin::manifest_head());
    let file = PluginFile::new(component);
    let heard = Arc::new(Heard::default());
    let report = audit(host(json!({})), vec![file.path()], &IDS, &heard).unwrap();
    let findings: Vec<_> = report.findings().collect();
    assert_eq!(findings.len(), IDS.len());
    // Not even a finding passes, so every verdict is the host's own.
    assert!(findings.iter().all(|finding| finding.status == Status::Error));
    let walked = findings.iter().find(|finding| finding.id == BAD_ID).unwrap();
    assert_all_denied(walked.message.strip_prefix("the plugin gave up: ").unwrap());
    assert!(heard.logs.lock().unwrap().is_empty());
}

#[test]
fn a_plugin_that_describes_itself_is_denied_everything() {
    let component = bad_plugin::plugin(Behaviour::DescribesFromTheHost, &bad_plugin::manifest());
    let file = PluginFile::new(component);
    let report = audit(host(json!({})), vec![file.path()], &IDS, &Arc::default()).unwrap();
    assert_all_denied(&report.benchmarks[0].sections[0].title);
}

/// A manifest that asks for what the walk calls, but for findings: without one of its own the walk's outcome comes back
/// as the reason of an error.
pub fn granting_manifest() -> String {
    let granted = functions_of_the_contract().into_iter().filter(|function| function != "report.emit");
    let capabilities = granted.map(|function| {
        let (interface, function) = function.split_once('.').unwrap();
        let op = ops::of_function(interface, function).unwrap();
        let limit = op.key.map_or("", |key| match key {
            Key::Argv => "argv = [\"auditctl\", \"-l\"]\n",
            Key::Paths => "paths = [\"/etc/docker\", \"/etc/docker/**\"]\n",
            Key::Names => "names = [\"dockerd\"]\n",
            Key::Keys => "keys = [\"trusted-users\"]\n",
            Key::Fields => "fields = [\"Id\"]\n",
        });
        format!("[[capability]]\nop = \"{}\"\n{limit}why = \"walks\"\n", op.name)
    });
    bad_plugin::manifest_head() + &capabilities.collect::<String>()
}

/// The walk would prove nothing if its calls failed for another reason.
#[test]
fn the_same_calls_pass_where_they_are_granted() {
    let manifest = granting_manifest();
    let file = PluginFile::new(bad_plugin::plugin(Behaviour::WalksImports, &manifest));
    let report = audit(host(json!({})), vec![file.path()], &[BAD_ID], &Arc::default()).unwrap();
    let finding = report.findings().next().unwrap();
    for (function, outcome) in outcomes(finding.message.strip_prefix("the plugin gave up: ").unwrap()) {
        assert_eq!(outcome == "denied", function == "report.emit", "{function}: {outcome}");
    }
}
