//! The author's side: a plugin's project, the toolchains that build it, and what its tests compare.
//!
//! Nothing here is needed to audit. A project is a folder with `plugin.toml` (the manifest, as it is embedded) and
//! `keelmark-build.toml` (the language); everything that depends on the language is one [`Language`], in one file of
//! [`toolchain`] and one folder of `templates/`.

mod build;
pub mod component;
pub mod contract;
pub mod expected;
mod language;
mod lint;
mod project;
pub mod session;
mod template;
pub mod toolchain;
pub mod transcript;
pub mod watch;

pub use build::{BuildError, Built, build, carry_description, require_built};
pub use language::{Imports, LANGUAGES, Language, language_names};
pub use lint::{Lint, lint};
pub use project::{Project, ProjectError};
pub use template::{NewError, NewProject, TemplateFile, create};
