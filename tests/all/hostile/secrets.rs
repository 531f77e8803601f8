//! Secrets wherever an engine's answer can hold one, and a plugin that was granted all of it and tells everything.

use std::sync::Arc;

use keelmark_bad_plugins::dumped::{self, PLAIN, SECRET};
use keelmark_bad_plugins::{BAD_ID, Behaviour, IDS};
use keelmark_contract::ops;
use keelmark_report::Status;

use super::find;
use crate::support::bad_plugin::{self, PluginFile};
use crate::support::wire::{Act, WireEngine, recording};
use crate::support::{Heard, audit, live};

/// What this engine answers to everything that can be asked.
fn answer(path: &str) -> Act {
    let path = path.replace(&dumped::id("image"), "{id}").replace(&dumped::id("container"), "{id}");
    Act::json(&dumped::answer(&path))
}

#[test]
fn no_secret_of_the_engine_reaches_a_plugin() {
    let fields = |op: &ops::Op| format!("fields = {:?}", dumped::fields(op.question.unwrap().path));
    let limit = |op: &ops::Op| if op.has_fields() { fields(op) } else { String::new() };
    let granted: Vec<(&str, String)> = ops::questions().map(|(op, _)| (op.name, limit(op))).collect();
    let granted: Vec<(&str, &str)> = granted.iter().map(|(op, limit)| (*op, limit.as_str())).collect();
    let manifest = bad_plugin::manifest_with(&granted);
    let file = PluginFile::new(bad_plugin::plugin(Behaviour::DumpsEverything, &manifest));
    let engine = WireEngine::start(&recording("no-containers"), Box::new(|path, _| Some(answer(path))));
    let heard = Arc::new(Heard::default());
    let report = audit(live(None, &engine.socket()), vec![file.path()], &IDS, &heard).unwrap();
    let finding = find(&report, 0, BAD_ID);
    assert_eq!(finding.status, Status::Fail, "{}", finding.message);
    let told: Vec<&str> = finding.evidence.iter().map(|evidence| evidence.found.as_str()).collect();
    let told = told.concat();
    let leaks = told.match_indices(SECRET).map(|(at, _)| told.get(at.saturating_sub(80)..at + 20));
    let leaks: Vec<_> = leaks.collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
    let answers = ops::questions().map(|(_, question)| dumped::answer(question.path).to_string());
    let plain: usize = answers.map(|answer| answer.matches(PLAIN).count()).sum();
    // Each of the answers is there, or nothing would be proven.
    assert_eq!(told.matches(PLAIN).count(), plain, "{told}");
    assert!(told.contains("/bound"), "what a volume stands for is no secret: {told}");
    assert!(!told.contains("ErrorKind"), "{told}");
    assert_eq!(engine.paths().len(), ops::questions().count() + 1, "{:?}", engine.paths());
}
