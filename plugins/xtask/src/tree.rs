//! Files of the checkout: where they are, and whether generated ones are current.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// A generated file's path in the checkout, and what it should hold.
pub type Generated = (PathBuf, String);

/// The root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Writes the files, or with `check` fails on the first that does not hold what it should.
pub fn finish(files: Vec<Generated>, check: bool) -> anyhow::Result<()> {
    for (path, content) in files {
        if std::fs::read_to_string(&path).is_ok_and(|current| current == content) {
            continue;
        }
        anyhow::ensure!(!check, "{} is not current: run the same command without --check", path.display());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, content).with_context(|| format!("failed to write {}", path.display()))?;
    }
    Ok(())
}
