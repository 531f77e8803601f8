//! Checks are named alike everywhere, and section crates are tables and nothing else.

use std::path::Path;

use super::{files, name};
use crate::support::{catalogs, root};

/// The groups, in the order of `keelmark_checks::catalog()`.
const GROUPS: [&str; 8] = ["host", "daemon", "files", "images", "containers", "operations", "swarm", "enterprise"];

/// The entries of a group's `checks!` block: module and constant, in order.
fn declared(group: &str) -> Vec<(String, String)> {
    let file = root().join("plugins/checks/src").join(group).join("mod.rs");
    let text = std::fs::read_to_string(&file).unwrap();
    let block = text.split_once("\nchecks! {").and_then(|(_, rest)| rest.split_once("\n}")).expect("a checks! block").0;
    let mut entries = Vec::new();
    let mut module = String::new();
    for word in
        block.split(|c: char| c.is_whitespace() || ",[]".contains(c)).filter(|word| !word.is_empty() && *word != "=>")
    {
        if word.chars().any(|c| c.is_ascii_lowercase()) {
            module = word.to_owned();
        } else {
            entries.push((module.clone(), word.to_owned()));
        }
    }
    entries
}

#[test]
fn constants_and_files_are_named_after_the_slug() {
    let declared: Vec<_> = GROUPS.iter().flat_map(|group| declared(group)).collect();
    let catalog = keelmark_checks::catalog();
    assert_eq!(declared.len(), catalog.len());
    for ((module, constant), entry) in declared.iter().zip(&catalog) {
        let slug = entry.check.slug;
        assert_eq!(constant, &slug.replace('-', "_").to_uppercase());
        let is_alone = declared.iter().filter(|(other, _)| other == module).count() == 1;
        assert!(!is_alone || *module == slug.replace('-', "_"), "{module}.rs holds {slug}");
    }
}

#[test]
fn slugs_name_the_finding() {
    for entry in keelmark_checks::catalog() {
        let slug = entry.check.slug;
        let is_plain = slug
            .split('-')
            .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
        assert!(is_plain && slug.starts_with(|c: char| c.is_ascii_lowercase()), "{slug}");
        for wish in ["ensure-", "no-", "use-", "avoid-", "do-not-", "cis-"] {
            assert!(!slug.starts_with(wish), "{slug} names what is wished for, not what is found");
        }
        let title = entry.check.title;
        assert!(title.starts_with(|c: char| c.is_alphabetic()), "{slug}: {title:?} begins with an id");
        assert!(!title.ends_with('.'), "{slug}: {title:?} is a headline");
        assert!(!title.to_lowercase().starts_with("ensure"), "{slug}: {title:?} is what is wished for");
    }
}

/// Checks know no benchmark numbers: the tables do.
#[test]
fn checks_know_no_edition() {
    for path in files("plugins/checks/src", "rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("\"cis-docker-"), "{}", name(&path));
    }
}

#[test]
fn every_check_has_scenarios_that_tell_verdicts_apart() {
    use std::collections::{BTreeMap, BTreeSet};
    let catalog = keelmark_checks::catalog();
    let mut statuses: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for entry in &catalog {
        let alone = catalog.iter().filter(|other| other.scenarios == entry.scenarios).count() == 1;
        for scenario in keelmark_sdk::scenario::parse(entry.scenarios).unwrap() {
            if alone || scenario.check.as_deref() == Some(entry.check.slug) {
                statuses.entry(entry.check.slug).or_default().insert(scenario.expected.status);
            }
        }
    }
    let alike: Vec<_> =
        catalog.iter().map(|e| e.check.slug).filter(|slug| statuses.get(slug).is_none_or(|s| s.len() < 2)).collect();
    assert!(alike.is_empty(), "one verdict, or none, in the scenarios of {alike:#?}");
}

#[test]
fn a_section_crate_is_a_table() {
    for catalog in catalogs() {
        let edition = root().join("plugins").join(catalog.edition.id);
        let mut crates = Vec::new();
        for entry in std::fs::read_dir(&edition).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                crates.push(path);
            } else {
                assert_eq!(path.file_name().unwrap(), "edition.toml", "{}", name(&path));
            }
        }
        assert_eq!(crates.len(), catalog.plugins.len());
        for folder in crates {
            assert_is_table(&folder, catalog.edition.id);
        }
    }
}

fn assert_is_table(folder: &Path, edition: &str) {
    let here = name(folder);
    let mut held: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    held.sort();
    assert_eq!(held, ["Cargo.toml", "plugin.toml", "src"], "{here}");
    assert_eq!(std::fs::read_dir(folder.join("src")).unwrap().count(), 1, "{here}");
    let number = folder.file_name().unwrap().to_string_lossy().split('-').next().unwrap_or_default().to_owned();
    let text = std::fs::read_to_string(folder.join("src/lib.rs")).unwrap();
    let (head, table) = text.split_once("\nsection! {\n").expect("a section! block");
    for line in head.lines() {
        assert!(line.is_empty() || line.starts_with("//!") || line.starts_with("use keelmark_"), "{here}: {line}");
    }
    assert!(
        table.contains(&format!("benchmark: \"{edition}\"")) && table.contains(&format!("number: \"{number}\"")),
        "{here}"
    );
    let beginnings = ["benchmark: ", "number: ", "title: ", "rows: [", "row(", "//", "]", "}"];
    for line in table.lines().map(str::trim) {
        // A row that is too long for one line goes on with its labels.
        let is_table = beginnings.iter().chain(&[".", "\"", "&", ")"]).any(|beginning| line.starts_with(beginning));
        assert!(is_table, "{here}: {line}");
    }
    assert!(table.ends_with("}\n"), "{here}: something follows the table");
}
