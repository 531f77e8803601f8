//! Files that are not plugins, or that would escape before any of their functions is called.

use std::sync::Arc;

use keelmark_bad_plugins::{BAD_ID, Behaviour};
use keelmark_contract::limits;
use keelmark_contract::plugin::{FormError, ManifestError};
use keelmark_sandbox::engine::{Cache, LoadError, Origin, Runtime};

use super::{audit_beside, audit_beside_broken, find};
use crate::support::bad_plugin::{self, PluginFile};
use crate::support::sandbox;

fn refusal(component: &[u8]) -> LoadError {
    sandbox().load(component, Origin::File("bad.wasm".into())).map(drop).expect_err("it was loaded")
}

fn well_behaved() -> Vec<u8> {
    bad_plugin::component(Behaviour::BehavesWell)
}

#[test]
fn what_is_no_component_is_refused() {
    let plugin = bad_plugin::plugin(Behaviour::BehavesWell, &bad_plugin::manifest());
    let native = {
        let directory = tempfile::tempdir().unwrap();
        let cache = directory.path().join("cache");
        Runtime::new(Some(Cache::open(&cache).unwrap())).unwrap().load(&plugin, Origin::Builtin).unwrap();
        let file = std::fs::read_dir(&cache).unwrap().next().unwrap().unwrap().path();
        // The cache puts a hash behind what wasmtime wrote.
        let cached = std::fs::read(file).unwrap();
        cached[..cached.len() - 32].to_vec()
    };
    assert!(matches!(refusal(&native), LoadError::Form(FormError::Precompiled)));
    assert!(matches!(refusal(&bad_plugin::module(Behaviour::BehavesWell)), LoadError::Form(FormError::CoreModule)));
    for no_wasm in [&b""[..], b"\0", b"\0asm", b"#!/bin/sh\n", &[0xff; 64]] {
        assert!(matches!(refusal(no_wasm), LoadError::Form(FormError::NotWasm)), "{no_wasm:?}");
    }
    let large = vec![0; limits::COMPONENT_BYTES + 1];
    assert!(matches!(refusal(&large), LoadError::Form(FormError::TooLarge { .. })));
}

/// Cut anywhere, it is refused; nowhere does that end in a panic.
#[test]
fn a_truncated_component_is_refused() {
    // The manifest first, so that it survives and what is cut is code.
    let header = 8;
    let plugin = well_behaved();
    let mut manifest_first = bad_plugin::with_manifest(plugin[..header].to_vec(), &bad_plugin::manifest());
    manifest_first.extend_from_slice(&plugin[header..]);
    sandbox().load(&manifest_first, Origin::Builtin).unwrap();
    let length = manifest_first.len();
    for end in [header + 1, length / 4, length / 2, length - 100, length - 1] {
        let error = refusal(&manifest_first[..end]);
        assert!(
            matches!(
                error,
                LoadError::Compile(_)
                    | LoadError::Form(FormError::Invalid(_))
                    | LoadError::Manifest(ManifestError::Missing)
            ),
            "{end}: {error}"
        );
    }
}

