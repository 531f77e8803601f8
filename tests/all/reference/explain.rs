//! What `keelmark explain` shows: every field of every check, filled in, read back from the built plugins.

use std::collections::{BTreeMap, BTreeSet};

use super::recommendations;
use crate::support::catalogs;

/// The fields, and the fewest characters that can be an answer rather than a stub.
const FIELDS: &[(&str, usize)] = &[
    ("finding", 10),
    ("means", 25),
    ("why", 60),
    ("audited", 25),
    ("fix", 20),
    ("impact", 5),
    ("default", 5),
    ("reference", 15),
];

/// What people write where they mean to write something later.
const STUBS: &[&str] = &["todo", "tbd", "fixme", "xxx", "lorem", "write me", "fill in", "???"];

#[test]
fn every_field_of_every_check_is_filled() {
    let mut problems = BTreeSet::new();
    for (_, recommendation) in catalogs().iter().flat_map(recommendations) {
        let check = &recommendation.check;
        for (field, fewest) in FIELDS {
            let text = recommendation.get(field).unwrap_or_default().trim();
            let lower = text.to_lowercase();
            if text.chars().count() < *fewest {
                problems.insert(format!("{check}: {field} is {text:?}"));
            }
            if STUBS
                .iter()
                .any(|stub| lower.split(|c: char| !c.is_alphanumeric() && c != '?').any(|word| word == *stub))
            {
                problems.insert(format!("{check}: {field} is a stub: {text:?}"));
            }
        }
        for reference in recommendation.all("reference") {
            if !reference.starts_with("https://") {
                problems.insert(format!("{check}: reference {reference:?} is no address"));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

/// Two checks with one reason are one check, or one of them was copied and not thought about.
#[test]
fn no_two_checks_share_an_explanation() {
    let mut seen: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for (_, recommendation) in catalogs().iter().flat_map(recommendations) {
        for field in ["finding", "means"] {
            let text = recommendation.get(field).unwrap_or_default();
            seen.entry((field, text)).or_default().insert(&recommendation.check);
        }
    }
    let shared: Vec<_> = seen.iter().filter(|(_, checks)| checks.len() > 1).collect();
    assert!(shared.is_empty(), "{shared:#?}");
}
