//! `keelmark list`

use std::collections::BTreeMap;

use super::{Done, Failure, catalogs, output};
use crate::catalog::EditionCatalog;
use crate::cli::{Format, ListArgs, Listing};
use crate::engine::digest;
use crate::exit;
use crate::plugin::{Manifest, builtin_components};
use crate::report::list::{self, CheckRow, EditionRow, Origin, PluginRow, RecommendationRow};
use crate::report::pretty;

pub fn run(args: &ListArgs) -> Done {
    // Thousands of rows of every edition are nobody's question: recommendations come from the newest unless asked.
    let newest = || crate::editions::all().pop().map(|edition| edition.id.to_owned());
    let benchmarks = match args.what {
        Listing::Recommendations if args.benchmarks.is_empty() => newest().into_iter().collect(),
        _ => args.benchmarks.clone(),
    };
    let catalogs = catalogs(&benchmarks)?;
    let text = match args.what {
        Listing::Editions => show(args.output, &editions(&catalogs), list::list_editions),
        Listing::Recommendations => show(args.output, &recommendations(&catalogs), list::list_recommendations),
        Listing::Checks => show(args.output, &checks(&catalogs), list::list_checks),
        Listing::Plugins => show(args.output, &plugins(&catalogs)?, list::list_plugins),
    };
    output::write(None, &text)?;
    Ok(exit::CLEAN)
}

fn show<T: serde::Serialize>(format: Format, rows: &Vec<T>, as_text: fn(&[T]) -> String) -> String {
    match format {
        Format::Text => as_text(rows),
        Format::Json => pretty(rows),
    }
}

fn editions(catalogs: &[EditionCatalog]) -> Vec<EditionRow> {
    let row = |catalog: &EditionCatalog| {
        let edition = &catalog.edition;
        let (from, _) = edition.engine;
        EditionRow {
            id: edition.id.to_owned(),
            title: edition.title.clone(),
            released: edition.released.clone(),
            engine: Some(format!("{from} and later")),
            sections: catalog.sections.len(),
            recommendations: catalog.sections.iter().map(|section| section.recommendations.len()).sum(),
        }
    };
    catalogs.iter().map(row).collect()
}

fn recommendations(catalogs: &[EditionCatalog]) -> Vec<RecommendationRow> {
    let sections = catalogs.iter().flat_map(|catalog| &catalog.sections);
    let rows = sections.flat_map(|section| {
        section.recommendations.iter().map(|recommendation| RecommendationRow {
            id: recommendation.id.clone(),
            title: recommendation.title.clone(),
            level: recommendation.level(),
            profile: recommendation.get("profile").map(str::to_owned),
            assessment: recommendation.get("assessment").map(str::to_owned),
            scored: recommendation.scored(),
            check: recommendation.check.clone(),
            section: section.number.clone(),
        })
    });
    rows.collect()
}

fn checks(catalogs: &[EditionCatalog]) -> Vec<CheckRow> {
    let mut rows: BTreeMap<String, CheckRow> = BTreeMap::new();
    for catalog in catalogs {
        for recommendation in catalog.sections.iter().flat_map(|section| &section.recommendations) {
            let text = |key: &str| recommendation.get(key).unwrap_or_default().to_owned();
            let row = rows.entry(recommendation.check.clone()).or_insert_with(|| CheckRow {
                slug: recommendation.check.clone(),
                title: text("finding"),
                control: text("control"),
                editions: Vec::new(),
            });
            if row.editions.last().is_none_or(|last| last != catalog.edition.id) {
                row.editions.push(catalog.edition.id.to_owned());
            }
        }
    }
    rows.into_values().collect()
}

/// The plugins' own files, read but not compiled.
fn plugins(catalogs: &[EditionCatalog]) -> Result<Vec<PluginRow>, Failure> {
    let mut rows = Vec::new();
    for catalog in catalogs {
        let components = builtin_components(catalog.edition.id).transpose().map_err(Failure::internal)?;
        for (component, section) in components.unwrap_or_default().iter().zip(&catalog.sections) {
            let manifest = Manifest::of_component(component).map_err(Failure::internal)?;
            rows.push(PluginRow {
                id: manifest.id,
                version: manifest.version.to_string(),
                benchmark: section.benchmark.clone(),
                section: section.number.clone(),
                title: section.title.clone(),
                digest: digest(component),
                origin: Origin::BuiltIn,
                capabilities: manifest.capabilities.len(),
                state: "ready".into(),
            });
        }
    }
    Ok(rows)
}
