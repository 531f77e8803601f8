//! Builds the bad plugins for WebAssembly. What becomes of the module (which behaviour, which manifest) is up to each
//! test; here it is only compiled, into the same target directory as the section plugins, which share its crates.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
    for watched in ["tests/build.rs", "tests/bad-plugins", "sdk/rust/src", "sdk/rust/Cargo.toml", "wit"] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let marked = out.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    let target = marked.ok_or("OUT_DIR is not inside a cargo target directory")?.join("plugins");
    build(&root, &target)?;
    let module = target.join("wasm32-unknown-unknown/plugin/keelmark_bad_plugins.wasm");
    // A copy of our own: another build may replace the original while the tests are compiled.
    std::fs::copy(module, out.join("bad_plugins.wasm"))?;
    Ok(())
}

fn build(root: &Path, target: &Path) -> Result<(), Box<dyn Error>> {
    let mut cargo = Command::new(env::var("CARGO")?);
    cargo.current_dir(root).args(["build", "--quiet", "--profile", "plugin", "--target", "wasm32-unknown-unknown"]);
    cargo.args(["--package", "keelmark-bad-plugins", "--target-dir"]).arg(target);
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
    let output = cargo.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("the bad plugins do not build:\n{}", String::from_utf8_lossy(&output.stderr)).into())
}
