//! `cargo xtask new-edition`: another edition's folder as the start of a new one.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::tree;

/// The workspace picks up section crates of folders with this beginning.
const PREFIX: &str = "cis-docker-";
/// A plugin's id is the edition's and "-7", and has at most 64 characters.
const MAX_ID: usize = 62;

/// An edition of the checkout.
struct Existing {
    id: String,
    title: String,
    order: i64,
    folder: PathBuf,
}

/// Copies the edition `from` to a new one called `id`; the answer says what to edit next.
pub fn new_edition(root: &Path, id: &str, from: &str) -> anyhow::Result<String> {
    let known = existing(&root.join("plugins"))?;
    check_id(id, &known)?;
    let Some(source) = known.iter().find(|edition| edition.id == from) else {
        let ids: Vec<&str> = known.iter().map(|edition| edition.id.as_str()).collect();
        bail!("there is no edition {from:?} to copy; there are: {}", ids.join(", "));
    };
    let title = format!("TODO: the title of {id}");
    let rewrite = |text: String| {
        text.replace(&source.id, id)
            .replace(&package_prefix(&source.id), &package_prefix(id))
            .replace(&source.title, &title)
    };
    let folder = root.join("plugins").join(id);
    let mut files = Vec::new();
    for path in tree::files_below(&source.folder)? {
        let text = std::fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))?;
        let place = folder.join(path.strip_prefix(&source.folder)?);
        let is_about = path == source.folder.join("edition.toml");
        files.push((place, if is_about { about(&rewrite(text), &known) } else { rewrite(text) }));
    }
    tree::finish(files, None, false)?;
    Ok(next_steps(id, from))
}

/// `edition.toml` with the new edition after all others, and without the date of the copied one.
fn about(text: &str, known: &[Existing]) -> String {
    let order = known.iter().map(|edition| edition.order).max().unwrap_or(0) + 1;
    let lines = text.lines().filter(|line| !line.starts_with("released"));
    let lines = lines.map(|line| match line.split_once('#').filter(|_| line.starts_with("order")) {
        Some((_, comment)) => format!("order = {order} #{comment}"),
        None if line.starts_with("order") => format!("order = {order}"),
        None => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}

fn check_id(id: &str, known: &[Existing]) -> anyhow::Result<()> {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let rest = id.strip_prefix(PREFIX).unwrap_or_default();
    ensure!(
        rest.starts_with(|c: char| c.is_ascii_alphanumeric()) && id.chars().all(is_allowed) && id.len() <= MAX_ID,
        "{id:?} is not an edition's id: {PREFIX}… in lower-case letters, digits, \"-\" and \".\", such as {PREFIX}1.9.0"
    );
    for edition in known {
        ensure!(edition.id != id, "the edition {id} exists already: {}", edition.folder.display());
        // Cargo's package names have no dots, so that ids that differ in them alone would give one name twice.
        let is_same_name = package_prefix(&edition.id) == package_prefix(id);
        ensure!(!is_same_name, "{id} would have packages of the same name as {}", edition.id);
    }
    Ok(())
}

fn package_prefix(id: &str) -> String {
    id.replace('.', "-")
}

fn existing(plugins: &Path) -> anyhow::Result<Vec<Existing>> {
    let mut editions = Vec::new();
    for entry in std::fs::read_dir(plugins).with_context(|| format!("failed to list {}", plugins.display()))? {
        let folder = entry?.path();
        let path = folder.join("edition.toml");
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let about: toml::Table = toml::from_str(&text).with_context(|| path.display().to_string())?;
        let title = about.get("title").and_then(toml::Value::as_str);
        let order = about.get("order").and_then(toml::Value::as_integer);
        editions.push(Existing {
            id: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            title: title.with_context(|| format!("{} has no title", path.display()))?.to_owned(),
            order: order.with_context(|| format!("{} has no order", path.display()))?,
            folder,
        });
    }
    editions.sort_by_key(|edition| edition.order);
    Ok(editions)
}

fn next_steps(id: &str, from: &str) -> String {
    format!(
        "plugins/{id} is a copy of {from}. Next:\n\
         1. plugins/{id}/edition.toml: title, released, the engine versions; order, if it is not the newest\n\
         2. plugins/{id}/*/src/lib.rs: ids, titles, levels and labels as the benchmark prints them; a folder's number \
            is its section's\n\
         3. the title, which the comments and Cargo.toml files of the sections repeat: grep -rn TODO plugins/{id}\n\
         4. what no check decides yet: cargo xtask new-check\n\
         5. cargo xtask manifests && cargo xtask docs\n\
         6. the reference data in tests/fixtures/reference, which the tables are compared with\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_edition_comes_last_and_keeps_no_date() {
        let known = [Existing { id: "a".into(), title: "A".into(), order: 12, folder: PathBuf::new() }];
        let text = "title = \"A\"\nreleased = \"2020\"\norder = 3 # oldest first\nengine-from = \"1\"\n";
        assert_eq!(about(text, &known), "title = \"A\"\norder = 13 # oldest first\nengine-from = \"1\"\n");
    }
}
