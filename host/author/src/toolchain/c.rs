//! C: clang for `wasm32-wasi`. Without stdio the module imports nothing of WASI, so no adapter is needed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::template::template;
use super::{Job, Tool, ToolchainError, find_program, read_output, run};
use crate::{Imports, Language, TemplateFile};

const TARGET: &str = "--target=wasm32-wasi";

/// Debian's packages; other systems have them under like names.
const INSTALL: &str = "apt-get install clang lld wasi-libc libclang-rt-dev-wasm32";

/// C.
pub const C: Language = Language {
    name: "c",
    title: "C",
    imports: Imports::Exact,
    template: template!(
        "c",
        own: [
            "plugin.c" from "plugin.c",
            "checks.h" from "checks.h",
            "service_guard.c" from "service_guard.c",
            "compile_flags.txt" from "compile_flags.txt",
            "README.md" from "README.md",
            ".gitignore" from "gitignore.in",
        ],
        sdk: [
            "README.md",
            "keelmark.h",
            "keelmark.c",
            "keelmark_internal.h",
            "keelmark_facts.c",
            "keelmark_json.c",
            "keelmark_questions.h",
            "keelmark_text.c",
            "bindings/plugin.h",
            "bindings/plugin.c",
        ]
    ),
    ignored: &[],
    is_incremental: true,
    tools: &[CLANG, LLD, LIBC, COMPILER_RT],
    build,
};

const CLANG: Tool = Tool { name: "clang", install: INSTALL, find: |_| clang() };
const LLD: Tool =
    Tool { name: "wasm-ld, the linker of lld,", install: INSTALL, find: |_| asked("--print-prog-name=wasm-ld") };
const LIBC: Tool = Tool { name: "wasi-libc", install: INSTALL, find: |_| libc() };
const COMPILER_RT: Tool = Tool {
    name: "compiler-rt for WebAssembly (libclang-rt-dev-wasm32)",
    install: INSTALL,
    find: |_| asked("--print-libgcc-file-name"),
};

/// clang of a WASI SDK where there is one, else the system's.
fn clang() -> Option<PathBuf> {
    let sdk: Vec<PathBuf> =
        std::env::var_os("WASI_SDK_PATH").map(|sdk| Path::new(&sdk).join("bin")).into_iter().collect();
    find_program("clang", &sdk)
}

/// The file that clang answers a question with, if it is there.
fn asked(question: &str) -> Option<PathBuf> {
    let output = Command::new(clang()?).args([TARGET, "--rtlib=compiler-rt", question]).output().ok()?;
    let file = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end());
    file.is_file().then_some(file)
}

/// clang itself, if it finds the C library's headers.
fn libc() -> Option<PathBuf> {
    let clang = clang()?;
    let mut command = Command::new(&clang);
    command.args([TARGET, "-fsyntax-only", "-include", "stdlib.h", "-x", "c", "/dev/null"]);
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    status.success().then_some(clang)
}

fn build(job: &Job) -> Result<Vec<u8>, ToolchainError> {
    let root = &job.project.root;
    let clang = CLANG.require(root)?;
    for tool in [LLD, LIBC, COMPILER_RT] {
        tool.require(root)?;
    }
    let sources = sources(root)?;
    let module = job.scratch.join("core.wasm");
    let mut command = Command::new(clang);
    command.current_dir(root).args([TARGET, "-std=c11", "-Wall", "-Wextra", "-Isdk", "-mexec-model=reactor"]);
    command.args(if job.debug { ["-O1", "-g"] } else { ["-Os", "-Wl,--strip-all"] });
    command.arg("-o").arg(&module).args(sources);
    run("clang", &mut command)?;
    read_output(&module)
}

/// Every `*.c` of the project and of its SDK, sorted, so that the same sources make the same plugin.
fn sources(root: &Path) -> Result<Vec<PathBuf>, ToolchainError> {
    let mut sources = Vec::new();
    for folder in ["", "src", "sdk", "sdk/bindings"] {
        // A folder that is not there has no sources; that the SDK is missing is told below.
        let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
        let names = entries.map(|entry| Path::new(folder).join(entry.file_name()));
        sources.extend(names.filter(|name| name.extension().is_some_and(|extension| extension == "c")));
    }
    sources.sort();
    let is_there = |name: &str| sources.iter().any(|source| source == Path::new(name));
    if !is_there("sdk/keelmark.c") || !is_there("sdk/bindings/plugin.c") {
        let message = "the project has no sdk/keelmark.c and sdk/bindings/plugin.c; `keelmark plugin new --lang c` makes \
                       a project with the whole folder";
        return Err(ToolchainError::Output(message.into()));
    }
    Ok(sources)
}
