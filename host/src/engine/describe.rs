//! What a plugin says that it audits, checked against its manifest.

use std::collections::HashSet;
use std::sync::Arc;

use super::limits::{self, clamp_text as clamp};
use super::{LoadedPlugin, Run, Runtime};
use crate::api::{Shared, Sink, types};
use crate::gate::Gate;

/// One section as its plugin describes it.
#[derive(Clone, Debug)]
pub struct SectionInfo {
    pub benchmark: String,
    pub number: String,
    pub title: String,
    pub recommendations: Vec<Recommendation>,
}

/// One recommendation as its plugin describes it. The known keys of `info` are in `wit/types.wit`.
#[derive(Clone, Debug)]
pub struct Recommendation {
    pub id: String,
    pub title: String,
    /// The slug of the check that decides it.
    pub check: String,
    info: Vec<(String, String)>,
}

impl Recommendation {
    pub(crate) fn new(id: String, title: String, check: String, info: Vec<(String, String)>) -> Self {
        Self { id, title, check, info }
    }

    pub(crate) fn info(&self) -> &[(String, String)] {
        &self.info
    }

    /// The first value of a key; none where the plugin does not say.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.info.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Every value of a key.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.info.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// 1 or 2; none where the edition's level is not established.
    pub fn level(&self) -> Option<u8> {
        self.get("level")?.parse().ok().filter(|level| (1..=2).contains(level))
    }

    pub fn scored(&self) -> Option<bool> {
        self.get("scored")?.parse().ok()
    }
}

impl Runtime {
    /// Asks a plugin what it audits. Every import is denied meanwhile, so the answer cannot depend on the host.
    pub async fn describe(&self, plugin: &LoadedPlugin, shared: Arc<Shared>) -> Result<SectionInfo, String> {
        let run = Run { runtime: self, plugin, gate: Gate::closed(), shared };
        let section = run.describe(Arc::new(Sink::default())).await?;
        let manifest = &plugin.manifest;
        if (&section.benchmark, &section.number) != (&manifest.benchmark, &manifest.section) {
            return Err(format!(
                "it describes section {:?} of {:?}, but its manifest says section {:?} of {:?}",
                section.number, section.benchmark, manifest.section, manifest.benchmark
            ));
        }
        SectionInfo::of(section)
    }
}

impl SectionInfo {
    fn of(section: types::Section) -> Result<Self, String> {
        let count = section.recommendations.len();
        if count > limits::RECOMMENDATIONS {
            return Err(format!("it describes {count} recommendations; the limit is {}", limits::RECOMMENDATIONS));
        }
        if count == 0 {
            // It would look like a plugin that found nothing wrong.
            return Err("it describes no recommendation".to_owned());
        }
        let mut seen = HashSet::new();
        let mut recommendations = Vec::with_capacity(count);
        for recommendation in section.recommendations {
            let is_id = !recommendation.id.is_empty()
                && recommendation.id.len() <= 32
                && recommendation.id.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
            if !is_id || !seen.insert(recommendation.id.clone()) {
                return Err(format!(
                    "it describes the id {:?}, which is malformed or repeated",
                    clamp(recommendation.id)
                ));
            }
            recommendations.push(Recommendation {
                id: recommendation.id,
                title: clamp(recommendation.title),
                check: clamp(recommendation.check),
                info: recommendation.info.into_iter().take(limits::DETAILS).map(|(key, value)| (clamp(key), clamp(value))).collect(),
            });
        }
        Ok(Self { benchmark: section.benchmark, number: section.number, title: clamp(section.title), recommendations })
    }
}
