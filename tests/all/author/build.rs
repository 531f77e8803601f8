//! `keelmark plugin build`

use std::os::unix::fs::PermissionsExt as _;

use super::{Done, Project, keelmark};

#[test]
fn a_build_says_what_it_made() {
    let project = Project::new("acme-made");
    let done = project.run(&["build"]).expect(0);
    done.prints(&["acme-made.wasm", " bytes\n", "section 1 of acme-made-1: 1 recommendation\n"]);
    // The component asks for what the checks need, and for nothing else that a plugin could ask for.
    done.prints(&["asks    docker.info, exec, fs.stat, report.emit, report.log, report.progress\n"]);
    let component = std::fs::read(project.join("acme-made.wasm")).unwrap();
    let digest = keelmark_contract::digest(&component);
    done.prints(&[&digest]);
    let imports = keelmark_contract::plugin::Imports::of(&component).unwrap();
    let mut ops: Vec<&str> = imports.functions.iter().filter_map(|import| Some(import.op?.name)).collect();
    ops.sort_unstable();
    assert_eq!(ops, ["docker.info", "exec", "fs.stat", "report.emit", "report.log", "report.progress"]);
    // The manifest inside is the one outside, to the letter.
    let manifest = project.read("plugin.toml");
    assert!(component.windows(manifest.len()).any(|bytes| bytes == manifest.as_bytes()));
}

#[test]
fn a_manifest_that_does_not_fit_the_imports_is_an_error() {
    let project = Project::new("acme-misfit");
    project.replace("plugin.toml", "op = \"docker.info\"\nfields = [\"LiveRestoreEnabled\"]", "op = \"host.now\"");
    let done = project.run(&["build"]).expect(65);
    done.says(&["it imports docker.info, but plugin.toml has no [[capability]] with op = \"docker.info\""]);
    done.says(&["plugin.toml asks for host.now, but the plugin does not import it"]);
    assert!(!project.join("acme-misfit.wasm").exists(), "what is not right is not left lying about");
}

#[test]
fn a_manifest_that_does_not_fit_the_table_is_an_error() {
    let project = Project::new("acme-table");
    project.replace("plugin.toml", "section = \"1\"", "section = \"2\"");
    project.run(&["build"]).expect(65).says(&["describes section \"1\"", "its manifest says section \"2\""]);
    project.replace("plugin.toml", "benchmark = \"acme-table-1\"", "benchmark = \"cis-docker-1.8.0\"");
    project.run(&["build"]).expect(65).says(&["\"cis-docker-1.8.0\" is a name of keelmark's own plugins"]);
}

#[test]
fn code_that_does_not_compile_is_the_compiler_s_to_explain() {
    let project = Project::new("acme-typo");
    project.replace("src/service_guard.rs", "facts.stat(&path)?", "facts.stats(&path)?");
    let done = project.run(&["build"]).expect(65);
    done.says(&["no method named `stats`", "cargo build failed (exit status: 101)"]);
    project.replace("src/service_guard.rs", "facts.stats(&path)?", "facts.stat(&path)?");
    project.replace("Cargo.toml", "crate-type = [\"cdylib\", \"rlib\"]", "crate-type = [\"rlib\"]");
    project.run(&["build"]).expect(65).says(&["cargo built no .wasm file", "crate-type = [\"cdylib\"]"]);
}

#[test]
fn a_folder_that_is_no_project_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let build = || Done::from(keelmark(folder.path()).args(["plugin", "build"]).output().unwrap()).expect(64);
    build().says(&["it has no plugin.toml", "keelmark plugin new"]);
    let project = Project::new("acme-nothing");
    let cases = [
        (
            "keelmark-build.toml",
            "language = \"rust\"",
            "language = \"cobol\"",
            "unknown language \"cobol\"; there are: rust",
        ),
        ("keelmark-build.toml", "language = \"cobol\"", "langage = \"rust\"", "unknown field `langage`"),
        ("keelmark-build.toml", "langage = \"rust\"", "language = \"rust\"\nsource = \"../x\"", "not a path inside"),
        ("keelmark-build.toml", "\nsource = \"../x\"", "", ""),
        ("plugin.toml", "schema = 1", "schema = 1\nshema = 2", "unknown field `shema`"),
        ("plugin.toml", "\nshema = 2", "", ""),
        ("plugin.toml", "api = \"0.1\"", "api = \"7.0\"", "api is \"7.0\""),
        ("plugin.toml", "api = \"7.0\"", "api = \"0.1\"", ""),
    ];
    for (file, from, to, message) in cases {
        project.replace(file, from, to);
        if !message.is_empty() {
            project.run(&["build"]).expect(64).says(&[file, message]);
        }
    }
    std::fs::remove_file(project.join("keelmark-build.toml")).unwrap();
    project.run(&["test"]).expect(64).says(&["it has no keelmark-build.toml"]);
}

#[test]
fn a_missing_toolchain_names_the_command_that_installs_it() {
    let project = Project::new("acme-bare");
    let empty = tempfile::tempdir().unwrap();
    let build = || {
        let mut command = keelmark(&project.path());
        command.env("PATH", empty.path()).env("HOME", empty.path()).args(["plugin", "build"]);
        Done::from(command.output().unwrap()).expect(69)
    };
    build().says(&["cargo is not installed", "https://sh.rustup.rs"]);
    // Rust without the target.
    for program in ["cargo", "rustc"] {
        let path = empty.path().join(program);
        std::fs::write(&path, "#!/bin/sh\necho /nonexistent\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    build()
        .says(&["the Rust target wasm32-unknown-unknown is not installed", "rustup target add wasm32-unknown-unknown"]);
}
