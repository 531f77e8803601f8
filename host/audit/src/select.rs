//! Which recommendations an audit looks at.

use std::collections::BTreeSet;
use std::sync::Arc;

use keelmark_contract::Recommendation;
use keelmark_report::model;

use super::DescribedPlugin;

/// The operator's choice of recommendations; an empty list means all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Section numbers: "5".
    pub sections: Vec<String>,
    /// Recommendation ids ("5.5") or slugs ("privileged-container").
    pub checks: Vec<String>,
    /// Ids or slugs that are left out.
    pub skip: Vec<String>,
    /// Only recommendations of this level or a lower one; those of unknown level stay in.
    pub level: Option<u8>,
}

/// A section, id or slug that no selected plugin has.
#[derive(Debug, thiserror::Error)]
#[error("there is no {what} {name:?} in {}{}", benchmarks.join(" or "), nearest(candidates))]
pub struct UnknownName {
    what: &'static str,
    name: String,
    benchmarks: Vec<String>,
    candidates: Vec<String>,
}

fn nearest(candidates: &[String]) -> String {
    if candidates.is_empty() { String::new() } else { format!("; the nearest: {}", candidates.join(", ")) }
}

/// What one plugin is to audit.
pub struct Selected {
    /// The plugin's place in the report.
    pub index: usize,
    pub plugin: Arc<DescribedPlugin>,
    pub ids: Vec<String>,
}

/// How many near names an error suggests.
const SUGGESTIONS: usize = 3;

impl Selection {
    /// What each plugin is to audit. Plugins without anything are left out.
    pub fn apply(&self, plugins: &[Arc<DescribedPlugin>]) -> Result<Vec<Selected>, UnknownName> {
        self.check_names(plugins)?;
        let selected = plugins.iter().enumerate().map(|(index, described)| {
            let section = &described.section;
            let in_section = self.in_section(described);
            let wanted = section.recommendations.iter().filter(|r| in_section && self.includes(r));
            Selected { index, plugin: Arc::clone(described), ids: wanted.map(|r| r.id.clone()).collect() }
        });
        Ok(selected.filter(|selected| !selected.ids.is_empty()).collect())
    }

    /// What was chosen, as the report tells it.
    pub(super) fn described(&self, plugins: &[Arc<DescribedPlugin>], running_only: bool) -> model::Selection {
        let all = plugins.iter().flat_map(|plugin| &plugin.section.recommendations);
        let leaves_out = |plugin: &Arc<DescribedPlugin>| !self.in_section(plugin);
        let is_full = !running_only && !plugins.iter().any(leaves_out) && all.into_iter().all(|one| self.includes(one));
        model::Selection {
            scope: if is_full { model::Coverage::Full } else { model::Coverage::Partial },
            sections: self.sections.clone(),
            checks: self.checks.clone(),
            skip: self.skip.clone(),
            level: self.level,
            running_only,
        }
    }

    fn in_section(&self, described: &DescribedPlugin) -> bool {
        self.sections.is_empty() || self.sections.contains(&described.section.number)
    }

    fn includes(&self, recommendation: &Recommendation) -> bool {
        let named = |names: &[String]| names.iter().any(|name| is_called(recommendation, name));
        let level_fits = self.level.is_none_or(|level| recommendation.level().is_none_or(|found| found <= level));
        (self.checks.is_empty() || named(&self.checks)) && !named(&self.skip) && level_fits
    }

    fn check_names(&self, plugins: &[Arc<DescribedPlugin>]) -> Result<(), UnknownName> {
        let unknown = |what, name: &String, known: BTreeSet<&str>| UnknownName {
            what,
            name: name.clone(),
            benchmarks: plugins
                .iter()
                .map(|p| p.section.benchmark.clone())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            candidates: suggest(name, known),
        };
        for name in &self.sections {
            let known: BTreeSet<&str> = plugins.iter().map(|p| p.section.number.as_str()).collect();
            if !known.contains(name.as_str()) {
                return Err(unknown("section", name, known));
            }
        }
        let all = || plugins.iter().flat_map(|p| &p.section.recommendations);
        for name in self.checks.iter().chain(&self.skip) {
            if !all().any(|r| is_called(r, name)) {
                let known = all().flat_map(|r| [r.id.as_str(), r.check.as_str()]).collect();
                return Err(unknown("recommendation or check", name, known));
            }
        }
        Ok(())
    }
}

fn is_called(recommendation: &Recommendation, name: &str) -> bool {
    recommendation.id == name || recommendation.check == name || recommendation.get("control") == Some(name)
}

/// The names nearest to a wrong one, best first.
pub fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let score = |candidate: &str| strsim::jaro_winkler(name, candidate);
    let mut ranked: Vec<(f64, &str)> = known.into_iter().map(|candidate| (score(candidate), candidate)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked.into_iter().take(SUGGESTIONS).map(|(_, candidate)| candidate.to_owned()).collect()
}
