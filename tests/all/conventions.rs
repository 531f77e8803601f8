//! What a reader may rely on anywhere in this repository, held by tests because nobody remembers it all.

mod checks;
mod contract;
mod layers;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::root;

/// A longer file wants to be two.
const MAX_LINES: usize = 400;

/// Source files that may be longer, and why.
const LONGER: &[(&str, &str)] = &[];

/// Where the host may touch files, processes and sockets, and why. Everything else goes through a backend.
const DOORS: &[(&str, &str)] = &[
    ("host/facts/src/live/", "is the audited host's own side"),
    ("host/disk/", "reads what the operator named, and keeps what nobody else may write"),
    ("host/sandbox/src/engine/cache.rs", "keeps native code"),
    ("host/sandbox/src/engine/child.rs", "compiles strangers' plugins in a process of its own"),
    ("host/sandbox/src/engine/load.rs", "loads native code"),
    ("host/sandbox/src/engine/shipped.rs", "reads native code at the end of the program's own file"),
    ("host/store/src/", "keeps installed plugins, and fetches those that the operator names"),
    ("host/editions/build/", "builds the section plugins, before there is a program"),
    ("host/author/src/", "reads and writes a plugin author's project, and runs the language's own toolchain"),
    ("host/keelmark/src/doctor/", "looks at keelmark's own files, and for the tools of authors"),
    ("host/keelmark/src/commands/", "reads and writes what the command line names"),
];

/// What prints: the program's commands, and what talks to a terminal or to cargo while keelmark is built.
const PRINTERS: &[&str] = &["host/keelmark/src/commands/", "host/editions/build/", "plugins/xtask/"];

/// The one file that may hold `unsafe`: wasmtime has no other way to load native code.
const UNSAFE: &str = "host/sandbox/src/engine/load.rs";

/// Files below a folder of the checkout with an extension, without what cargo built.
pub fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![root().join(folder)];
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_link = path.symlink_metadata().unwrap().is_symlink();
            if path.is_dir() && !is_link && name != "target" && !name.starts_with('.') {
                left.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A path as it is written in this repository.
pub fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// A source file without its tests and comments.
fn code(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let is_test = ["tests", "double", "sample"].contains(&stem.as_str()) || stem.ends_with("_tests");
    if is_test {
        return String::new();
    }
    let text = std::fs::read_to_string(path).unwrap();
    let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = shipped.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The shipped source files that hold one of the words.
fn files_with(folder: &str, words: &[&str]) -> BTreeSet<String> {
    let holds = |path: &PathBuf| words.iter().any(|word| code(path).contains(word));
    files(folder, "rs").iter().filter(|path| holds(path)).map(|path| name(path)).collect()
}

#[test]
fn no_source_file_is_long() {
    let long: Vec<String> = files(".", "rs")
        .iter()
        .map(|path| (name(path), std::fs::read_to_string(path).unwrap().lines().count()))
        .filter(|(name, lines)| *lines > MAX_LINES && !LONGER.iter().any(|(known, _)| known == name))
        .map(|(name, lines)| format!("{name}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn only_commands_print() {
    let words = ["println!", "print!(", "dbg!(", "stdout().write_all", "stderr().write_all"];
    let printing: Vec<String> = ["host", "sdk/rust/src", "plugins"]
        .iter()
        .flat_map(|folder| files_with(folder, &words))
        .filter(|file| !PRINTERS.iter().any(|printer| file.starts_with(printer)))
        .collect();
    assert!(printing.is_empty(), "{printing:#?}");
}

#[test]
fn the_host_has_few_doors() {
    let words = [
        "std::fs",
        "tokio::fs",
        "rustix::fs",
        "fs_err",
        "process::Command",
        "tokio::process",
        "std::net",
        "tokio::net",
        "UnixStream",
    ];
    let touching = files_with("host", &words);
    let unknown: Vec<&String> =
        touching.iter().filter(|file| !DOORS.iter().any(|(door, _)| file.starts_with(door))).collect();
    assert!(unknown.is_empty(), "{unknown:#?} touch the system; if they have to, say why in DOORS");
    assert!(touching.contains("host/facts/src/live/files.rs"), "the search finds nothing: {touching:?}");
}

#[test]
fn unsafe_code_is_in_one_place() {
    let found: BTreeSet<String> = ["host", "sdk", "plugins", "tests"]
        .iter()
        .flat_map(|folder| files_with(folder, &["unsafe {", "unsafe fn", "unsafe impl"]))
        .collect();
    let here = name(&root().join("tests/all/conventions.rs"));
    let found: Vec<&String> = found.iter().filter(|file| **file != here).collect();
    assert_eq!(found, [UNSAFE]);
}

#[test]
fn the_root_holds_what_the_map_shows() {
    let known = [
        "Cargo.toml",
        "Cargo.lock",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "README.md",
        "host",
        "plugins",
        "wit",
        "sdk",
        "tests",
    ];
    // What git ignores or hides is nobody's to read.
    let unasked = ["target", "rustfmt.toml"];
    for entry in std::fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let is_known = name.starts_with('.') || known.contains(&name.as_str()) || unasked.contains(&name.as_str());
        assert!(is_known, "{name} stands at the root");
    }
}
