//! The contract as this program carries it: the WIT files, and the part of them that one manifest needs.

use std::path::Path;

use keelmark_contract::ops;
use keelmark_contract::plugin::Manifest;
use wit_parser::{PackageId, Resolve, SourceMap, WorldId, WorldItem};

/// The files of `wit/`, by name.
pub const FILES: &[(&str, &str)] = &[
    ("docker.wit", include_str!("../../../wit/docker.wit")),
    ("exec.wit", include_str!("../../../wit/exec.wit")),
    ("fs.wit", include_str!("../../../wit/fs.wit")),
    ("guest.wit", include_str!("../../../wit/guest.wit")),
    ("host.wit", include_str!("../../../wit/host.wit")),
    ("process.wit", include_str!("../../../wit/process.wit")),
    ("report.wit", include_str!("../../../wit/report.wit")),
    ("types.wit", include_str!("../../../wit/types.wit")),
    ("world.wit", include_str!("../../../wit/world.wit")),
];

/// The world that plugins implement.
pub const WORLD: &str = "plugin";

/// Only a defect in `wit/` or in a library: the files are our own.
#[derive(Debug, thiserror::Error)]
#[error("the contract's WIT cannot be read: {0}")]
pub struct ContractError(String);

/// The contract, parsed.
pub struct Contract {
    pub resolve: Resolve,
    pub package: PackageId,
    pub world: WorldId,
}

impl Contract {
    /// All of it.
    pub fn whole() -> Result<Self, ContractError> {
        let mut sources = SourceMap::default();
        for (name, text) in FILES {
            sources.push(Path::new(name), *text);
        }
        let group = sources.parse().map_err(|(_, error)| ContractError(error.to_string()))?;
        let mut resolve = Resolve::default();
        let package = resolve.push_group(group).map_err(|error| ContractError(error.to_string()))?;
        let world = resolve.select_world(&[package], Some(WORLD)).map_err(|error| ContractError(error.to_string()))?;
        Ok(Self { resolve, package, world })
    }

    /// What a manifest needs of it: the functions of its capabilities, and all types.
    pub fn of_manifest(manifest: &Manifest) -> Result<Self, ContractError> {
        let mut contract = Self::whole()?;
        let Self { resolve, world, .. } = &mut contract;
        let Some(world) = resolve.worlds.get_mut(*world) else { return Err(ContractError("it has no world".into())) };
        let interfaces = &mut resolve.interfaces;
        world.imports.retain(|_, item| {
            let WorldItem::Interface { id, .. } = item else { return true };
            let Some(interface) = interfaces.get_mut(*id) else { return false };
            let name = interface.name.clone().unwrap_or_default();
            let had_functions = !interface.functions.is_empty();
            interface.functions.retain(|function, _| {
                let op = ops::of_function(&name, function);
                manifest.capabilities.iter().any(|capability| Some(capability.operation()) == op)
            });
            !(had_functions && interface.functions.is_empty())
        });
        Ok(contract)
    }

    /// As one WIT file.
    pub fn to_wit(&self) -> Result<String, ContractError> {
        let mut printer = wit_component::WitPrinter::default();
        printer.print(&self.resolve, self.package, &[]).map_err(|error| ContractError(format!("{error:#}")))?;
        Ok(printer.output.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(capabilities: &str) -> Manifest {
        let head = "schema = 1\nid = \"a\"\nversion = \"1.0.0\"\napi = \"0.1\"\nbenchmark = \"a-1\"\nsection = \"1\"\n";
        Manifest::parse(&format!("{head}{capabilities}")).unwrap()
    }

    #[test]
    fn every_file_of_the_contract_is_here() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name.ends_with(".wit"));
        names.sort();
        let embedded: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, embedded);
    }

    #[test]
    fn a_manifest_s_part_has_its_functions_and_no_others() {
        let text =
            "[[capability]]\nop = \"host.now\"\nwhy = \"w\"\n[[capability]]\nop = \"report.emit\"\nwhy = \"w\"\n";
        let wit = Contract::of_manifest(&manifest(text)).unwrap().to_wit().unwrap();
        assert!(wit.contains("now: func") && wit.contains("emit: func"), "{wit}");
        assert!(!wit.contains("setting: func") && !wit.contains("log: func"), "{wit}");
        assert!(!wit.contains("import docker") && wit.contains("import host"), "{wit}");
        assert!(wit.contains("export guest"), "{wit}");
        // What was printed is what another tool will parse.
        let mut resolve = Resolve::default();
        resolve.push_source("plugin.wit", &wit).unwrap();
    }

    #[test]
    fn every_function_has_a_row_in_the_table_of_operations() {
        let contract = Contract::whole().unwrap();
        let interfaces = contract.resolve.interfaces.iter().map(|(_, interface)| interface);
        let mut count = 0;
        for interface in interfaces.filter(|interface| interface.name.as_deref() != Some("guest")) {
            let name = interface.name.as_deref().unwrap();
            for (function, details) in &interface.functions {
                let op = ops::of_function(name, function).unwrap_or_else(|| panic!("{name}.{function} has no row"));
                let params: Vec<&str> = details.params.iter().map(|param| param.name.as_str()).collect();
                assert_eq!(op.has_fields(), params.contains(&"fields"), "{op:?}");
                let is_each = op.question.is_some_and(|question| question.is_each());
                assert_eq!(is_each, params.contains(&"ids"), "{op:?}");
                if let Some(question) = op.question {
                    let docs = details.docs.contents.as_deref().unwrap();
                    let path = question.path.split("?ps_args").next().unwrap();
                    assert!(docs.contains(&format!("`GET {path}`")), "{op:?} says {path}, the WIT says: {docs}");
                }
                count += 1;
            }
        }
        assert_eq!(count, ops::all().count(), "a row without a function");
    }
}
