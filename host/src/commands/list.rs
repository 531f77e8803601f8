//! `keelmark list`

use std::collections::BTreeMap;

use super::{Done, catalogs, output};
use crate::catalog::Catalog;
use crate::cli::{Cli, Format, ListArgs, Listing};
use crate::exit;
use crate::report::list::{self, CheckRow, EditionRow, Origin, PluginRow, RecommendationRow};
use crate::report::pretty;

pub async fn run(cli: &Cli, args: &ListArgs) -> Done {
    // Thousands of rows of every edition are nobody's question: recommendations come from the newest unless asked.
    let newest = || crate::editions::all().pop().map(|edition| edition.id.to_owned());
    let benchmarks = match args.what {
        Listing::Recommendations if args.benchmarks.is_empty() => newest().into_iter().collect(),
        _ => args.benchmarks.clone(),
    };
    let catalogs = catalogs(cli, &benchmarks).await?;
    let text = match args.what {
        Listing::Editions => show(args.output, &editions(&catalogs), list::list_editions),
        Listing::Recommendations => show(args.output, &recommendations(&catalogs), list::list_recommendations),
        Listing::Checks => show(args.output, &checks(&catalogs), list::list_checks),
        Listing::Plugins => show(args.output, &plugins(&catalogs), list::list_plugins),
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

fn editions(catalogs: &[Catalog]) -> Vec<EditionRow> {
    let row = |catalog: &Catalog| {
        let edition = &catalog.edition;
        let (from, _) = edition.engine;
        EditionRow {
            id: edition.id.to_owned(),
            title: edition.title.clone(),
            released: edition.released.clone(),
            engine: Some(format!("{from} and later")),
            sections: catalog.plugins.len(),
            recommendations: catalog.plugins.iter().map(|plugin| plugin.section.recommendations.len()).sum(),
        }
    };
    catalogs.iter().map(row).collect()
}

fn recommendations(catalogs: &[Catalog]) -> Vec<RecommendationRow> {
    let sections = catalogs.iter().flat_map(|catalog| &catalog.plugins).map(|plugin| &plugin.section);
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

fn checks(catalogs: &[Catalog]) -> Vec<CheckRow> {
    let mut rows: BTreeMap<String, CheckRow> = BTreeMap::new();
    for catalog in catalogs {
        for recommendation in catalog.plugins.iter().flat_map(|plugin| &plugin.section.recommendations) {
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

fn plugins(catalogs: &[Catalog]) -> Vec<PluginRow> {
    let described = catalogs.iter().flat_map(|catalog| &catalog.plugins);
    let row = |described: &std::sync::Arc<crate::audit::DescribedPlugin>| PluginRow {
        id: described.plugin.id.to_string(),
        version: described.plugin.manifest.version.to_string(),
        benchmark: described.section.benchmark.clone(),
        section: described.section.number.clone(),
        title: described.section.title.clone(),
        digest: described.plugin.digest.clone(),
        origin: Origin::BuiltIn,
        capabilities: described.plugin.manifest.capabilities.len(),
        state: "ready".into(),
    };
    described.map(row).collect()
}
