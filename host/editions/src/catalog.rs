//! What the built-in plugins audit: every recommendation of every edition, with all that its check has to say.
//!
//! The truth is in the plugins; asking them compiles all of them, which takes long on a new host. So `cargo xtask docs`
//! writes down what they said, the binary carries it, and [`embedded`] needs no plugin at all. A test holds the two
//! together.

use std::collections::BTreeMap;

use keelmark_contract::{Recommendation, SectionInfo};
use serde::{Deserialize, Serialize};

use crate::Edition;

/// An edition with its sections.
pub struct EditionCatalog {
    pub edition: Edition,
    pub sections: Vec<SectionInfo>,
}

/// Pairs of a key and a value, in the plugins' order.
type Info = Vec<(String, String)>;

/// `plugins/docs/catalog.json`. What all rows of a check say alike stands once, with the check.
#[derive(Deserialize)]
struct File {
    checks: BTreeMap<String, Info>,
    editions: BTreeMap<String, Vec<FileSection>>,
}

#[derive(Deserialize)]
struct FileSection {
    number: String,
    title: String,
    recommendations: Vec<FileRow>,
}

#[derive(Serialize, Deserialize)]
struct FileRow {
    id: String,
    title: String,
    check: String,
    info: Info,
}

/// The catalog in this binary, oldest edition first.
pub fn embedded() -> Result<Vec<EditionCatalog>, String> {
    let compressed: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalog.json.zst"));
    let json = zstd::decode_all(compressed).map_err(|error| error.to_string())?;
    let mut file: File = serde_json::from_slice(&json).map_err(|error| error.to_string())?;
    let File { checks, editions } = &mut file;
    let catalog = |edition: Edition| {
        let sections = editions.remove(edition.id).unwrap_or_default();
        EditionCatalog { sections: sections.into_iter().map(|s| section(edition.id, s, checks)).collect(), edition }
    };
    Ok(crate::all().into_iter().map(catalog).collect())
}

fn section(benchmark: &str, section: FileSection, checks: &BTreeMap<String, Info>) -> SectionInfo {
    let recommendation = |row: FileRow| {
        let mut info = row.info;
        info.extend(checks.get(&row.check).into_iter().flatten().cloned());
        Recommendation::new(row.id, row.title, row.check, info)
    };
    SectionInfo {
        benchmark: benchmark.to_owned(),
        number: section.number,
        title: section.title,
        recommendations: section.recommendations.into_iter().map(recommendation).collect(),
    }
}

/// The text of `plugins/docs/catalog.json` for what the plugins say.
pub fn to_json(catalogs: &[EditionCatalog]) -> Result<String, serde_json::Error> {
    let rows = || catalogs.iter().flat_map(|c| &c.sections).flat_map(|s| &s.recommendations);
    let mut checks: BTreeMap<String, Info> = BTreeMap::new();
    for row in rows() {
        match checks.get_mut(&row.check) {
            None => drop(checks.insert(row.check.clone(), row.info().to_vec())),
            Some(common) => common.retain(|pair| row.info().contains(pair)),
        }
    }
    let own = |row: &Recommendation| {
        let common = checks.get(&row.check);
        let is_own = |pair: &&(String, String)| common.is_none_or(|common| !common.contains(pair));
        FileRow {
            id: row.id.clone(),
            title: row.title.clone(),
            check: row.check.clone(),
            info: row.info().iter().filter(is_own).cloned().collect(),
        }
    };
    // A pair or a row is a line: a change shows as the line that it is, and nobody scrolls through brackets.
    let mut blocks = Vec::new();
    for (slug, pairs) in &checks {
        let lines = pairs.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
        blocks.push(format!("{}: [\n{}\n]", serde_json::to_string(slug)?, lines.join(",\n")));
    }
    let checks = blocks.join(",\n");
    let mut blocks = Vec::new();
    for catalog in catalogs {
        let mut sections = Vec::new();
        for section in &catalog.sections {
            let rows = section.recommendations.iter().map(|row| serde_json::to_string(&own(row)));
            let rows = rows.collect::<Result<Vec<_>, _>>()?.join(",\n");
            let (number, title) = (serde_json::to_string(&section.number)?, serde_json::to_string(&section.title)?);
            sections.push(format!("{{\"number\": {number}, \"title\": {title}, \"recommendations\": [\n{rows}\n]}}"));
        }
        let id = serde_json::to_string(catalog.edition.id)?;
        blocks.push(format!("{id}: [\n{}\n]", sections.join(",\n")));
    }
    Ok(format!("{{\"checks\": {{\n{checks}\n}},\n\"editions\": {{\n{}\n}}}}\n", blocks.join(",\n")))
}
