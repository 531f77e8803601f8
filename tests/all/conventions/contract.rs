//! The contract: complete, documented, and told how it grows.

use wit_parser::{Resolve, Stability, WorldItem};

use super::{files, name};
use crate::support::root;

fn contract() -> (Resolve, wit_parser::WorldId) {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root().join("wit")).unwrap();
    let world = resolve.select_world(&[package], Some("plugin")).unwrap();
    (resolve, world)
}

#[test]
fn everything_in_the_contract_is_documented_and_dated() {
    let (resolve, world) = contract();
    let world = &resolve.worlds[world];
    assert!(world.docs.contents.is_some());
    let mut functions = 0;
    for item in world.imports.values().chain(world.exports.values()) {
        let WorldItem::Interface { id, .. } = item else { panic!("the world holds interfaces only") };
        let interface = &resolve.interfaces[*id];
        let here = interface.name.as_deref().unwrap_or_default();
        assert!(interface.docs.contents.is_some(), "{here}");
        assert!(matches!(interface.stability, Stability::Stable { .. }), "{here} has no @since");
        for (function, what) in &interface.functions {
            functions += 1;
            assert!(
                what.docs.contents.as_deref().is_some_and(|docs| !docs.trim().is_empty()),
                "{here}.{function} is not documented"
            );
            assert!(matches!(what.stability, Stability::Stable { .. }), "{here}.{function} has no @since");
        }
        // Whoever writes a manifest reads here what to write.
        let docs: String = interface.functions.values().filter_map(|f| f.docs.contents.clone()).collect();
        let all = docs + interface.docs.contents.as_deref().unwrap_or_default();
        assert!(here == "guest" || here == "types" || all.contains("Capability"), "{here} names no capability");
    }
    assert!(functions > 20, "only {functions} functions were looked at");
}

/// Growing without breaking shipped plugins needs room: errors and records that cross have an `info` list.
#[test]
fn records_that_grow_have_room() {
    let (resolve, _) = contract();
    // Keyed by their place in an answer, and complete by nature.
    let closed = ["answer"];
    for (_, what) in &resolve.types {
        if let wit_parser::TypeDefKind::Record(record) = &what.kind {
            let here = what.name.as_deref().unwrap_or_default();
            let has_room = record.fields.iter().any(|field| field.name == "info");
            assert!(has_room || closed.contains(&here), "record {here} has no info");
        }
    }
}

#[test]
fn the_readme_leads_through_every_file() {
    let readme = std::fs::read_to_string(root().join("wit/README.md")).unwrap();
    for path in files("wit", "wit") {
        let file = name(&path).replace("wit/", "");
        assert!(readme.contains(&format!("({file})")), "wit/README.md does not link {file}");
    }
    for (word, what) in [
        ("@since", "how additions are marked"),
        ("info", "the room to grow in"),
        ("other", "the errors of later versions"),
    ] {
        assert!(readme.contains(word), "wit/README.md does not explain {what}");
    }
}
