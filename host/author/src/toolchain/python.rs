//! Python: componentize-py, which puts CPython and the project's modules into one component.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Job, Tool, ToolchainError, find_program, read_output, run};
use crate::contract::WORLD;
use crate::{Imports, Language, TemplateFile};

/// Where the main module is, unless keelmark-build.toml names another one.
const SOURCE: &str = "src/plugin.py";

/// Folders of the project that hold further modules: the SDK, and what else is shipped with the plugin.
const VENDOR: &str = "vendor";

/// A file of the SDK, which every project has a copy of: what is built is what its author can read.
macro_rules! vendored {
    ($name:literal) => {
        TemplateFile::verbatim(
            concat!("vendor/keelmark/", $name),
            include_bytes!(concat!("../../../../sdk/python/src/keelmark/", $name)),
        )
    };
}

/// Python.
pub const PYTHON: Language = Language {
    name: "python",
    title: "Python",
    imports: Imports::World,
    template: &[
        TemplateFile::filled("src/plugin.py", include_str!("../templates/python/plugin.py")),
        TemplateFile::filled("src/service_guard.py", include_str!("../templates/python/service_guard.py")),
        TemplateFile::filled("tests/test_checks.py", include_str!("../templates/python/test_checks.py")),
        TemplateFile::verbatim("requirements.txt", include_bytes!("../templates/python/requirements.txt")),
        TemplateFile::verbatim("pyproject.toml", include_bytes!("../templates/python/pyproject.toml.in")),
        TemplateFile::verbatim(".gitignore", include_bytes!("../templates/python/gitignore.in")),
        TemplateFile::filled("README.md", include_str!("../templates/python/README.md")),
        vendored!("__init__.py"),
        vendored!("_component.py"),
        vendored!("_engine.py"),
        vendored!("_failure.py"),
        vendored!("_host.py"),
        vendored!("_no_wasi.py"),
        vendored!("_questions.py"),
        vendored!("docker.py"),
        vendored!("errors.py"),
        vendored!("facts.py"),
        vendored!("files.py"),
        vendored!("host.py"),
        vendored!("py.typed"),
        vendored!("section.py"),
        vendored!("testing.py"),
        vendored!("verdict.py"),
    ],
    ignored: &[".venv", "venv", "__pycache__", ".mypy_cache"],
    is_incremental: false,
    tools: &[COMPONENTIZE],
    build,
};

pub const COMPONENTIZE: Tool = Tool {
    name: "componentize-py",
    install: "python3 -m venv .venv && .venv/bin/pip install componentize-py==0.25.1",
    find: |project| find_program("componentize-py", &environments(project)),
};

/// The project's own virtual environments, by their usual names.
fn environments(project: &Path) -> Vec<PathBuf> {
    [".venv", "venv"].iter().map(|name| project.join(name).join("bin")).collect()
}

fn build(job: &Job) -> Result<Vec<u8>, ToolchainError> {
    let root = &job.project.root;
    let componentize = COMPONENTIZE.require(root)?;
    let source = root.join(job.project.source.as_deref().unwrap_or(SOURCE));
    let (folder, module) = module_of(&source)?;
    let output = job.scratch.join("python.wasm");
    let mut command = Command::new(&componentize);
    activate(&mut command, &componentize);
    // Its own backtrace would bury the traceback of a module that raises while it is imported.
    command.env("RUST_BACKTRACE", "0");
    command.current_dir(root).arg("--wit-path").arg(&job.wit).args(["--world", WORLD]);
    // What is left of WASI are stubs that trap: of the real thing, Python would ask for files and sockets too, which no
    // plugin gets. The SDK sends what is printed, and every exception, to the host's log.
    command.args(["componentize", "--stub-wasi", "--python-path"]).arg(folder);
    let vendor = root.join(VENDOR);
    if vendor.is_dir() {
        command.arg("--python-path").arg(vendor);
    }
    command.arg(module).arg("--output").arg(&output);
    run("componentize-py", &mut command)?;
    read_output(&output)
}

/// Makes the environment that a program belongs to the active one: that is where componentize-py looks for the packages
/// that the project imports.
fn activate(command: &mut Command, program: &Path) {
    let environment = program.parent().and_then(Path::parent).filter(|folder| folder.join("pyvenv.cfg").is_file());
    let Some(environment) = environment else { return };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(environment.join("bin")).chain(std::env::split_paths(&path));
    if let Ok(path) = std::env::join_paths(folders) {
        command.env("PATH", path).env("VIRTUAL_ENV", environment);
    }
}

/// The folder and the name of a module.
fn module_of(source: &Path) -> Result<(&Path, &str), ToolchainError> {
    let name =
        source.file_stem().and_then(|name| name.to_str()).filter(|_| source.extension().is_some_and(|e| e == "py"));
    match (source.parent(), name) {
        (Some(folder), Some(name)) if source.is_file() => Ok((folder, name)),
        _ => {
            let message = format!(
                "{} is no Python module; `source` in keelmark-build.toml names the main one (without it: {SOURCE})",
                source.display()
            );
            Err(ToolchainError::Output(message))
        }
    }
}
