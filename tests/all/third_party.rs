//! Plugins that are not built in, run as an operator runs them: what breaks is named, and every call is on record.

mod audit_log;
mod broken;
mod described;
pub mod installed;

use std::path::PathBuf;

use keelmark_bad_plugins::Behaviour;
use serde_json::Value;

use crate::cli::{Done, Recorded};
use crate::support::bad_plugin;

/// Writes a plugin beside the recording, and returns its path as the command line takes it.
fn write(recorded: &Recorded, name: &str, component: &[u8]) -> String {
    let path: PathBuf = recorded.join(name);
    std::fs::write(&path, component).unwrap();
    path.display().to_string()
}

fn behaving(behaviour: Behaviour) -> Vec<u8> {
    bad_plugin::plugin(behaviour, &bad_plugin::manifest())
}

/// A manifest that asks for all that the module imports: installing refuses imports that it does not cover.
fn everything() -> String {
    crate::gate::granting_manifest() + "[[capability]]\nop = \"report.emit\"\nwhy = \"reports\"\n"
}

/// The report of an audit that was asked for JSON.
fn report(done: &Done) -> keelmark_report::Report {
    serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {}", done.stderr))
}

/// The lines of an audit log.
fn lines(recorded: &Recorded, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(recorded.join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
