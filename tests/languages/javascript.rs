//! JavaScript and TypeScript: the templates, the example, the SDK's own tests, and what an author hears of a plugin that
//! breaks.

use std::path::{Path, PathBuf};

use crate::support::{Project, files, root, toolchain};

/// Node.js, where the system's own is too old.
fn programs() -> Vec<PathBuf> {
    vec![toolchain("python").join("bin")]
}

/// A project with its packages, as after `npm install`, and with the SDK of this checkout.
fn installed(project: Project) -> Project {
    let packages = toolchain("node").join("node_modules");
    let here = project.path().join("node_modules");
    std::fs::create_dir_all(here.join("@keelmark")).unwrap();
    for entry in std::fs::read_dir(packages).unwrap() {
        let from = entry.unwrap().path();
        let name = from.file_name().unwrap();
        if name != "@keelmark" {
            std::os::unix::fs::symlink(&from, here.join(name)).unwrap();
        }
    }
    std::os::unix::fs::symlink("../../vendor/keelmark-sdk", here.join("@keelmark/sdk")).unwrap();
    project
}

fn node(project: &Project, args: &[&str]) -> crate::support::Done {
    project.run(Path::new("/usr/bin/env"), &[&["node"], args].concat())
}

#[test]
fn a_new_project_in_javascript_builds_and_passes_its_tests() {
    let project = installed(Project::new("js", programs()));
    let built = project.keelmark(&["plugin", "build"]).ended_with(0);
    built.says("audits section 1 of acme-1: 1 recommendation");
    let imports = project.imports("acme.wasm");
    assert!(imports.iter().all(|import| import.starts_with("keelmark:plugin/")), "{imports:?}");
    project.keelmark(&["plugin", "test"]).ended_with(0).says("2 passed, 0 failed");
    node(&project, &["--test", "tests/"]).ended_with(0).says("pass 1");
}

#[test]
fn a_new_project_in_typescript_builds_and_passes_its_tests() {
    let project = installed(Project::new("ts", programs()));
    project.keelmark(&["plugin", "test"]).ended_with(0).says("2 passed, 0 failed");
    let audit =
        ["audit", "--plugin", "acme.wasm", "--grant-all", "--replay", "tests/open.json", "--check", "service-guard"];
    project.keelmark(&audit).ended_with(1).says("FAIL 1.1 Ensure that the Docker service is guarded");
}

#[test]
fn a_check_that_breaks_says_where_and_why() {
    let project = installed(Project::new("ts", programs()));
    project.edit("src/plugin.ts", "// What the component exports", BROKEN);
    project.write("src/broken.ts", "export interface Paint {\n  colour: string;\n}\n\nexport const loud = (paint: Paint): string => paint.colour.toUpperCase();\n");
    project.keelmark(&["plugin", "build"]).ended_with(0);
    let audit = ["audit", "--plugin", "acme.wasm", "--grant-all", "--replay", "tests/guarded.json", "--verbose"];
    let checks = ["throws", "returns", "waits", "odd", "clock", "prints", "asks", "evident", "deep"];
    let args: Vec<&str> = audit.into_iter().chain(checks.iter().flat_map(|slug| ["--check", slug])).collect();
    let report = project.keelmark(&args).ended_with(2);
    for words in [
        "the check broke: RangeError: no colour (src/plugin.ts:30:",
        "the check of 2.2 returned undefined; it should return a Verdict",
        "the check of 2.3 returned a promise (a check cannot be async); it should return a Verdict",
        "the check broke: it threw {\"odd\":1}",
        "the check broke: Error: a plugin has no clock of its own: ask host.now() (src/plugin.ts:",
        "info: acme: what was printed {\"n\":1}",
        "PASS 2.6",
        "plugin.toml has no capability process.find",
        "the check broke: TypeError: the evidence here has no subject (src/plugin.ts:",
        "the check broke: TypeError: cannot read property 'colour' of null (src/broken.ts:5:",
    ] {
        report.says(words);
    }
}

const BROKEN: &str = r#"import { type Evidence, Verdict, host } from "@keelmark/sdk";
import { type Paint, loud } from "./broken.ts";

