//! New projects: the language's template with the names filled in.

use std::fs;
use std::path::{Path, PathBuf};

use super::language::Language;

/// What stands in a template for the plugin's id.
const NAME: &str = "__NAME__";
/// What stands in Rust's template for the dependency on the SDK: `version = "…"` or `path = "…"`.
const SDK: &str = "__SDK__";

/// One file of a template.
pub struct TemplateFile {
    /// Where it goes in the project.
    pub path: &'static str,
    pub content: &'static [u8],
    /// Whether names are filled in.
    pub is_filled: bool,
}

impl TemplateFile {
    /// A text with `__NAME__` where the plugin's id goes.
    pub const fn filled(path: &'static str, content: &'static str) -> Self {
        Self { path, content: content.as_bytes(), is_filled: true }
    }

    /// A file that goes into the project as it is.
    pub const fn verbatim(path: &'static str, content: &'static [u8]) -> Self {
        Self { path, content, is_filled: false }
    }
}

/// What every project has, whatever its language. The check of the templates is the same in all of them, and so are
/// its manifest, its recordings and its verdicts.
static SHARED: &[TemplateFile] = &[
    TemplateFile::filled("plugin.toml", include_str!("templates/shared/plugin.toml")),
    TemplateFile::verbatim("tests/guarded.json", include_bytes!("templates/shared/guarded.json")),
    TemplateFile::filled("tests/guarded.expected.toml", include_str!("templates/shared/guarded.expected.toml")),
    TemplateFile::verbatim("tests/open.json", include_bytes!("templates/shared/open.json")),
    TemplateFile::filled("tests/open.expected.toml", include_str!("templates/shared/open.expected.toml")),
];

/// What `keelmark plugin new` was asked for.
pub struct NewProject<'a> {
    pub name: &'a str,
    pub language: &'static Language,
    pub folder: &'a Path,
    /// The folder of the crate keelmark-sdk, where it is not to come from crates.io.
    pub sdk_path: Option<&'a Path>,
}

/// Why there is no new project.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    #[error(
        "{0:?} is no plugin's id: it begins with a letter, goes on with lower-case letters, digits and single dashes, \
         and has at most 40 characters, for example \"acme-swarm\""
    )]
    Name(String),
    #[error("{0:?} is taken: ids that begin with \"cis-docker\" or \"keelmark\" are keelmark's own")]
    Reserved(String),
    #[error("{} exists and is not empty; `--path` names another folder", .0.display())]
    Exists(PathBuf),
    #[error("{} is not the crate keelmark-sdk: it has no Cargo.toml of that name", .0.display())]
    NoSdk(PathBuf),
    #[error("failed to write {}: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
}

/// Makes the project's folder and its files. A folder that holds anything is left alone.
pub fn create(new: &NewProject) -> Result<Vec<PathBuf>, NewError> {
    check_name(new.name)?;
    let sdk = sdk_dependency(new.sdk_path)?;
    let folder = new.folder;
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| NewError::Write { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    if fs::read_dir(folder).map_err(failed(folder))?.next().is_some() {
        return Err(NewError::Exists(folder.to_owned()));
    }
    let build_file = format!(
        "# How `keelmark plugin build` builds this plugin. What the plugin is stands in plugin.toml.\nlanguage = \"{}\"\n",
        new.language.name
    );
    let mut files: Vec<(&str, Vec<u8>)> = vec![("keelmark-build.toml", build_file.into_bytes())];
    for file in SHARED.iter().chain(new.language.template) {
        let text = std::str::from_utf8(file.content).ok().filter(|_| file.is_filled);
        let content =
            text.map_or_else(|| file.content.to_vec(), |text| text.replace(NAME, new.name).replace(SDK, &sdk).into());
        files.push((file.path, content));
    }
    let mut written = Vec::new();
    for (name, content) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed(parent))?;
        }
        fs::write(&path, content).map_err(failed(&path))?;
        written.push(PathBuf::from(name));
    }
    Ok(written)
}

/// Narrower than a manifest's ids: the name becomes a package's in every language.
fn check_name(name: &str) -> Result<(), NewError> {
    let is_good = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 40
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !name.contains("--")
        && !name.ends_with('-');
    if !is_good {
        return Err(NewError::Name(name.to_owned()));
    }
    if name.starts_with("cis-docker") || name.starts_with("keelmark") {
        return Err(NewError::Reserved(name.to_owned()));
    }
    Ok(())
}

fn sdk_dependency(path: Option<&Path>) -> Result<String, NewError> {
    let Some(path) = path else { return Ok(format!("version = {:?}", env!("CARGO_PKG_VERSION"))) };
    let manifest = fs::read_to_string(path.join("Cargo.toml")).unwrap_or_default();
    if !manifest.contains("name = \"keelmark-sdk\"") {
        return Err(NewError::NoSdk(path.to_owned()));
    }
    let absolute = fs::canonicalize(path).map_err(|source| NewError::Write { path: path.to_owned(), source })?;
    Ok(format!("path = {}", toml::Value::from(absolute.to_string_lossy().into_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_packages_and_ids() {
        for name in ["acme", "acme-swarm", "a1-2b"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "Acme", "1acme", "acme_swarm", "acme--x", "acme-", "-acme", "../acme", "acme swarm", "é"] {
            assert!(matches!(check_name(name), Err(NewError::Name(_))), "{name}");
        }
        assert!(check_name(&"a".repeat(41)).is_err());
        for name in ["cis-docker-1.8.0", "cis-docker", "keelmark-extra"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
