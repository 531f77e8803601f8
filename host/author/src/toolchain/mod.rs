//! What the languages' own toolchains do for us: one file per language, and how their programs are found and run.

pub mod c;
pub mod go;
pub mod javascript;
pub mod python;
pub mod rust;
mod template;

use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::project::Project;

/// Something that must be installed before a project builds.
pub struct Tool {
    /// What it is called: "cargo", "the Rust target wasm32-unknown-unknown".
    pub name: &'static str,
    /// The command that installs it.
    pub install: &'static str,
    /// Finds it for a project's folder.
    pub find: fn(&Path) -> Option<PathBuf>,
}

/// One build.
pub struct Job<'a> {
    pub project: &'a Project,
    /// Quick to build rather than small.
    pub debug: bool,
    /// A folder of WIT files whose world `plugin` offers the functions that the manifest names and no others: for
    /// toolchains whose components import all that the world has.
    pub wit: PathBuf,
    /// A folder for what the build leaves lying about.
    pub scratch: PathBuf,
}

/// Why a toolchain built nothing.
#[derive(Debug, thiserror::Error)]
pub enum ToolchainError {
    #[error("{what} is not installed; this installs it:\n{install}")]
    Missing { what: String, install: String },
    #[error("failed to start {}: {source}", program.display())]
    Start { program: PathBuf, source: std::io::Error },
    #[error("{what} failed ({status}); what it said stands above")]
    Failed { what: String, status: String },
    #[error("{0}")]
    Output(String),
}

impl Tool {
    /// The tool, or the error that says how to install it.
    pub fn require(&self, project: &Path) -> Result<PathBuf, ToolchainError> {
        (self.find)(project)
            .ok_or_else(|| ToolchainError::Missing { what: self.name.into(), install: self.install.into() })
    }
}

/// A program by its name: in the folders given first, then on the PATH.
pub fn find_program(name: &str, first: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    find_in(name, first.iter().cloned().chain(std::env::split_paths(&path)))
}

/// The first file of that name that may be executed. Relative folders are whose directory one stands in, and passed over.
pub fn find_in(name: &str, folders: impl IntoIterator<Item = impl AsRef<Path>>) -> Option<PathBuf> {
    let absolute = folders.into_iter().filter(|folder| folder.as_ref().is_absolute());
    absolute.map(|folder| folder.as_ref().join(name)).find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// Runs a step of a build. What it prints goes to our standard error, as it comes; our standard output is for results.
pub fn run(what: &str, command: &mut Command) -> Result<(), ToolchainError> {
    command.stdout(stderr());
    finish(what, command).map(drop)
}

/// Runs a step of a build, and returns what it printed to standard output.
pub fn run_for_output(what: &str, command: &mut Command) -> Result<Vec<u8>, ToolchainError> {
    command.stdout(Stdio::piped());
    finish(what, command)
}

fn finish(what: &str, command: &mut Command) -> Result<Vec<u8>, ToolchainError> {
    let started =
        command.stdin(Stdio::null()).stderr(Stdio::inherit()).spawn().and_then(|child| child.wait_with_output());
    let output = started.map_err(|source| ToolchainError::Start { program: command.get_program().into(), source })?;
    if !output.status.success() {
        return Err(ToolchainError::Failed { what: what.to_owned(), status: output.status.to_string() });
    }
    Ok(output.stdout)
}

/// Our standard error as a child's standard output; nothing where it is closed.
fn stderr() -> Stdio {
    std::io::stderr().as_fd().try_clone_to_owned().map_or_else(|_| Stdio::null(), Stdio::from)
}

/// Reads what a build step wrote.
pub fn read_output(path: &Path) -> Result<Vec<u8>, ToolchainError> {
    std::fs::read(path)
        .map_err(|error| ToolchainError::Output(format!("failed to read what was built, {}: {error}", path.display())))
}
