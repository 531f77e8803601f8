//! C: the template, the example, the SDK's own tests, and what an author hears of a plugin that breaks.

use std::path::Path;

use crate::support::{Done, Project, root};

/// Larger than the template's plugin will be for long, and a quarter of what a plugin with stdio has.
const SMALL: u64 = 48 * 1024;

const AUDIT: [&str; 5] = ["audit", "--plugin", "acme.wasm", "--grant-all", "--replay"];

fn project() -> Project {
    Project::new("c", Vec::new())
}

#[test]
fn a_new_project_builds_without_wasi_and_passes_its_tests() {
    let project = project();
    project.keelmark(&["plugin", "build"]).ended_with(0).says("audits section 1 of acme-1: 1 recommendation");
    let interfaces = ["docker", "exec", "fs", "report", "types"];
    let mut imports = project.imports("acme.wasm");
    imports.sort();
    assert_eq!(imports, interfaces.map(|name| format!("keelmark:plugin/{name}@0.1.0")));
    let size = project.path().join("acme.wasm").metadata().unwrap().len();
    assert!(size < SMALL, "{size} bytes");
    project.keelmark(&["plugin", "test"]).ended_with(0).says("2 passed, 0 failed");
    let open = [&AUDIT[..], &["tests/open.json", "--check", "service-guard"]].concat();
    project.keelmark(&open).ended_with(1).says("FAIL 1.1 Ensure that the Docker service is guarded");
}

#[test]
fn the_same_sources_make_the_same_plugin() {
    let (one, other) = (project(), project());
    for project in [&one, &other] {
        project.keelmark(&["plugin", "build"]).ended_with(0);
    }
    let bytes = |project: &Project| std::fs::read(project.path().join("acme.wasm")).unwrap();
    assert!(bytes(&one) == bytes(&other));
}

#[test]
fn the_example_judges_its_recorded_hosts() {
    let project = Project::example("kernel-hardening", Vec::new());
    project.keelmark(&["plugin", "test"]).ended_with(0).says("3 passed, 0 failed");
}

