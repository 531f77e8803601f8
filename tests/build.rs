//! Builds the bad plugins for WebAssembly. What becomes of the module (which behaviour, which manifest) is up to each
//! test; here it is only compiled, into the same target directory as the section plugins, which share its crates.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

#[path = "../host/editions/build/inner_cargo.rs"]
mod inner_cargo;

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
    let watched = [
        "tests/build.rs",
        "host/editions/build/inner_cargo.rs",
        "tests/bad-plugins",
        "sdk/rust/src",
        "sdk/rust/Cargo.toml",
        "wit",
    ];
    for watched in watched {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let target = inner_cargo::target_directory(&out)?;
    let mut cargo = inner_cargo::build(&root, "plugin", &target)?;
    cargo.args(["--package", "keelmark-bad-plugins"]);
    inner_cargo::run(cargo, "the bad plugins")?;
    let module = target.join(inner_cargo::TARGET).join("plugin/keelmark_bad_plugins.wasm");
    // A copy of our own: another build may replace the original while the tests are compiled.
    fs::copy(module, out.join("bad_plugins.wasm"))?;
    Ok(())
}
