//! A plugin's project: the folder with its manifest, its sources and its tests.

use std::path::{Path, PathBuf};

use keelmark_contract::plugin::{Manifest, ManifestError};
use serde::Deserialize;

use super::language::{LANGUAGES, Language, language_names};

/// How the plugin is built. Kept apart from the manifest, which is embedded and read by operators.
const BUILD_FILE: &str = "keelmark-build.toml";
/// A file that somebody wrote by hand is smaller.
const MAX_BYTES: usize = 64 * 1024;

/// A project, read.
pub struct Project {
    pub root: PathBuf,
    pub manifest: Manifest,
    /// The manifest as it is embedded.
    pub manifest_text: String,
    pub language: &'static Language,
    /// The main source file, where the language lets its author choose one.
    pub source: Option<String>,
}

/// Why a folder is no project.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    #[error("{} is no plugin's project: it has no {name}; `keelmark plugin new` makes one", folder.display())]
    Missing { folder: PathBuf, name: &'static str },
    #[error("failed to read {}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{}: {source}", path.display())]
    Manifest { path: PathBuf, source: ManifestError },
    #[error("{}: {source}", path.display())]
    BuildFile { path: PathBuf, source: toml::de::Error },
    #[error("{}: unknown language {found:?}; there are: {}", path.display(), language_names().join(", "))]
    Language { path: PathBuf, found: String },
    #[error("{}: source {found:?} is not a path inside the project", path.display())]
    Source { path: PathBuf, found: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BuildFile {
    language: String,
    #[serde(default)]
    source: Option<String>,
}

impl Project {
    /// Reads the project of a folder.
    pub fn read(folder: &Path) -> Result<Self, ProjectError> {
        let root =
            std::path::absolute(folder).map_err(|source| ProjectError::Read { path: folder.to_owned(), source })?;
        let (path, manifest_text) = read(&root, "plugin.toml")?;
        let manifest = Manifest::parse(&manifest_text).map_err(|source| ProjectError::Manifest { path, source })?;
        let (path, text) = read(&root, BUILD_FILE)?;
        let file: BuildFile =
            toml::from_str(&text).map_err(|source| ProjectError::BuildFile { path: path.clone(), source })?;
        let Some(language) = LANGUAGES.iter().find(|language| language.name == file.language) else {
            return Err(ProjectError::Language { path, found: file.language });
        };
        if let Some(found) = file.source.as_ref().filter(|source| !is_inside(source)) {
            return Err(ProjectError::Source { path, found: found.clone() });
        }
        Ok(Self { root, manifest, manifest_text, language, source: file.source })
    }

    /// Where the built plugin stands.
    pub fn component(&self) -> PathBuf {
        self.root.join(format!("{}.wasm", self.manifest.id))
    }

    /// Where builds keep what is nobody's to read.
    pub fn scratch(&self) -> PathBuf {
        self.root.join(".keelmark")
    }

    /// The folder of recordings and expected verdicts.
    pub fn tests(&self) -> PathBuf {
        self.root.join("tests")
    }

    /// The recordings of its tests, by name: `tests/NAME.json`.
    pub fn recordings(&self) -> Result<Vec<(String, PathBuf)>, ProjectError> {
        let folder = self.tests();
        let failed = |source| ProjectError::Read { path: folder.clone(), source };
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".json"));
            if let Some(name) = name {
                found.push((name.to_owned(), path.clone()));
            }
        }
        found.sort();
        Ok(found)
    }

    /// Whether a path of the project is a source: what changes in it changes the plugin.
    pub fn is_source(&self, path: &Path) -> bool {
        let Ok(inside) = path.strip_prefix(&self.root) else { return false };
        let Some(first) = inside.components().next() else { return false };
        let first = first.as_os_str().to_string_lossy();
        let is_output = first.ends_with(".wasm") || first == "tests" || first == ".keelmark" || first == ".git";
        // Python leaves one beside every module that somebody imports.
        let is_cache = inside.components().any(|part| part.as_os_str() == "__pycache__");
        !is_output && !is_cache && !self.language.ignored.contains(&&*first)
    }
}

fn read(root: &Path, name: &'static str) -> Result<(PathBuf, String), ProjectError> {
    let path = root.join(name);
    let bytes = keelmark_disk::input::read(&path, MAX_BYTES).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => ProjectError::Missing { folder: root.to_owned(), name },
        _ => ProjectError::Read { path: path.clone(), source },
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let source = std::io::Error::new(std::io::ErrorKind::InvalidData, error);
        ProjectError::Read { path: path.clone(), source }
    })?;
    Ok((path, text))
}

fn is_inside(path: &str) -> bool {
    use std::path::Component;
    !path.is_empty()
        && Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}
