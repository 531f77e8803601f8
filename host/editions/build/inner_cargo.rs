//! The cargo that builds for WebAssembly inside the one that builds for the host. The tests' build script uses this
//! file too.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What section plugins are compiled for: no operating system, and so no WASI imports.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// `cargo build` for [`TARGET`] from the root of the workspace, told nothing of the build that it is a part of.
pub fn build(root: &Path, profile: &str, target_dir: &Path) -> Result<Command, Box<dyn Error>> {
    let mut cargo = Command::new(env::var("CARGO")?);
    cargo
        .current_dir(root)
        .args(["build", "--quiet", "--locked", "--profile", profile, "--target", TARGET, "--target-dir"])
        .arg(target_dir);
    // What the outer build was told is about the host, not about Wasm; clippy's wrapper would build nothing.
    for (name, _) in env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        let outer =
            ["CARGO_FEATURE_", "CARGO_CFG_", "CARGO_PKG_", "CARGO_PROFILE_", "CARGO_BUILD_", "CARGO_TARGET_", "DEP_"];
        let is_flag =
            ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC", "RUSTDOC"].contains(&text) || text.ends_with("_WRAPPER");
        if is_flag || outer.iter().any(|prefix| text.starts_with(prefix)) {
            cargo.env_remove(&name);
        }
    }
    Ok(cargo)
}

/// Runs it. `what` is what could not be built, when it fails.
pub fn run(mut cargo: Command, what: &str) -> Result<(), Box<dyn Error>> {
    let output = cargo.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{what} do not build:\n{}", String::from_utf8_lossy(&output.stderr))
        .trim_end()
        .replace('\n', "\ncargo::error=")
        .into())
}

/// Where the inner cargo builds: a directory of its own, since the outer one holds the lock of its own, but beside what
/// that builds, so that every profile and every build script finds the same.
///
/// Told by the one thing that all layouts of cargo's have: `…/<profile>/build/…` above `OUT_DIR`. The mark that cargo
/// leaves in a target directory (CACHEDIR.TAG) is not there when something else had made the directory before it.
pub fn target_directory(out_dir: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let build = out_dir.ancestors().skip(1).find(|folder| folder.file_name().is_some_and(|name| name == "build"));
    let outer = build.and_then(|build| build.parent()?.parent());
    Ok(outer.ok_or_else(|| format!("{} is not where cargo puts OUT_DIR", out_dir.display()))?.join("plugins"))
}
