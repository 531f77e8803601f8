//! The rooms of `host/` and what each may rest on. The compiler refuses circles; this refuses a dependency that points
//! upwards, and keeps the picture in `host/README.md` true.

use std::collections::BTreeSet;

use toml::{Table, Value};

use crate::support::root;

/// The rooms from the ground up: a room may use those before it, and no other.
const ROOMS: &[&str] =
    &["disk", "contract", "facts", "report", "editions", "store", "sandbox", "audit", "author", "keelmark"];

/// Rooms that are built and tested without the WebAssembly runtime.
const WITHOUT_WASMTIME: &[&str] = &["disk", "contract", "facts", "report", "editions", "store"];

/// The dependencies that a room's manifest names, those of its tests included.
fn dependencies(room: &str) -> BTreeSet<String> {
    let path = root().join("host").join(room).join("Cargo.toml");
    let manifest: Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let named = tables.iter().filter_map(|table| manifest.get(*table)?.as_table());
    named.flat_map(|table| table.keys().cloned()).collect()
}

/// The rooms that a room uses.
fn below(room: &str) -> BTreeSet<String> {
    let rooms = dependencies(room).into_iter();
    // What plugins are written with is no room of the house: tests hold it against the host.
    let is_room = |name: &String| ROOMS.contains(&name.as_str());
    rooms.filter_map(|name| name.strip_prefix("keelmark-").map(str::to_owned)).filter(is_room).collect()
}

#[test]
fn every_room_rests_on_those_below_it() {
    for (index, room) in ROOMS.iter().enumerate() {
        let allowed: BTreeSet<String> = ROOMS[..index].iter().map(|room| (*room).to_owned()).collect();
        let above: Vec<String> = below(room).difference(&allowed).cloned().collect();
        assert!(above.is_empty(), "host/{room} uses {above:?}, which stand above it: {ROOMS:?}");
    }
}

#[test]
fn every_room_has_its_place() {
    let found: BTreeSet<String> = std::fs::read_dir(root().join("host"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("Cargo.toml").exists())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(found, ROOMS.iter().map(|room| (*room).to_owned()).collect());
}

#[test]
fn the_lower_rooms_know_no_runtime() {
    for room in WITHOUT_WASMTIME {
        let heavy: Vec<String> = dependencies(room).into_iter().filter(|name| name.starts_with("wasmtime")).collect();
        assert!(heavy.is_empty(), "host/{room} depends on {heavy:?}");
    }
}

#[test]
fn the_readme_shows_every_room_and_what_it_rests_on() {
    let readme = std::fs::read_to_string(root().join("host/README.md")).unwrap();
    for room in ROOMS {
        let rests_on = below(room).into_iter().collect::<Vec<_>>().join(", ");
        let row = format!("| [{room}]({room}) | {} |", if rests_on.is_empty() { "nothing" } else { &rests_on });
        assert!(readme.contains(&row), "host/README.md lacks the row {row:?}");
    }
}

/// A program that only audits has no compilers' drivers in it: the room of the authors is a default feature.
#[test]
fn the_authors_toolchain_can_be_left_out() {
    let manifest: Table = std::fs::read_to_string(root().join("host/keelmark/Cargo.toml")).unwrap().parse().unwrap();
    let author = &manifest["dependencies"]["keelmark-author"];
    assert_eq!(author.get("optional"), Some(&Value::Boolean(true)), "{author:?}");
}
