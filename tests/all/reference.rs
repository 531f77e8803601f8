//! Every edition's tables against the published ids, titles and labels, read back from the built plugins.

use std::collections::{BTreeMap, BTreeSet};

use keelmark_audit::DescribedPlugin;
use keelmark_audit::catalog::Catalog;
use keelmark_contract::Recommendation;
use serde::Deserialize;

use crate::support::catalogs;

mod explain;
mod manifests;

const BENCHMARKS: &str = include_str!("../fixtures/reference/benchmarks.json");
const CROSSWALK: &str = include_str!("../fixtures/reference/crosswalk.tsv");

/// Recommendations of each edition, oldest first.
const COUNTS: [usize; 12] = [84, 83, 99, 104, 105, 115, 116, 117, 117, 117, 117, 118];

#[derive(Deserialize)]
struct Reference {
    benchmarks: Vec<Benchmark>,
}

#[derive(Deserialize)]
struct Benchmark {
    id: String,
    sections: Vec<Section>,
    recommendations: Vec<Published>,
}

#[derive(Deserialize)]
struct Section {
    id: String,
    title: String,
    parent: Option<String>,
}

/// A recommendation's labels; null is "not established", and so it stays.
#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Published {
    id: String,
    title: String,
    section: String,
    subsection: Option<String>,
    level: Option<u8>,
    profile: Option<String>,
    scored: Option<bool>,
    assessment: Option<String>,
    slug: String,
}

fn reference() -> Vec<Benchmark> {
    serde_json::from_str::<Reference>(BENCHMARKS).unwrap().benchmarks
}

fn recommendations(catalog: &Catalog) -> impl Iterator<Item = (&DescribedPlugin, &Recommendation)> {
    catalog.plugins.iter().flat_map(|plugin| plugin.section.recommendations.iter().map(|r| (&**plugin, r)))
}

/// A recommendation as its plugin describes it, in the reference's form.
fn published(plugin: &DescribedPlugin, recommendation: &Recommendation) -> Published {
    let text = |key: &str| recommendation.get(key).map(str::to_owned);
    Published {
        id: recommendation.id.clone(),
        title: recommendation.title.clone(),
        section: plugin.section.number.clone(),
        subsection: text("subsection"),
        level: recommendation.level(),
        profile: text("profile"),
        scored: recommendation.scored(),
        assessment: text("assessment"),
        slug: text("control").unwrap_or_default(),
    }
}

#[test]
fn every_edition_is_as_published() {
    let (reference, catalogs) = (reference(), catalogs());
    let ids = |of: &[String]| of.join("\n");
    let known: Vec<String> = catalogs.iter().map(|catalog| catalog.edition.id.to_owned()).collect();
    let expected: Vec<String> = reference.iter().map(|benchmark| benchmark.id.clone()).collect();
    assert_eq!(ids(&known), ids(&expected));
    let mut problems = String::new();
    for (benchmark, catalog) in reference.iter().zip(catalogs) {
        let built: Vec<Published> = recommendations(catalog).map(|(plugin, r)| published(plugin, r)).collect();
        let listed = |of: &[Published]| of.iter().map(|r| r.id.clone()).collect::<Vec<_>>();
        assert_eq!(listed(&built), listed(&benchmark.recommendations), "ids of {}", benchmark.id);
        for (built, published) in built.iter().zip(&benchmark.recommendations) {
            if built != published {
                problems.push_str(&format!("{}\n  published {published:?}\n  built     {built:?}\n", benchmark.id));
            }
        }
        let built =
            catalog.plugins.iter().map(|plugin| (plugin.section.number.as_str(), plugin.section.title.as_str()));
        let top = benchmark.sections.iter().filter(|section| section.parent.is_none());
        let expected: Vec<_> = top.map(|section| (section.id.as_str(), section.title.as_str())).collect();
        assert_eq!(built.collect::<Vec<_>>(), expected, "sections of {}", benchmark.id);
        assert!(catalog.plugins.iter().all(|plugin| plugin.section.benchmark == benchmark.id));
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn every_edition_has_its_number_of_recommendations() {
    let counts: Vec<usize> = catalogs().iter().map(|catalog| recommendations(catalog).count()).collect();
    assert_eq!(counts, COUNTS);
    assert_eq!(counts.iter().sum::<usize>(), 1_292);
}

#[test]
fn ids_are_unique_and_in_natural_order() {
    for catalog in catalogs() {
        let number = |id: &str| id.split('.').map(|part| part.parse().unwrap()).collect::<Vec<u32>>();
        let ids: Vec<Vec<u32>> = recommendations(catalog).map(|(_, r)| number(&r.id)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "{}", catalog.edition.id);
    }
}

#[test]
fn the_tables_make_the_crosswalk() {
    let mut built: BTreeMap<String, BTreeMap<usize, String>> = BTreeMap::new();
    for (column, catalog) in catalogs().iter().enumerate() {
        for (_, recommendation) in recommendations(catalog) {
            let control = recommendation.get("control").unwrap_or_default().to_owned();
            let taken = built.entry(control).or_default().insert(column, recommendation.id.clone());
            assert_eq!(taken, None, "{} has the control of {} twice", catalog.edition.id, recommendation.id);
        }
    }
    let mut expected: BTreeMap<String, BTreeMap<usize, String>> = BTreeMap::new();
    for line in CROSSWALK.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let ids = cells[2..2 + COUNTS.len()].iter().enumerate().filter(|(_, id)| !id.is_empty());
        expected.insert(cells[0].to_owned(), ids.map(|(column, id)| (column, (*id).to_owned())).collect());
    }
    assert_eq!(built, expected);
}

#[test]
fn a_control_is_one_check_in_every_edition() {
    let mut checks: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut controls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, recommendation) in catalogs().iter().flat_map(recommendations) {
        let control = recommendation.get("control").unwrap_or_default();
        checks.entry(control).or_default().insert(&recommendation.check);
        controls.entry(&recommendation.check).or_default().insert(control);
    }
    for (name, of_it) in checks.iter().chain(&controls) {
        assert_eq!(of_it.len(), 1, "{name}: {of_it:?}");
    }
}

#[test]
fn every_check_is_in_some_table() {
    let used: BTreeSet<&str> = catalogs().iter().flat_map(recommendations).map(|(_, r)| r.check.as_str()).collect();
    let known: BTreeSet<&str> = keelmark_checks::catalog().iter().map(|entry| entry.check.slug).collect();
    assert_eq!(used, known);
}