#[test]
fn there_is_one_manifest_and_it_is_understood() {
    let manifest = bad_plugin::manifest();
    let cases = [
        (well_behaved(), "carries no manifest"),
        (
            bad_plugin::with_manifest(bad_plugin::plugin(Behaviour::BehavesWell, &manifest), &manifest),
            "carries 2 manifests",
        ),
        (
            bad_plugin::plugin(Behaviour::BehavesWell, &(bad_plugin::manifest_head() + "capabilities = []")),
            "unknown field `capabilities`",
        ),
        (bad_plugin::plugin(Behaviour::BehavesWell, &manifest.replace("exec", "shell")), "unknown op \"shell\""),
        (
            bad_plugin::plugin(Behaviour::BehavesWell, &manifest.replace("{unit}", "*")),
            "\"*\" is neither a literal word nor a hole",
        ),
        (
            bad_plugin::plugin(Behaviour::BehavesWell, &manifest.replace("systemctl", "/bin/systemctl")),
            "is not a bare file name",
        ),
        (bad_plugin::plugin(Behaviour::BehavesWell, &manifest.replace("/etc/docker/**", "../**")), "is not absolute"),
        (bad_plugin::plugin(Behaviour::BehavesWell, &format!("{manifest}\n#{}", "x".repeat(70_000))), "larger than"),
    ];
    for (component, expected) in cases {
        let error = refusal(&component).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// The manifest of a nested component does not speak for the plugin.
#[test]
fn a_nested_manifest_does_not_count() {
    let nested = bad_plugin::plugin(Behaviour::BehavesWell, &bad_plugin::manifest());
    let mut outer = wat::parse_str("(component)").unwrap();
    bad_plugin::append_section(&mut outer, 4, &nested);
    assert!(matches!(refusal(&outer), LoadError::Manifest(ManifestError::Missing)));
}

#[test]
fn an_import_that_keelmark_does_not_offer_is_named() {
    let imports = [
        "wasi:filesystem/types@0.2.0",
        "wasi:filesystem/preopens@0.2.0",
        "wasi:sockets/tcp@0.2.0",
        "wasi:sockets/instance-network@0.2.0",
        "wasi:http/outgoing-handler@0.2.0",
        "acme:host/anything",
    ];
    for import in imports {
        let component = wat::parse_str(format!("(component (import \"{import}\" (instance)))")).unwrap();
        let error = refusal(&bad_plugin::with_manifest(component, &bad_plugin::manifest()));
        assert!(matches!(&error, LoadError::Form(FormError::Import(name)) if name == import), "{import}: {error}");
    }
}

#[test]
fn a_component_that_exports_something_else_is_refused() {
    let empty = wat::parse_str("(component)").unwrap();
    let error = refusal(&bad_plugin::with_manifest(empty, &bad_plugin::manifest()));
    assert!(matches!(error, LoadError::Link(_)), "{error}");
    let unknown = "(component (import \"keelmark:plugin/host@0.1.0\" (instance (export \"shell\" (func)))))";
    let unknown = bad_plugin::with_manifest(wat::parse_str(unknown).unwrap(), &bad_plugin::manifest());
    let error = refusal(&unknown);
    assert!(matches!(error, LoadError::Link(_)), "{error}");
}

/// What a component does while it is instantiated is bounded like everything else, and refused by name.
#[test]
fn growth_and_loops_while_instantiating_are_contained() {
    let cases: [(&str, usize, &str); 6] = [
        ("(module (table 300000 funcref))", 1, "it wanted more than 200000 table elements"),
        ("(module (table 30000 funcref))", 10, "it wanted more than 200000 table elements"),
        ("(module (memory 4000))", 1, "it wanted more than 192 MiB of memory"),
        ("(module (memory 400))", 10, "it wanted more than 192 MiB of memory"),
        ("(module)", 300, "instance"),
        ("(module (func $spin (loop (br 0))) (start $spin))", 1, "the plugin took longer than 2 s"),
    ];
    for (module, times, expected) in cases {
        let component = bad_plugin::with_modules(well_behaved(), &[(module, times)]);
        let file = PluginFile::new(bad_plugin::with_manifest(component, &bad_plugin::manifest()));
        let report = audit_beside_broken(vec![file.path()]);
        let problem = &report.broken_plugins[0].problem;
        assert!(problem.contains(expected), "{module} × {times}: {problem}");
    }
}

/// Native code that somebody has changed, or that was cut off, is compiled anew and never run.
#[test]
fn a_doctored_cache_is_not_believed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("cache");
    let runtime = Runtime::new(Some(Cache::open(&path).unwrap())).unwrap();
    let plugin = bad_plugin::plugin(Behaviour::BehavesWell, &bad_plugin::manifest());
    runtime.load(&plugin, Origin::Builtin).unwrap();
    let file = std::fs::read_dir(&path).unwrap().next().unwrap().unwrap().path();
    let native = std::fs::read(&file).unwrap();
    let mut flipped = native.clone();
    flipped[native.len() / 2] ^= 0x10;
    for doctored in [flipped, native[..native.len() / 2].to_vec(), Vec::new(), b"\x7fELF".to_vec()] {
        std::fs::write(&file, &doctored).unwrap();
        runtime.load(&plugin, Origin::Builtin).unwrap();
        assert!(std::fs::read(&file).unwrap() == native, "the cache was not mended");
    }
}

/// Two bad ones at once, and a good one.
#[test]
fn bad_plugins_do_not_disturb_each_other() {
    let behaviours = [Behaviour::Panics, Behaviour::GrowsMemory, Behaviour::BehavesWell];
    let files: Vec<PluginFile> = behaviours
        .iter()
        .map(|behaviour| PluginFile::new(bad_plugin::plugin(*behaviour, &bad_plugin::manifest())))
        .collect();
    let report = audit_beside(files.iter().map(PluginFile::path).collect(), &Arc::default());
    let messages: Vec<&str> = (0..3).map(|plugin| find(&report, plugin, BAD_ID).message.as_str()).collect();
    assert!(messages[0].contains("panicked") && messages[1].contains("192 MiB"), "{messages:?}");
    assert_eq!(messages[2], "");
}
