//! Types within types, thousands deep: what reads them by recursion would take the whole program down.

use serde_json::Value;

use super::BYSTANDER;
use crate::cli::privileged;
use crate::store::Place;
use crate::support::bad_plugin::{self, PluginFile};

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id], &bad_plugin::leb128(content.len())[..], content].concat()
}

/// A component, with a manifest, whose type section is this.
fn with_types(count: usize, types: &[u8]) -> Vec<u8> {
    let types = section(7, &[&bad_plugin::leb128(count)[..], types].concat());
    let component = [wat::parse_str("(component)").unwrap(), types].concat();
    bad_plugin::with_manifest(component, &bad_plugin::manifest())
}

/// A component type (0x41) or instance type (0x42) that holds another one, and so on.
fn nested(kind: u8, depth: usize) -> Vec<u8> {
    with_types(1, &[[kind, 1, 1].repeat(depth), vec![kind, 0]].concat())
}

/// Types of which each is a list of the one before: they nest by their numbers alone.
fn chained(length: usize) -> Vec<u8> {
    // A type's number is a signed one.
    let number = |number: usize| {
        let mut bytes = bad_plugin::leb128(number);
        if let Some(last) = bytes.last_mut().filter(|last| **last & 0x40 != 0) {
            *last |= 0x80;
            bytes.push(0);
        }
        bytes
    };
    let lists = (0..length).flat_map(|before| [&[0x70][..], &number(before)].concat());
    with_types(length + 1, &[0x7d].into_iter().chain(lists).collect::<Vec<u8>>())
}

/// A component in a component, whose types nest.
fn inside(kind: u8, depth: usize) -> Vec<u8> {
    let inner = [wat::parse_str("(component)").unwrap(), nested(kind, depth)[8..].to_vec()].concat();
    let component = [wat::parse_str("(component)").unwrap(), section(4, &inner)].concat();
    bad_plugin::with_manifest(component, &bad_plugin::manifest())
}

#[test]
fn types_that_nest_cost_one_plugin_whatever_reads_them() {
    let recorded = privileged();
    for (name, component) in [
        ("component types", nested(0x41, 2_500)),
        ("instance types", nested(0x42, 2_500)),
        ("deeper ones", nested(0x42, 500_000)),
        ("ones in a component", inside(0x41, 2_500)),
        ("lists of lists", chained(200)),
    ] {
        let file = PluginFile::new(component);
        let path = file.path().display().to_string();
        let done = recorded.audit(&["--check", BYSTANDER, "-o", "json", "--plugin", &path]);
        assert_eq!(done.code, Some(2), "{name}: {}", done.stderr);
        let report: Value = serde_json::from_str(&done.stdout).unwrap();
        assert_eq!(report["broken-plugins"][0]["plugin"], path, "{name}");
        let place = Place::new();
        for command in ["show", "install"] {
            let done = place.run(&[command, &path]);
            assert_eq!(done.code, Some(64), "{name}: {command:?}: {} {}", done.stdout, done.stderr);
            assert!(!done.stderr.contains("panicked at"), "{name}: {}", done.stderr);
            assert!(done.stderr.contains("nest") || done.stderr.contains("deep"), "{name}: {}", done.stderr);
        }
    }
}
