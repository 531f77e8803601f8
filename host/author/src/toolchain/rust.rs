//! Rust: cargo, for `wasm32-unknown-unknown`. The SDK's macros carry the contract, so nothing else is needed.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::{Job, Tool, ToolchainError, find_program, read_output, run_for_output};
use crate::{Imports, Language, TemplateFile};

const TARGET: &str = "wasm32-unknown-unknown";

/// Rust.
pub const RUST: Language = Language {
    name: "rust",
    title: "Rust",
    imports: Imports::Exact,
    template: &[
        TemplateFile::filled("Cargo.toml", include_str!("../templates/rust/Cargo.toml.in")),
        TemplateFile::filled("src/lib.rs", include_str!("../templates/rust/lib.rs")),
        TemplateFile::filled("src/service_guard.rs", include_str!("../templates/rust/service_guard.rs")),
        TemplateFile::filled("README.md", include_str!("../templates/rust/README.md")),
        TemplateFile::verbatim(".gitignore", include_bytes!("../templates/rust/gitignore.in")),
    ],
    ignored: &["target", "Cargo.lock"],
    is_incremental: true,
    tools: &[CARGO, WASM_TARGET],
    build,
};

const CARGO: Tool = Tool {
    name: "cargo",
    install: "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh",
    find: |_| find_program("cargo", &home_bin()),
};

const WASM_TARGET: Tool = Tool {
    name: "the Rust target wasm32-unknown-unknown",
    install: "rustup target add wasm32-unknown-unknown",
    find: find_target,
};

/// Where rustup puts its programs, for shells that were not started anew since.
fn home_bin() -> Vec<PathBuf> {
    std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo/bin")).into_iter().collect()
}

/// The target's libraries, as the project's own rustc sees them: a toolchain file may choose another one.
fn find_target(project: &Path) -> Option<PathBuf> {
    let rustc = find_program("rustc", &home_bin())?;
    let asked =
        Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]).current_dir(project).output();
    let folder = PathBuf::from(String::from_utf8(asked.ok()?.stdout).ok()?.trim_end());
    folder.is_dir().then_some(folder)
}

fn build(job: &Job) -> Result<Vec<u8>, ToolchainError> {
    let cargo = CARGO.require(&job.project.root)?;
    WASM_TARGET.require(&job.project.root)?;
    let mut command = Command::new(cargo);
    command.current_dir(&job.project.root);
    command.args(["build", "--lib", "--target", TARGET, "--message-format", "json-render-diagnostics"]);
    if !job.debug {
        command.arg("--release");
    }
    let messages = run_for_output("cargo build", &mut command)?;
    let module = module_of(&String::from_utf8_lossy(&messages)).ok_or_else(|| {
        let message = "cargo built no .wasm file; Cargo.toml needs `crate-type = [\"cdylib\"]` under [lib]";
        ToolchainError::Output(message.into())
    })?;
    read_output(&module)
}

/// One line of cargo's account of a build.
#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

/// The last .wasm file that cargo says it made: the project's own, since dependencies come before it.
fn module_of(messages: &str) -> Option<PathBuf> {
    let made = messages.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    made.flat_map(|message| message.filenames).rfind(|file| file.extension().is_some_and(|e| e == "wasm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_the_last_that_cargo_names() {
        let messages = concat!(
            "{\"reason\":\"compiler-artifact\",\"filenames\":[\"/t/libserde.rlib\"]}\n",
            "{\"reason\":\"compiler-artifact\",\"filenames\":[\"/t/acme.wasm\",\"/t/libacme.rlib\"]}\n",
            "not json\n",
            "{\"reason\":\"build-finished\",\"success\":true}\n",
        );
        assert_eq!(module_of(messages), Some(PathBuf::from("/t/acme.wasm")));
        assert_eq!(module_of("{\"filenames\":[\"/t/libacme.rlib\"]}"), None);
    }
}
