//! What is wrong with a built plugin before anybody runs it: what it imports beside what its manifest names.

use std::collections::BTreeSet;

use keelmark_contract::gate::{Capability, Ceiling};
use keelmark_contract::plugin::{Imports, Manifest, is_tolerated_wasi, reserved};

use super::language::Imports as Style;

/// What components import of the contract.
const CONTRACT: &str = "keelmark:plugin/";

/// One complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Whether the plugin is no good as it is.
    pub is_error: bool,
    pub message: String,
}

impl Lint {
    fn error(message: String) -> Self {
        Self { is_error: true, message }
    }
}

/// Everything that is wrong with a plugin.
pub fn lint(component: &[u8], manifest: &Manifest, style: Style) -> Vec<Lint> {
    let mut lints = Vec::new();
    if let Some(name) = reserved(manifest) {
        lints.push(Lint::error(format!(
            "plugin.toml: {name:?} is a name of keelmark's own plugins; yours needs its own"
        )));
    }
    // An operator's host can be set up to run more; that has to be said before it is asked for.
    lints.extend(manifest.capabilities.iter().filter_map(|capability| {
        let message = format!("plugin.toml: {}", Ceiling::default().problem(capability)?);
        Some(Lint { is_error: false, message })
    }));
    match Imports::of(component) {
        Ok(imports) => lints.extend(compare(&imports, &manifest.capabilities, style)),
        Err(problem) => lints.push(Lint::error(format!("the component cannot be read: {problem}"))),
    }
    lints
}

fn compare(imports: &Imports, capabilities: &[Capability], style: Style) -> Vec<Lint> {
    let names = imports.functions.iter().map(|import| &import.interface).chain(&imports.others);
    let foreign: BTreeSet<&String> =
        names.filter(|name| !(name.starts_with(CONTRACT) || is_tolerated_wasi(name))).collect();
    let mut lints: Vec<Lint> = foreign
        .into_iter()
        .map(|name| Lint::error(format!("it imports {name}, which keelmark does not offer")))
        .collect();
    let is_error = style == Style::Exact;
    let imported: BTreeSet<&str> = imports.functions.iter().filter_map(|import| Some(import.op?.name)).collect();
    let declared: BTreeSet<&str> = capabilities.iter().map(Capability::op).collect();
    for op in imported.difference(&declared) {
        let message = format!("it imports {op}, but plugin.toml has no [[capability]] with op = \"{op}\"");
        lints.push(Lint { is_error, message });
    }
    let harmless: BTreeSet<&str> = capabilities.iter().filter(|c| c.is_harmless()).map(Capability::op).collect();
    for op in declared.difference(&imported).filter(|op| !harmless.contains(*op)) {
        let message = format!(
            "plugin.toml asks for {op}, but the plugin does not import it: operators would grant it for nothing"
        );
        lints.push(Lint { is_error, message });
    }
    lints
}
