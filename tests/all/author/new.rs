//! `keelmark plugin new`

use super::{Done, Project, keelmark};

fn new(folder: &std::path::Path, args: &[&str]) -> Done {
    keelmark(folder).args(["plugin", "new"]).args(args).output().unwrap().into()
}

#[test]
fn a_new_project_passes_its_tests_as_it_is() {
    let project = Project::new("acme-new");
    let done = project.run(&["test"]).expect(0);
    done.prints(&["ok    guarded: 1 verdict as expected", "ok    open: 1 verdict as expected", "2 passed, 0 failed"]);

    // The same check without Wasm, as the README says.
    let mut cargo = std::process::Command::new("cargo");
    cargo.current_dir(project.path()).args(["test", "--quiet", "--offline"]);
    cargo.env("CARGO_TARGET_DIR", super::target_dir());
    Done::from(cargo.output().unwrap()).expect(0).prints(&["1 passed"]);

    // And in the hands of an operator.
    let mut audit = keelmark(&project.path());
    audit.args(["audit", "--plugin", "acme-new.wasm", "--grant-all", "--check", "service-guard"]);
    let done = Done::from(audit.args(["--replay", "tests/open.json"]).output().unwrap()).expect(1);
    done.prints(&["the Docker service is not guarded"]);
}

#[test]
fn every_language_that_is_offered_has_a_whole_template() {
    for language in keelmark_author::LANGUAGES {
        let folder = tempfile::tempdir().unwrap();
        let done = new(folder.path(), &["acme", "--lang", language.name]).expect(0);
        for file in
            ["plugin.toml", "keelmark-build.toml", "README.md", "tests/guarded.json", "tests/open.expected.toml"]
        {
            assert!(done.stdout.contains(file), "{}: {file}", language.name);
        }
        let mut left = vec![folder.path().join("acme")];
        while let Some(path) = left.pop() {
            if path.is_dir() {
                left.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                assert!(!text.contains("__NAME__") && !text.contains("__SDK__"), "{}", path.display());
            }
        }
        let project = keelmark_author::Project::read(&folder.path().join("acme")).unwrap();
        assert!(project.manifest.capabilities.iter().all(|capability| !capability.why.is_empty()));
        assert_eq!(project.language.name, language.name);
    }
}

#[test]
fn what_is_there_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("acme")).unwrap();
    std::fs::write(folder.path().join("acme/precious"), "mine").unwrap();
    new(folder.path(), &["acme", "--lang", "rust"]).expect(64).says(&["acme exists and is not empty", "--path"]);
    assert_eq!(std::fs::read_dir(folder.path().join("acme")).unwrap().count(), 1);
    // An empty folder is as good as none.
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    new(folder.path(), &["acme", "--lang", "rust", "--path", "empty"]).expect(0);
}

#[test]
fn names_and_languages_that_are_none_are_refused_with_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["Acme", "../acme", "acme swarm", "acme\u{1b}[31m", ""] {
        let done = new(folder.path(), &[name, "--lang", "rust"]).expect(64);
        done.says(&["is no plugin's id", "\"acme-swarm\""]);
        assert!(!done.stderr.contains('\u{1b}'), "{}", done.stderr);
    }
    new(folder.path(), &["cis-docker-9", "--lang", "rust"]).expect(64).says(&["keelmark's own"]);
    new(folder.path(), &["acme", "--lang", "cobol"]).expect(64).says(&["cobol", "rust"]);
    new(folder.path(), &["acme"]).expect(64).says(&["--lang"]);
    let done = new(folder.path(), &["acme", "--lang", "rust", "--sdk-path", "/nonexistent"]).expect(64);
    done.says(&["/nonexistent is not the crate keelmark-sdk"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a refusal leaves nothing behind");
}

#[test]
fn without_a_path_the_sdk_comes_from_crates_io() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = keelmark(folder.path());
    command.env_remove("KEELMARK_SDK_PATH").args(["plugin", "new", "acme", "--lang", "rust"]);
    Done::from(command.output().unwrap()).expect(0);
    let manifest = std::fs::read_to_string(folder.path().join("acme/Cargo.toml")).unwrap();
    assert!(
        manifest.contains(concat!("keelmark-sdk = { version = \"", env!("CARGO_PKG_VERSION"), "\" }")),
        "{manifest}"
    );
}
