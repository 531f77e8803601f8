//! What is wrong with a built plugin before anybody runs it: what it imports beside what its manifest names.

use std::collections::BTreeSet;

use wit_parser::decoding::DecodedWasm;
use wit_parser::{InterfaceId, Resolve, WorldItem, WorldKey};

use super::contract::op_of;
use super::language::Imports;
use crate::api::is_tolerated_wasi;
use crate::plugin::Manifest;

/// One complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Whether the plugin is no good as it is.
    pub is_error: bool,
    pub message: String,
}

/// What a component imports and exports, as far as the contract is concerned.
#[derive(Debug, Default)]
pub struct Surface {
    /// The operations of manifests that its imported functions need.
    pub ops: BTreeSet<String>,
    /// Imports that are none of the contract: "wasi:io/poll@0.2.6".
    pub others: BTreeSet<String>,
    /// Whether it exports what a plugin must.
    pub is_guest: bool,
}

/// The operations that a component can ask for at all: read from its type, without running or compiling it.
pub fn imported_ops(component: &[u8]) -> Result<Surface, String> {
    let decoded = wit_component::decode(component).map_err(|error| format!("{error:#}"))?;
    let DecodedWasm::Component(resolve, world) = decoded else { return Err("it is a WIT package".into()) };
    let mut surface = Surface::default();
    let Some(world) = resolve.worlds.get(world) else { return Err("it has no world".into()) };
    for (key, item) in &world.imports {
        match (item, key) {
            (WorldItem::Interface { id, .. }, _) => match contract_interface(&resolve, *id) {
                Some(name) => {
                    let functions = resolve.interfaces.get(*id).into_iter().flat_map(|i| i.functions.keys());
                    surface.ops.extend(functions.map(|function| op_of(&name, function)));
                }
                None => {
                    surface.others.insert(resolve.id_of(*id).unwrap_or_else(|| resolve.name_world_key(key)));
                }
            },
            (WorldItem::Function(_), WorldKey::Name(name)) => {
                surface.others.insert(name.clone());
            }
            _ => {}
        }
    }
    surface.is_guest = world.exports.values().any(|item| match item {
        WorldItem::Interface { id, .. } => contract_interface(&resolve, *id).as_deref() == Some("guest"),
        _ => false,
    });
    Ok(surface)
}

/// The name of an interface of the contract; none for any other.
fn contract_interface(resolve: &Resolve, id: InterfaceId) -> Option<String> {
    let interface = resolve.interfaces.get(id)?;
    let package = &resolve.packages.get(interface.package?)?.name;
    let is_ours = package.namespace == "keelmark" && package.name == "plugin";
    interface.name.clone().filter(|_| is_ours)
}

/// Everything that is wrong with a plugin.
pub fn lint(component: &[u8], manifest: &Manifest, imports: Imports) -> Vec<Lint> {
    let error = |message: String| Lint { is_error: true, message };
    let surface = match imported_ops(component) {
        Ok(surface) => surface,
        Err(problem) => return vec![error(format!("the component cannot be read: {problem}"))],
    };
    let mut lints = Vec::new();
    if let Some(edition) = crate::editions::find(&manifest.benchmark) {
        lints.push(error(format!(
            "benchmark {:?} is keelmark's own; a plugin's benchmark needs a name of its own, for example \"{}-1\"",
            edition.id, manifest.id
        )));
    }
    if !surface.is_guest {
        lints.push(error("it does not export keelmark:plugin/guest, which every plugin must".into()));
    }
    for other in surface.others.iter().filter(|other| !is_tolerated_wasi(other)) {
        lints.push(error(format!("it imports {other}, which keelmark does not offer")));
    }
    let is_exact = imports == Imports::Exact;
    let declared: BTreeSet<&str> = manifest.capabilities.iter().map(|capability| capability.op()).collect();
    for op in surface.ops.iter().filter(|op| !declared.contains(op.as_str())) {
        let message = format!("it imports {op}, but plugin.toml has no [[capability]] with op = \"{op}\"");
        lints.push(Lint { is_error: is_exact, message });
    }
    for capability in manifest.capabilities.iter().filter(|c| !c.is_harmless() && !surface.ops.contains(c.op())) {
        let op = capability.op();
        let message = format!(
            "plugin.toml asks for {op}, but the plugin does not import it: operators would grant it for nothing"
        );
        lints.push(Lint { is_error: is_exact, message });
    }
    lints.dedup();
    lints
}