section
  .check({ id: "2.1", title: "throws", slug: "throws" }, () => {
    throw new RangeError("no colour");
  })
  .check({ id: "2.2", title: "returns", slug: "returns" }, () => undefined as unknown as Verdict)
  .check({ id: "2.3", title: "waits", slug: "waits" }, (async () => Verdict.passed()) as unknown as () => Verdict)
  .check({ id: "2.4", title: "odd", slug: "odd" }, () => {
    throw { odd: 1 };
  })
  .check({ id: "2.5", title: "clock", slug: "clock" }, () => Verdict.manual(String(Date.now())))
  .check({ id: "2.6", title: "prints", slug: "prints" }, () => {
    console.log("what was printed", { n: 1 });
    return Verdict.passed();
  })
  .check({ id: "2.7", title: "asks", slug: "asks" }, () => Verdict.manual(String(host.findProcesses("dockerd"))))
  .check({ id: "2.8", title: "evident", slug: "evident" }, () => Verdict.manual("look", "here" as unknown as Evidence))
  .check({ id: "2.9", title: "deep", slug: "deep" }, () => Verdict.manual(loud(null as unknown as Paint)));

// What the component exports"#;

#[test]
fn a_module_that_breaks_is_told_while_it_is_built() {
    let project = installed(Project::new("js", programs()));
    project.edit(
        "src/service_guard.js",
        "export function serviceGuard()",
        "undefined.colour;\n\nexport function serviceGuard()",
    );
    let built = project.keelmark(&["plugin", "build"]).ended_with(65);
    built.says("cannot read property 'colour' of undefined");
    built.says("src/service_guard.js:10");
}

#[test]
fn types_that_do_not_fit_are_told_before_anything_is_built() {
    let project = installed(Project::new("ts", programs()));
    project.edit("src/service_guard.ts", "expected: true,", "expcted: true,");
    let built = project.keelmark(&["plugin", "build"]).ended_with(65);
    built.says("src/service_guard.ts(");
    built.says("'expcted' does not exist in type 'Evidence'");
    assert!(!project.path().join("acme.wasm").exists());
}

/// An author may write the guest by hand, and go wrong where no verdict can say so.
#[test]
fn a_guest_that_breaks_itself_has_its_words_in_the_hosts_error() {
    let project = installed(Project::new("js", programs()));
    let guest = "export const guest = { describe: () => undefined.title, audit() {} };";
    project.edit("src/plugin.js", "export const guest = section.guest();", guest);
    let built = project.keelmark(&["plugin", "build"]);
    built.says("asked what it audits, it failed");
    built.says("TypeError: cannot read property 'title' of undefined (src/plugin.js:");
    project.edit("src/plugin.js", "describe: () => undefined.title", "describe: () => 7");
    let built = project.keelmark(&["plugin", "build"]).ended_with(65);
    built.says("TypeError: describe() returned 7; it should return a section of the contract");
}

/// A loop ends when its time is up; the message says so, and the other check has its verdict.
#[test]
fn a_loop_is_told_as_one() {
    let project = installed(Project::new("js", programs()));
    let looping =
        "section.check({ id: \"2.1\", title: \"loops\", slug: \"loops\" }, () => { for (;;); });\n\n// What the";
    project.edit("src/plugin.js", "// What the", looping);
    project.keelmark(&["plugin", "build"]).ended_with(0);
    let audit = ["audit", "--plugin", "acme.wasm", "--grant-all", "--replay", "tests/guarded.json"];
    let report =
        project.keelmark(&[&audit[..], &["--check", "loops", "--check", "service-guard"]].concat()).ended_with(2);
    report.says("PASS 1.1");
    report.says("the plugin took longer than 5 s");
}

#[test]
fn missing_packages_are_named_with_the_command_that_installs_them() {
    let project = Project::new("ts", programs());
    let built = project.keelmark(&["plugin", "build"]).ended_with(69);
    built.says("componentize-qjs");
    built.says("npm install");
}

#[test]
fn the_example_judges_its_recorded_hosts() {
    let project = installed(Project::example("management-ports", programs()));
    project.keelmark(&["plugin", "test"]).ended_with(0).says("3 passed, 0 failed");
}

#[test]
fn a_project_has_all_of_the_sdk() {
    // What is for working on the SDK itself stays behind.
    let not_shipped = ["README.md", "regenerate.mjs", "test/section.test.js"];
    let mut sdk = files(&root().join("sdk/js"));
    sdk.retain(|file| !not_shipped.iter().any(|name| file == Path::new(name)));
    for language in ["js", "ts"] {
        let project = Project::new(language, programs());
        assert_eq!(files(&project.path().join("vendor/keelmark-sdk")), sdk);
    }
}

#[test]
fn the_sdk_passes_its_own_tests_and_is_not_stale() {
    let project = Project::new("js", programs());
    let sdk = root().join("sdk/js");
    let tests = sdk.join("test/section.test.js");
    node(&project, &["--test", tests.to_str().unwrap()]).ended_with(0).says("fail 0");
    let regenerate = sdk.join("regenerate.mjs");
    let script = format!("process.chdir({:?}); import({:?})", toolchain("node").join("jco"), regenerate);
    node(&project, &["-e", &script, "--", "--check"]).ended_with(0);
}
