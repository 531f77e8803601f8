//! `keelmark list`

use std::collections::{BTreeMap, BTreeSet};

use keelmark_contract::plugin::Manifest;
use keelmark_contract::settings::Settings;
use keelmark_editions as editions;
use keelmark_editions::builtin_plugins;
use keelmark_report::list::{self, CheckRow, EditionRow, Origin, PluginRow, RecommendationRow};
use keelmark_report::{BrokenPlugin, exit, plural};
use keelmark_store::Installed;

use super::benchmarks::{BenchmarkCatalog, catalogs, unknown_benchmark};
use super::{Done, Failure, output};
use crate::cli::{Cli, ListArgs, Listing};

pub async fn run(cli: &Cli, args: &ListArgs) -> Done {
    // Thousands of rows of every edition are nobody's question: recommendations come from the newest unless asked.
    let newest = || keelmark_editions::all().pop().map(|edition| edition.id.to_owned());
    let benchmarks = match args.what {
        Listing::Recommendations if args.benchmarks.is_empty() => newest().into_iter().collect(),
        _ => args.benchmarks.clone(),
    };
    if args.what == Listing::Plugins {
        output::write(None, &args.output.print(plugins(cli, &benchmarks)?.as_slice(), list::list_plugins))?;
        return Ok(exit::CLEAN);
    }
    let catalogs = catalogs(cli, &benchmarks).await?;
    let text = match args.what {
        Listing::Editions => args.output.print(editions(&catalogs).as_slice(), list::list_editions),
        Listing::Recommendations => {
            args.output.print(recommendations(&catalogs).as_slice(), list::list_recommendations)
        }
        Listing::Checks | Listing::Plugins => args.output.print(checks(&catalogs).as_slice(), list::list_checks),
    };
    output::write(None, &text)?;
    Ok(exit::CLEAN)
}

fn editions(catalogs: &[BenchmarkCatalog]) -> Vec<EditionRow> {
    let row = |catalog: &BenchmarkCatalog| {
        let edition = catalog.edition.as_ref();
        EditionRow {
            id: catalog.id.clone(),
            title: edition.map_or_else(|| "of an installed plugin".to_owned(), |edition| edition.title.clone()),
            released: edition.and_then(|edition| edition.released.clone()),
            engine: edition.map(|edition| format!("{} and later", edition.engine.0)),
            sections: catalog.sections.len(),
            recommendations: catalog.sections.iter().map(|section| section.recommendations.len()).sum(),
        }
    };
    catalogs.iter().map(row).collect()
}

fn recommendations(catalogs: &[BenchmarkCatalog]) -> Vec<RecommendationRow> {
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

fn checks(catalogs: &[BenchmarkCatalog]) -> Vec<CheckRow> {
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
            if row.editions.last().is_none_or(|last| *last != catalog.id) {
                row.editions.push(catalog.id.clone());
            }
        }
    }
    rows.into_values().collect()
}

/// The plugins' own files, read but not compiled: what is installed can be listed whatever it would do.
fn plugins(cli: &Cli, benchmarks: &[String]) -> Result<Vec<PluginRow>, Failure> {
    let is_wanted = |id: &str| benchmarks.is_empty() || benchmarks.iter().any(|name| name == id);
    let mut rows = Vec::new();
    for catalog in keelmark_editions::catalog::embedded().map_err(Failure::internal)? {
        if !is_wanted(catalog.edition.id) {
            continue;
        }
        let plugins = builtin_plugins(catalog.edition.id).unwrap_or_default();
        for (plugin, section) in plugins.iter().zip(&catalog.sections) {
            let manifest = plugin.manifest().map_err(Failure::internal)?;
            let row = row(&manifest, plugin.digest.to_owned(), Origin::BuiltIn, "ready".to_owned());
            rows.push(PluginRow { title: section.title.clone(), ..row });
        }
    }
    let settings = Settings::load(cli.config.as_deref()).map_err(Failure::usage)?;
    let installed = super::plugins::load(settings.plugins());
    let (found, broken): (Vec<_>, Vec<_>) =
        installed.unwrap_or_else(|broken| vec![Err(broken)]).into_iter().partition(Result::is_ok);
    for plugin in found.into_iter().flatten().filter(|plugin| is_wanted(&plugin.manifest.benchmark)) {
        let row = row(&plugin.manifest, plugin.digest.clone(), Origin::Installed, state(&plugin));
        let title = plugin.section().map(|section| section.title).unwrap_or_default();
        rows.push(PluginRow { title, level: Some(plugin.level.name().to_owned()), ..row });
    }
    let broken: Vec<BrokenPlugin> = broken.into_iter().filter_map(Result::err).collect();
    if let Some(unknown) = benchmarks.iter().find(|id| !rows.iter().any(|row| row.benchmark == **id)) {
        let known: BTreeSet<&str> = editions::all().iter().map(|edition| edition.id).collect();
        return Err(unknown_benchmark(
            unknown,
            known.into_iter().chain(rows.iter().map(|r| r.benchmark.as_str())),
            &broken,
        ));
    }
    rows.extend(broken.into_iter().map(|broken| PluginRow {
        id: broken.plugin,
        version: String::new(),
        benchmark: String::new(),
        section: String::new(),
        title: String::new(),
        digest: String::new(),
        origin: Origin::Installed,
        level: None,
        capabilities: 0,
        state: format!("does not run: {}", broken.problem),
    }));
    Ok(rows)
}

fn row(manifest: &Manifest, digest: String, origin: Origin, state: String) -> PluginRow {
    PluginRow {
        id: manifest.id.clone(),
        version: manifest.version.to_string(),
        benchmark: manifest.benchmark.clone(),
        section: manifest.section.clone(),
        title: String::new(),
        digest,
        origin,
        level: None,
        capabilities: manifest.capabilities.len(),
        state,
    }
}

/// "ready", or what it lacks to be.
fn state(plugin: &Installed) -> String {
    match (plugin.access.missing.len(), plugin.access.forbidden.len()) {
        (0, 0) => "ready".to_owned(),
        (0, forbidden) => format!("{forbidden} {} forbidden by keelmark.toml", plural("capability", forbidden)),
        (missing, _) => format!("{missing} {} not granted", plural("capability", missing)),
    }
}
