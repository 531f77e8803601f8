//! The languages that plugins are written in: one table, and everything that differs between them.

use super::template::TemplateFile;
use super::toolchain::{self, Job, Tool, ToolchainError};

/// What the components of a language import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imports {
    /// What the code calls. An import that the manifest does not name is a mistake.
    Exact,
    /// All that the world offers to the build ([`Job::wit`]), called or not.
    World,
}

/// A language, its toolchain and its template.
pub struct Language {
    /// As `--lang` and keelmark-build.toml have it: "rust".
    pub name: &'static str,
    /// As sentences have it: "Rust".
    pub title: &'static str,
    pub imports: Imports,
    /// The files of a new project, beside the ones that all languages share.
    pub template: &'static [TemplateFile],
    /// Folders and files of a project that are no sources: a change in them needs no new build.
    pub ignored: &'static [&'static str],
    /// Whether building when nothing has changed costs next to nothing. If not, keelmark looks at the files' times.
    pub is_incremental: bool,
    /// What must be installed.
    pub tools: &'static [Tool],
    /// Builds a project into a component, or into a core module that [`super::component`] makes one of.
    pub build: fn(&Job) -> Result<Vec<u8>, ToolchainError>,
}

/// Every language.
pub static LANGUAGES: &[Language] = &[
    toolchain::rust::RUST,
    toolchain::python::PYTHON,
    toolchain::javascript::JAVASCRIPT,
    toolchain::javascript::TYPESCRIPT,
    toolchain::c::C,
    toolchain::go::GO,
];

/// The languages' names.
pub fn language_names() -> Vec<&'static str> {
    LANGUAGES.iter().map(|language| language.name).collect()
}
