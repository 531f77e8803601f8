//! `keelmark plugin build`: sources, toolchain, component, manifest, lint.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use keelmark_contract::plugin::{DescriptionError, describe, description};
use keelmark_contract::{SectionInfo, limits};

use super::component::{self, ComponentError};
use super::contract::{Contract, ContractError};
use super::lint::{Lint, lint};
use super::project::Project;
use super::toolchain::{Job, ToolchainError};

/// Files of one project that are looked at for changes: more are no plugin's.
const MAX_FILES: usize = 10_000;

/// A plugin, built.
pub struct Built {
    pub path: PathBuf,
    pub bytes: Vec<u8>,
    /// Complaints that did not keep it from being built.
    pub warnings: Vec<Lint>,
}

/// Why there is no plugin.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error(transparent)]
    Toolchain(#[from] ToolchainError),
    #[error(transparent)]
    Component(#[from] ComponentError),
    #[error(transparent)]
    Contract(#[from] ContractError),
    #[error("the plugin was built, but is not right:\n{}", .0.iter().map(|lint| format!("- {}", lint.message)).collect::<Vec<_>>().join("\n"))]
    Lint(Vec<Lint>),
    #[error("the plugin was built, but {0}")]
    Description(#[from] DescriptionError),
    #[error("it is {0} bytes; keelmark loads at most {limit}", limit = limits::COMPONENT_BYTES)]
    TooLarge(usize),
    #[error("failed to write {}: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{} is not built yet, or cannot be read: {source}", path.display())]
    NotBuilt { path: PathBuf, source: std::io::Error },
}

/// Builds a project's plugin and writes it beside plugin.toml, whole or not at all.
pub fn build(project: &Project, debug: bool) -> Result<Built, BuildError> {
    let scratch = project.scratch();
    let wit = scratch.join("wit");
    let write = |path: &Path, content: &[u8]| write(&scratch, path, content);
    // Whoever lists a project's files for version control is not to see this folder.
    write(&scratch.join(".gitignore"), b"*\n")?;
    write(&wit.join("plugin.wit"), Contract::of_manifest(&project.manifest)?.to_wit()?.as_bytes())?;
    let job = Job { project, debug, wit, scratch: scratch.clone() };
    let bytes = component::finish((project.language.build)(&job)?, &project.manifest_text)?;
    if bytes.len() > limits::COMPONENT_BYTES {
        return Err(BuildError::TooLarge(bytes.len()));
    }
    let (errors, warnings) =
        lint(&bytes, &project.manifest, project.language.imports).into_iter().partition::<Vec<_>, _>(|l| l.is_error);
    if !errors.is_empty() {
        return Err(BuildError::Lint(errors));
    }
    let path = project.component();
    write(&path, &bytes)?;
    Ok(Built { path, bytes, warnings })
}

/// Lets a built plugin carry what it says of itself, and writes it again where it did not.
pub fn carry_description(project: &Project, built: &mut Built, section: &SectionInfo) -> Result<(), BuildError> {
    if description(&built.bytes)?.as_ref() == Some(section) {
        return Ok(());
    }
    describe(&mut built.bytes, section)?;
    write(&project.scratch(), &built.path, &built.bytes)
}

/// The plugin as it was built last.
pub fn require_built(project: &Project) -> Result<Built, BuildError> {
    let path = project.component();
    let bytes = keelmark_disk::input::read(&path, limits::COMPONENT_BYTES)
        .map_err(|source| BuildError::NotBuilt { path: path.clone(), source })?;
    let warnings = lint(&bytes, &project.manifest, project.language.imports);
    Ok(Built { path, bytes, warnings })
}

impl Project {
    /// Whether the built plugin is newer than every source. Where that cannot be told, it is not.
    pub fn is_built(&self) -> bool {
        let time = |path: &Path| path.metadata().and_then(|found| found.modified()).ok();
        let Some(built) = time(&self.component()) else { return false };
        self.newest_source().is_some_and(|newest| newest < built)
    }

    fn newest_source(&self) -> Option<SystemTime> {
        let (mut newest, mut count) = (SystemTime::UNIX_EPOCH, 0);
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).ok()? {
                let entry = entry.ok()?;
                let path = entry.path();
                count += 1;
                if count > MAX_FILES {
                    return None;
                }
                if !self.is_source(&path) {
                    continue;
                }
                let about = entry.metadata().ok()?;
                if about.is_dir() {
                    folders.push(path);
                } else {
                    newest = newest.max(about.modified().ok()?);
                }
            }
        }
        Some(newest)
    }
}

/// Writes a file whole or not at all. What is half-written stands in the scratch folder: in the project's own it would
/// look like a change.
fn write(scratch: &Path, path: &Path, content: &[u8]) -> Result<(), BuildError> {
    let failed = |source| BuildError::Write { path: path.to_owned(), source };
    fs::create_dir_all(scratch).map_err(failed)?;
    fs::create_dir_all(path.parent().unwrap_or(scratch)).map_err(failed)?;
    let mut temporary = tempfile::NamedTempFile::new_in(scratch).map_err(failed)?;
    std::io::Write::write_all(&mut temporary, content).map_err(failed)?;
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    temporary.as_file().set_permissions(mode).map_err(failed)?;
    temporary.persist(path).map(drop).map_err(|error| failed(error.error))
}
