//! What the pages are made of: every check and every edition, as the built plugins describe them.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use keelmark_audit::catalog::Catalog;
use keelmark_checks::Entry;
use keelmark_contract::Recommendation;
use keelmark_editions::Edition;
use keelmark_sdk::scenario::{self, Scenario};
use serde_json::Value;

/// All pages' content.
pub struct Book<'a> {
    /// Newest first: readers look for the edition that they use today.
    pub editions: Vec<&'a Catalog>,
    /// By slug.
    pub checks: BTreeMap<&'a str, CheckPage<'a>>,
}

/// One check with everything that is said about it anywhere.
pub struct CheckPage<'a> {
    /// The newest recommendation that it decides: the texts are the check's, so any would do.
    pub newest: &'a Recommendation,
    /// The section that the newest edition files it under.
    pub section: &'a str,
    /// Newest edition first, and within one in its own order.
    pub decides: Vec<(&'a Edition, &'a Recommendation)>,
    /// What it asks of the host in any edition, each once.
    pub needs: Vec<Need>,
    /// Its parameters with their defaults.
    pub params: &'static [(&'static str, &'static str)],
    pub scenarios: Vec<Scenario>,
}

/// One capability, as a plugin writes it into its description.
#[derive(Debug, PartialEq, Eq)]
pub struct Need {
    pub op: String,
    pub args: Vec<String>,
    pub why: String,
}

impl<'a> Book<'a> {
    /// Joins what the plugins say with the scenarios, which only the checks' sources hold.
    pub fn of(catalogs: &'a [Catalog], entries: &[Entry]) -> anyhow::Result<Self> {
        let editions: Vec<&Catalog> = catalogs.iter().rev().collect();
        let mut checks: BTreeMap<&str, CheckPage> = BTreeMap::new();
        for catalog in &editions {
            for section in catalog.plugins.iter().map(|plugin| &plugin.section) {
                for recommendation in &section.recommendations {
                    let page = match checks.get_mut(recommendation.check.as_str()) {
                        Some(page) => page,
                        None => checks.entry(&recommendation.check).or_insert(CheckPage::of(
                            recommendation,
                            &section.number,
                            entries,
                        )?),
                    };
                    page.decides.push((&catalog.edition, recommendation));
                    for need in recommendation.all("need") {
                        let need = Need::parse(need)?;
                        if !page.needs.contains(&need) {
                            page.needs.push(need);
                        }
                    }
                }
            }
        }
        let unused = entries.iter().find(|entry| !checks.contains_key(entry.check.slug));
        ensure!(unused.is_none(), "no edition uses the check {}", unused.map_or("", |entry| entry.check.slug));
        Ok(Self { editions, checks })
    }
}

impl<'a> CheckPage<'a> {
    fn of(newest: &'a Recommendation, section: &'a str, entries: &[Entry]) -> anyhow::Result<Self> {
        let slug = newest.check.as_str();
        let entry = entries.iter().find(|entry| entry.check.slug == slug);
        let entry = entry.with_context(|| format!("the plugins use the check {slug}, which is not in the catalog"))?;
        // A family shares one file; a scenario of it that names no check is about the first.
        let first = entries.iter().find(|other| std::ptr::eq(other.scenarios, entry.scenarios));
        let is_first = first.is_some_and(|first| first.check.slug == slug);
        let all = scenario::parse(entry.scenarios).map_err(|problem| anyhow::anyhow!("{slug}: {problem}"))?;
        let is_mine = |scenario: &Scenario| scenario.check.as_deref().map_or(is_first, |name| name == slug);
        Ok(Self {
            newest,
            section,
            decides: Vec::new(),
            needs: Vec::new(),
            params: entry.check.params,
            scenarios: all.into_iter().filter(is_mine).collect(),
        })
    }

    /// One of the check's texts.
    pub fn text(&self, key: &str) -> &str {
        self.newest.get(key).unwrap_or_default()
    }

    /// The parameters that a recommendation binds to something else than their default.
    pub fn bound<'r>(&'r self, recommendation: &'r Recommendation) -> impl Iterator<Item = &'r str> {
        let is_default = |param: &str| self.params.iter().any(|(key, value)| param == format!("{key}={value}"));
        recommendation.all("param").filter(move |param| !is_default(param))
    }
}

impl Need {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let value: Value = serde_json::from_str(text).with_context(|| format!("not a need: {text}"))?;
        let string = |value: &Value| value.as_str().map(str::to_owned);
        let args = value["args"].as_array().and_then(|args| args.iter().map(string).collect());
        match (string(&value["op"]), args, string(&value["why"])) {
            (Some(op), Some(args), Some(why)) => Ok(Self { op, args, why }),
            _ => anyhow::bail!("not a need: {text}"),
        }
    }
}
