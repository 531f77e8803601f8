//! Python: the template, the example, the SDK's own tests, and what its author hears of a plugin that breaks.

use std::path::PathBuf;

use crate::support::{Project, files, root, toolchain};

fn programs() -> Vec<PathBuf> {
    vec![toolchain("python").join("bin")]
}

#[test]
fn a_new_project_builds_and_passes_its_tests() {
    let project = Project::new("python", programs());
    let built = project.keelmark(&["plugin", "build"]).ended_with(0);
    built.says("audits section 1 of acme-1: 1 recommendation");
    // All of WASI is stubbed, and of the contract there is what the manifest names.
    let imports = project.imports("acme.wasm");
    assert!(imports.iter().all(|import| import.starts_with("keelmark:plugin/")), "{imports:?}");
    for absent in ["process", "host"] {
        assert!(!imports.contains(&format!("keelmark:plugin/{absent}@0.1.0")), "{imports:?}");
    }
    project.keelmark(&["plugin", "test"]).ended_with(0).says("2 passed, 0 failed");
    let audit =
        ["audit", "--plugin", "acme.wasm", "--grant-all", "--replay", "tests/open.json", "--check", "service-guard"];
    project.keelmark(&audit).ended_with(1).says("FAIL 1.1 Ensure that the Docker service is guarded");
    let python = toolchain("python").join("bin/python3");
    project.run(&python, &["-m", "unittest", "discover", "tests"]).ended_with(0).says("OK");
}

/// Each check of one plugin goes wrong in a way of its own; each says so, and costs no other.
#[test]
fn a_check_that_breaks_says_where_and_why() {
    let project = Project::new("python", programs());
    project.edit("src/plugin.py", "# What the component exports", BROKEN);
    project.write("src/broken.py", "\"\"\"Shares.\"\"\"\n\ndef share(what, among):\n    return what / among\n");
    project.keelmark(&["plugin", "build"]).ended_with(0);
    let audit = ["audit", "--plugin", "acme.wasm", "--grant-all", "--replay", "tests/guarded.json", "--verbose"];
    let checks = ["raises", "returns", "exits", "recurses", "opens", "prints", "asks", "evident", "deep"];
    let args: Vec<&str> = audit.into_iter().chain(checks.iter().flat_map(|slug| ["--check", slug])).collect();
    let report = project.keelmark(&args).ended_with(2);
    for words in [
        "the check broke: KeyError: 'colour' (plugin.py, line 30, in raises)",
        "Traceback (most recent call last):",
        "the check broke: TypeError: returns() returned None; it should return a keelmark.Verdict",
        "the check broke: SystemExit: 3 (plugin.py, line 40, in exits)",
        "the check broke: RecursionError: maximum recursion depth exceeded",
        "the check broke: RuntimeError: builtins.open: a plugin has no files of its own: ask keelmark.files (plugin.py,",
        "info: acme: what was printed",
        "PASS 2.6",
        "plugin.toml has no capability process.find",
        "the check broke: TypeError: the evidence 'here' is no keelmark.Evidence (plugin.py,",
        "the check broke: ZeroDivisionError: division by zero (broken.py, line 4, in share)",
    ] {
        report.says(words);
    }
}

const BROKEN: &str = r#"import sys

from broken import share
from keelmark import Verdict, host


@section.check("2.1", "raises", slug="raises")
def raises():
    return {"size": 1}["colour"]


@section.check("2.2", "returns", slug="returns")
def returns():
    pass


@section.check("2.3", "exits", slug="exits")
def exits():
    sys.exit(3)


@section.check("2.4", "recurses", slug="recurses")
def recurses():
    return recurses()


@section.check("2.5", "opens", slug="opens")
def opens():
    return Verdict.manual(open("/etc/passwd").read())


@section.check("2.6", "prints", slug="prints")
def prints():
    print("what was printed")
    return Verdict.passed()


@section.check("2.7", "asks", slug="asks")
def asks():
    host.find_processes("dockerd")
    return Verdict.passed()


@section.check("2.8", "evident", slug="evident")
def evident():
    return Verdict.manual("look", "here")


@section.check("2.9", "deep", slug="deep")
def deep():
    return share(1, 0)


# What the component exports"#;

#[test]
fn a_module_that_breaks_is_told_while_it_is_built() {
    let project = Project::new("python", programs());
    project.edit("src/service_guard.py", "def service_guard()", "COLOUR = {}['colour']\n\n\ndef service_guard()");
    let built = project.keelmark(&["plugin", "build"]).ended_with(65);
    built.says("KeyError: 'colour'");
    built.says("service_guard.py\", line 12");
}

/// An author may write the guest by hand, and go wrong where no verdict can say so.
#[test]
fn a_guest_that_breaks_itself_has_its_words_in_the_hosts_error() {
    let project = Project::new("python", programs());
    project.edit("src/plugin.py", "Guest = section.guest()", "section.recommendations = 7\nGuest = section.guest()");
    let built = project.keelmark(&["plugin", "build"]);
    built.says("asked what it audits, it failed");
    built.says("AttributeError: 'int' object has no attribute 'values'");
}

#[test]
fn a_missing_toolchain_is_named_with_the_command_that_installs_it() {
    let project = Project::new("python", Vec::new());
    let made = project.keelmark(&["plugin", "new", "other", "--lang", "python"]).ended_with(0);
    made.says(
        "next: cd other python3 -m venv .venv && .venv/bin/pip install componentize-py==0.25.1 keelmark plugin test",
    );
    let built = project.keelmark(&["plugin", "build"]).ended_with(69);
    built.says("componentize-py is not installed");
    built.says("python3 -m venv .venv && .venv/bin/pip install componentize-py==0.25.1");
}

#[test]
fn the_example_judges_its_recorded_hosts() {
    let project = Project::example("image-policy", programs());
    project.keelmark(&["plugin", "test"]).ended_with(0).says("3 passed, 0 failed");
    let python = toolchain("python").join("bin/python3");
    project.run(&python, &["-m", "unittest", "discover", "tests"]).ended_with(0).says("OK");
}

#[test]
fn a_project_has_all_of_the_sdk() {
    let project = Project::new("python", programs());
    assert_eq!(files(&project.path().join("vendor/keelmark")), files(&root().join("sdk/python/src/keelmark")));
}

#[test]
fn the_sdk_passes_its_own_tests_and_is_not_stale() {
    let project = Project::new("python", programs());
    let python = toolchain("python").join("bin/python3");
    let sdk = root().join("sdk/python");
    let script = format!(
        "import sys, unittest; sys.path.insert(0, {src:?}); \
         found = unittest.defaultTestLoader.discover({tests:?}); assert found.countTestCases() > 10; \
         sys.exit(not unittest.TextTestRunner().run(found).wasSuccessful())",
        src = sdk.join("src"),
        tests = sdk.join("tests"),
    );
    project.run(&python, &["-B", "-c", &script]).ended_with(0).says("OK");
    let regenerate = sdk.join("regenerate.py");
    project.run(&python, &[regenerate.to_str().unwrap(), "--check"]).ended_with(0);
}
