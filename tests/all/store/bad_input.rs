//! What is no plugin, or not the one that was asked for: an error that names the file and the cause, and the store as
//! it was.

use keelmark_bad_plugins::Behaviour;

use super::{CAPABILITIES, Place, head, plugin, with_manifest};
use crate::support::bad_plugin;

/// Installs what must not be installed, into a store that holds something already.
fn refused(content: &[u8], expected: &[&str]) {
    let place = Place::new();
    place.install("acme", "1.0.0");
    let before = place.tree();
    let file = place.file("bad.wasm", content);
    place.run(&["install", &file, "--grant-all"]).assert(64, &["bad.wasm"]).assert(64, expected);
    assert_eq!(place.tree(), before, "{expected:?}: the store has changed");
}

#[test]
fn what_is_no_component_is_named() {
    refused(b"#!/bin/sh\n", &["it is not WebAssembly"]);
    refused(b"", &["it is not WebAssembly"]);
    refused(&bad_plugin::module(Behaviour::BehavesWell), &["core WebAssembly module, not a component"]);
    let plugin = plugin("other", "1.0.0");
    refused(&plugin[..plugin.len() / 2], &["bad.wasm"]);
    refused(&bad_plugin::component(Behaviour::BehavesWell), &["carries no manifest"]);
}

#[test]
fn native_code_is_never_taken() {
    let place = Place::new();
    place.install("acme", "1.0.0");
    let digest = place.row("acme")["sha256"].as_str().unwrap().to_owned();
    let cached = std::fs::read_dir(crate::support::cache_dir()).unwrap().map(|entry| entry.unwrap().path());
    let native = cached.into_iter().find(|path| path.display().to_string().contains(&digest)).unwrap();
    // The cache puts a hash behind what wasmtime wrote.
    let cached = std::fs::read(native).unwrap();
    refused(&cached[..cached.len() - 32], &["precompiled native code"]);
}

#[test]
fn what_is_too_large_is_not_read() {
    let place = Place::new();
    let path = place.file("large.wasm", b"");
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_len(u64::try_from(keelmark_contract::limits::COMPONENT_BYTES).unwrap() + 1).unwrap();
    place.run(&["install", &path]).assert(64, &["large.wasm", "larger than"]);
}

#[test]
fn a_manifest_that_lies_is_refused() {
    let manifest = |from: &str, to: &str| {
        let text = head("other", "1.0.0") + CAPABILITIES;
        assert!(text.contains(from), "{from}");
        with_manifest(&text.replacen(from, to, 1))
    };
    refused(&manifest("version", "versoin"), &["unknown field `versoin`"]);
    refused(&manifest("paths =", "path ="), &["unknown field `path`"]);
    refused(&manifest("api = \"0.1\"", "api = \"0.9\""), &["needs a newer keelmark, one that speaks \"0.9\""]);
    refused(&manifest("\"other\"", "\"../../etc\""), &["\"../../etc\""]);
    refused(&manifest("\"other\"", "\"cis-docker-1.8.0-5\""), &["cis-docker-1.8.0-5", "only a built-in plugin"]);
    refused(&manifest("\"other\"", "\"cis-docker-9.9.9-1\""), &["cis-docker-9.9.9-1", "only a built-in plugin"]);
    refused(&manifest("\"hostile-1\"", "\"cis-docker-1.8.0\""), &["\"cis-docker-1.8.0\"", "only a built-in plugin"]);
    refused(&manifest("\"hostile-1\"", "\"hostile-2\""), &["it describes section \"9\" of \"hostile-1\""]);
    refused(&manifest("[\"systemctl\"", "[\"bash\""), &["\"bash\"", "never run"]);
    refused(&manifest("section = \"9\"", "section = \"9\"\npublisher = \"RWx\""), &["publisher \"RWx\""]);
}

/// What the code imports has to stand in the manifest, by name.
#[test]
fn imports_that_the_manifest_does_not_cover_are_named() {
    let without = |op: &str| {
        let kept: Vec<&str> = CAPABILITIES.split("[[capability]]").filter(|entry| !entry.contains(op)).collect();
        with_manifest(&(head("other", "1.0.0") + &kept.join("[[capability]]")))
    };
    refused(&without("process.find"), &["imports find of keelmark:plugin/process", "op = \"process.find\""]);
    refused(&without("\"exec\""), &["imports run of keelmark:plugin/exec", "op = \"exec\""]);
    refused(&without("docker.info"), &["list-containers of keelmark:plugin/docker", "op = \"docker.info\""]);
    let component = wat::parse_str("(component (import \"wasi:sockets/tcp@0.2.0\" (instance)))").unwrap();
    refused(&bad_plugin::with_manifest(component, &head("other", "1.0.0")), &["imports wasi:sockets/tcp@0.2.0"]);
}

#[test]
fn a_plugin_that_cannot_describe_itself_is_of_no_use() {
    let manifest = head("other", "1.0.0") + CAPABILITIES;
    refused(&bad_plugin::plugin(Behaviour::DescribesInPanic, &manifest), &["the plugin panicked"]);
    refused(&bad_plugin::plugin(Behaviour::DescribesForever, &manifest), &["took longer than"]);
}

#[test]
fn a_wrong_digest_is_named() {
    let place = Place::new();
    let file = place.file("acme.wasm", plugin("acme", "1.0.0"));
    place
        .run(&["install", &file, "--sha256", &"0".repeat(64)])
        .assert(64, &["acme.wasm", "it has the SHA-256", "not 000"]);
    place.run(&["install", &file, "--sha256", "abc"]).assert(64, &["\"abc\" is not a SHA-256"]);
    assert!(place.tree().keys().all(|path| !path.display().to_string().contains("wasm")));
}

#[test]
fn wrong_names_and_sources_are_usage_errors() {
    let place = Place::new();
    place.run(&["install", "/nonexistent/x.wasm"]).assert(64, &["/nonexistent/x.wasm"]);
    for command in ["remove", "grant", "revoke", "verify", "update", "show"] {
        let more: &[&str] = if ["grant", "revoke"].contains(&command) { &["--all"] } else { &[] };
        let args = [&[command, "nobody"][..], more].concat();
        place.run(&args).assert(64, &["\"nobody\" is not installed; nothing is"]);
    }
    place.install("acme", "1.0.0");
    place.run(&["remove", "acm"]).assert(64, &["\"acm\" is not installed; installed are: acme"]);
    place.run(&["remove", "acme", "nobody"]).assert(64, &["nobody"]);
    assert_eq!(place.row("acme")["state"], "ready", "one wrong name removes nothing");
    place.run(&["grant", "acme", "fs.write"]).assert(64, &["unknown op \"fs.write\"; the ops are: exec"]);
}
