//! The benchmarks that there are: the editions in this binary, and those of installed plugins.

use std::collections::BTreeSet;

use keelmark_audit::suggest;
use keelmark_contract::SectionInfo;
use keelmark_contract::settings::Settings;
use keelmark_editions as editions;
use keelmark_editions::{Edition, catalog};
use keelmark_report::BrokenPlugin;

use super::{Failure, console, plugins, sandbox};
use crate::cli::Cli;

/// A benchmark with its sections.
pub struct BenchmarkCatalog {
    pub id: String,
    /// None where it is a third party's own.
    pub edition: Option<Edition>,
    pub sections: Vec<SectionInfo>,
}

/// The named benchmarks, or all: the editions, oldest first, then those of installed plugins, which are asked what they
/// audit. An installed plugin that does not say is complained of.
pub async fn catalogs(cli: &Cli, named: &[String]) -> Result<Vec<BenchmarkCatalog>, Failure> {
    let is_wanted = |id: &str| named.is_empty() || named.iter().any(|name| name == id);
    let editions = catalog::embedded().map_err(Failure::internal)?.into_iter();
    let mut catalogs: Vec<BenchmarkCatalog> = editions
        .map(|catalog| BenchmarkCatalog {
            id: catalog.edition.id.to_owned(),
            edition: Some(catalog.edition),
            sections: catalog.sections,
        })
        .collect();
    if named.is_empty() || named.iter().any(|name| editions::find(name).is_none()) {
        let settings = Settings::load(cli.config.as_deref()).map_err(Failure::usage)?;
        let found = plugins::installed(&settings);
        let mut broken = found.broken;
        // Only what does not carry a description has to be compiled and asked.
        let mut asked = Vec::new();
        for candidate in found.candidates {
            match candidate.section() {
                Some(section) => add(&mut catalogs, section),
                None => asked.push(candidate),
            }
        }
        if !asked.is_empty() {
            for described in keelmark_audit::catalog::describe(&sandbox(cli)?, asked).await {
                match described {
                    Ok(plugin) => add(&mut catalogs, plugin.section.clone()),
                    Err(problem) => broken.push(problem),
                }
            }
        }
        let known: BTreeSet<&str> = catalogs.iter().map(|catalog| catalog.id.as_str()).collect();
        if let Some(unknown) = named.iter().find(|name| !known.contains(name.as_str())) {
            return Err(unknown_benchmark(unknown, known, &broken));
        }
        for BrokenPlugin { plugin, problem } in &broken {
            console::complain("warning", &format!("plugin {plugin}: {problem}"));
        }
    }
    catalogs.retain(|catalog| is_wanted(&catalog.id));
    Ok(catalogs)
}

fn add(catalogs: &mut Vec<BenchmarkCatalog>, section: SectionInfo) {
    match catalogs.iter_mut().find(|catalog| catalog.id == section.benchmark) {
        Some(catalog) => catalog.sections.push(section),
        None => {
            let id = section.benchmark.clone();
            catalogs.push(BenchmarkCatalog { id, edition: None, sections: vec![section] });
        }
    }
}

/// The complaint about a benchmark that there is not; a plugin that did not load may have had it.
pub fn unknown_benchmark<'a>(id: &str, known: impl IntoIterator<Item = &'a str>, broken: &[BrokenPlugin]) -> Failure {
    let nearest = suggest(id, known).join(", ");
    let broken: String =
        broken.iter().map(|broken| format!("; plugin {} did not load: {}", broken.plugin, broken.problem)).collect();
    Failure::usage(format!(
        "there is no edition {id:?}, nor an installed plugin's benchmark of that name; the nearest: {nearest} \
         (`keelmark list editions` shows all){broken}"
    ))
}
