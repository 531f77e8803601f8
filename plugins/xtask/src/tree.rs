//! Files of the checkout: where they are, and whether generated ones are current.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// A generated file's path in the checkout, and what it should hold.
pub type Generated = (PathBuf, String);

/// The root of the checkout that this program was built in.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf()
}

/// Writes the files, or with `check` fails where one does not hold what it should. In `owned`, a folder of which
/// every file is generated, whatever else is there is removed, or with `check` reported too.
pub fn finish(files: Vec<Generated>, owned: Option<&Path>, check: bool) -> anyhow::Result<()> {
    let is_stale = |(path, content): &&Generated| std::fs::read_to_string(path).ok().as_ref() != Some(content);
    let stale: Vec<&Generated> = files.iter().filter(is_stale).collect();
    let expected: BTreeSet<&Path> = files.iter().map(|(path, _)| path.as_path()).collect();
    let found = owned.map(files_below).transpose()?.unwrap_or_default();
    let foreign: Vec<&PathBuf> = found.iter().filter(|path| !expected.contains(path.as_path())).collect();
    if check {
        let stale = stale.iter().map(|(path, _)| format!("{} is not current", path.display()));
        let foreign = foreign.iter().map(|path| format!("{} is not generated any more", path.display()));
        let problems: Vec<String> = stale.chain(foreign).collect();
        anyhow::ensure!(problems.is_empty(), "{}\nRun the same command without --check.", problems.join("\n"));
    }
    for (path, content) in stale {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("failed to make {}", folder.display()))?;
        }
        std::fs::write(path, content).with_context(|| format!("failed to write {}", path.display()))?;
    }
    for path in foreign {
        std::fs::remove_file(path).with_context(|| format!("failed to remove {}", path.display()))?;
    }
    Ok(())
}

/// Every file below a folder, sorted; none where there is no such folder.
pub fn files_below(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.with_context(|| format!("failed to list {}", folder.display()))?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stale_or_foreign_is_named_and_then_mended() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let files = || vec![(path("a/new.md"), "new\n".to_owned()), (path("kept.md"), "kept\n".to_owned())];
        std::fs::write(path("kept.md"), "kept\n").unwrap();
        std::fs::write(path("old.md"), "old\n").unwrap();

        let error = finish(files(), Some(folder.path()), true).unwrap_err().to_string();
        assert!(error.contains("new.md is not current") && error.contains("old.md is not generated"), "{error}");
        assert!(!error.contains("kept.md"), "{error}");
        assert!(path("old.md").exists() && !path("a/new.md").exists(), "--check changes nothing");

        finish(files(), Some(folder.path()), false).unwrap();
        finish(files(), Some(folder.path()), true).unwrap();
        assert!(!path("old.md").exists());
        std::fs::write(path("kept.md"), "edited\n").unwrap();
        assert!(finish(files(), Some(folder.path()), true).unwrap_err().to_string().contains("kept.md"));
    }
}
