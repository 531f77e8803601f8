//! Release builds, and what is made of them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::process::finish;

/// Builds the program as it is released, and this one the same way: benchmarks run a part of the measurements in it.
/// Gives the path of the program.
pub fn build(root: &Path) -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.current_dir(root).args(["build", "--release", "--locked", "-p", "keelmark", "-p", "xtask"]);
    ensure!(build.status().context("failed to run cargo")?.success(), "keelmark does not build");
    Ok(target_dir(root).join("release/keelmark"))
}

fn target_dir(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target))
}

/// Writes a copy of the program that carries native code of its plugins.
pub fn precompile(program: &Path, file: &Path) -> anyhow::Result<()> {
    finish(Command::new(program).arg("precompile").arg(file)).map(drop)
}

/// `cargo xtask dist`: the archive that a release offers, and its SHA-256 in a file beside it. Gives the archive's path.
pub fn dist(root: &Path, program: Option<&Path>) -> anyhow::Result<PathBuf> {
    let program = program.map_or_else(|| build(root), |program| Ok(program.to_path_buf()))?;
    let name = format!("keelmark-{}-{}-linux", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH);
    let dist = target_dir(root).join("dist");
    let folder = dist.join(&name);
    std::fs::create_dir_all(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
    precompile(&program, &folder.join("keelmark"))?;
    for file in ["README.md", "CHANGELOG.md", "LICENSE"] {
        std::fs::copy(root.join(file), folder.join(file)).with_context(|| format!("failed to copy {file}"))?;
    }
    let archive = format!("{name}.tar.gz");
    // The same bytes from the same build, whoever makes it and whenever.
    let same = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0", "--mode=go-w"];
    finish(Command::new("tar").current_dir(&dist).args(same).args(["-czf", &archive, &name]))?;
    let sums = finish(Command::new("sha256sum").current_dir(&dist).arg(&archive))?;
    let sums_file = dist.join(format!("{archive}.sha256"));
    std::fs::write(&sums_file, sums).with_context(|| format!("failed to write {}", sums_file.display()))?;
    Ok(dist.join(archive))
}