#[test]
fn the_sdk_passes_its_own_tests() {
    let project = project();
    let sdk = root().join("sdk/c").display().to_string();
    let sources =
        ["tests/run.c", "tests/fake_host.c", "keelmark.c", "keelmark_facts.c", "keelmark_json.c", "keelmark_text.c"];
    let sources = sources.map(|name| format!("{sdk}/{name}"));
    let mut args = vec!["-std=c11", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined"];
    args.extend(["-fno-sanitize-recover=all", "-g", "-o", "sdk-tests"]);
    args.extend(sources.iter().map(String::as_str));
    project.run(Path::new("/usr/bin/cc"), &args).ended_with(0);
    project.run(&project.path().join("sdk-tests"), &[]).ended_with(0).says("all is well");
}

/// A plugin whose second check is `body`, built and run beside the template's own.
fn broken(body: &str) -> Done {
    let project = project();
    project.edit("checks.h", "#endif", &format!("{DECLARED}\n#endif"));
    project.edit("plugin.c", "};\n\nconst", &format!("{ROW}}};\n\nconst"));
    project.write("broken.c", &format!("#include <stdio.h>\n#include <stdlib.h>\n#include \"checks.h\"\n{body}\n"));
    project.keelmark(&["plugin", "build"]).ended_with(0);
    let checks = ["tests/guarded.json", "--check", "broken", "--check", "service-guard"];
    let report = project.keelmark(&[&AUDIT[..], &checks].concat()).ended_with(2);
    // Whatever happens to one check, the other has its verdict.
    report.says("PASS 1.1");
    report.says("ERROR 1.2 broken");
    report
}

const DECLARED: &str = "km_status broken(km_finding *finding);";
const ROW: &str = "    {.id = \"1.2\", .title = \"broken\", .slug = \"broken\", .audit = broken},\n";

#[test]
fn a_panic_is_told_with_its_text_and_line() {
    let body = "km_status broken(km_finding *finding) {\n  KM_ASSERT(finding == NULL);\n  return KM_PASS;\n}";
    broken(body).says("broken.c:5: not so: finding == NULL");
    let body = "km_status broken(km_finding *finding) { (void)finding; keelmark_panic(\"no colour\"); }";
    broken(body).says("no colour");
}

#[test]
fn a_trap_is_told_by_its_kind() {
    let division = "km_status broken(km_finding *f) { volatile int zero = 0; return km_pass(f, km_number(100 / zero)); }";
    broken(division).says("integer divide by zero");
    let pointer = "typedef km_status (*check)(km_finding *);\nvolatile check none;\n\
                   km_status broken(km_finding *f) { check now = none; return now(f); }";
    broken(pointer).says("uninitialized element");
    let memory = "km_status broken(km_finding *f) { volatile char *far = (char *)0xfffffff0; return km_pass(f, km_number(*far)); }";
    broken(memory).says("out of bounds memory access");
    broken("km_status broken(km_finding *f) { (void)f; abort(); }").says("unreachable");
}

#[test]
fn a_stack_that_overflows_is_told_as_one() {
    let body = "static int deep(volatile int *n) { volatile int more = *n + 1; return deep(&more) + more; }\n\
                km_status broken(km_finding *f) { volatile int n = 0; return km_pass(f, km_number(deep(&n))); }";
    // clang keeps addressed variables on a stack of its own in linear memory, which ends at address 0.
    broken(body).says("out of bounds memory access");
}

#[test]
fn a_loop_is_told_as_one() {
    broken("km_status broken(km_finding *f) { for (volatile int on = 1; on;) {} return KM_PASS; (void)f; }")
        .says("the plugin took longer than 5 s");
}

#[test]
fn memory_without_end_is_told_as_such() {
    let body = "km_status broken(km_finding *f) { for (;;) if (km_alloc(1 << 20) == NULL) return km_pass(f, NULL); }";
    broken(body).says("MiB of memory");
}

#[test]
fn garbage_for_an_answer_is_told_as_such() {
    broken("km_status broken(km_finding *f) { (void)f; return KM_FAIL; }").says("check 1.2 returned a verdict without");
    broken("km_status broken(km_finding *f) { return km_fail(f, \"\\xff\\xfe\"); }").says("utf-8");
}

/// Standard error is captured, and what stood there last is part of the finding.
#[test]
fn stdio_works_and_its_last_words_are_told() {
    let body = "km_status broken(km_finding *f) { (void)f; fprintf(stderr, \"about to %s\\n\", \"break\"); abort(); }";
    broken(body).says("about to break");
}

#[test]
fn mistakes_in_the_source_are_clangs_to_tell() {
    let project = project();
    project.edit("service_guard.c", "km_metadata file;", "km_metadata fiel;");
    let built = project.keelmark(&["plugin", "build"]).ended_with(65);
    built.says("service_guard.c:");
    built.says("use of undeclared identifier 'file'");
    built.says("clang failed");
    assert!(!project.path().join("acme.wasm").exists());
}

#[test]
fn a_missing_toolchain_is_named_with_the_command_that_installs_it() {
    let project = project();
    let program = env!("CARGO_BIN_EXE_keelmark-under-test");
    let nothing = project.run(Path::new("/usr/bin/env"), &["PATH=/nonexistent", program, "plugin", "build"]);
    let nothing = nothing.ended_with(69);
    nothing.says("clang is not installed");
    nothing.says("apt-get install clang lld wasi-libc libclang-rt-dev-wasm32");
    std::fs::remove_file(project.path().join("sdk/keelmark.c")).unwrap();
    project.keelmark(&["plugin", "build"]).says("the project has no sdk/keelmark.c");
}

#[test]
fn an_import_that_the_manifest_does_not_name_is_an_error() {
    let project = project();
    project.edit(
        "service_guard.c",
        "  km_json info;",
        "  km_json info;\n  int64_t now;\n  (void)km_now(&now, &error);",
    );
    let built = project.keelmark(&["plugin", "build"]);
    built.says("it imports host.now, but plugin.toml has no [[capability]] with op = \"host.now\"");
    assert_ne!(built.code, Some(0));
}
