//! Rust: the example. What `keelmark plugin` does with projects in Rust is tested in tests/all/author.

use std::path::{Path, PathBuf};

use crate::support::{Project, root};

/// The example with cargo, and with one folder for all that cargo builds: wit-bindgen alone takes half a minute.
fn example(name: &str) -> Project {
    let cargo = Path::new(env!("CARGO")).parent().unwrap().to_path_buf();
    let home = |variable: &str, folder: &str| {
        let own = std::env::var_os("HOME").map(|home| Path::new(&home).join(folder));
        std::env::var_os(variable).map(PathBuf::from).or(own).unwrap()
    };
    let project = Project::example(name, vec![cargo])
        .with("CARGO_HOME", home("CARGO_HOME", ".cargo"))
        .with("RUSTUP_HOME", home("RUSTUP_HOME", ".rustup"))
        .with("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugins-in-rust"));
    project.edit("Cargo.toml", "../../../sdk/rust", &root().join("sdk/rust").display().to_string());
    project
}

#[test]
fn the_example_judges_its_recorded_hosts() {
    let project = example("compose-hygiene");
    project.keelmark(&["plugin", "test"]).ended_with(0).says("3 passed, 0 failed");
    let imports = project.imports("compose-hygiene.wasm");
    assert!(imports.iter().all(|import| import.starts_with("keelmark:plugin/")), "{imports:?}");
    let audit = ["audit", "--plugin", "compose-hygiene.wasm", "--grant-all", "--replay", "tests/neglected.json"];
    let report = project.keelmark(&[&audit[..], &["--check", "dependency-down"]].concat()).ended_with(2);
    report.says("FAIL 1.6 Ensure that what a service depends on is running");
}

#[test]
fn the_examples_own_tests_pass() {
    let project = example("compose-hygiene");
    project.run(Path::new(env!("CARGO")), &["test", "--quiet"]).ended_with(0).says("test result: ok. 2 passed");
}
