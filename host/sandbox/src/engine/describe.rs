//! What a plugin says that it audits, checked against its manifest.

use std::collections::HashSet;
use std::sync::Arc;

use keelmark_contract::gate::Gate;
use keelmark_contract::limits::{self, clamp_text as clamp};
use keelmark_contract::{Recommendation, SectionInfo};

use super::{LoadedPlugin, Run, Runtime};
use crate::api::{Shared, Sink, types};

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
        checked(section)
    }
}

/// Takes a description in, checked and clamped.
fn checked(section: types::Section) -> Result<SectionInfo, String> {
    let count = section.recommendations.len();
    if count > limits::RECOMMENDATIONS {
        return Err(format!("it describes {count} recommendations; the limit is {}", limits::RECOMMENDATIONS));
    }
    if count == 0 {
        // It would look like a plugin that found nothing wrong.
        return Err("it describes no recommendation".to_owned());
    }
    let (mut seen, mut bytes) = (HashSet::new(), 0_usize);
    let mut recommendations = Vec::with_capacity(count);
    for recommendation in section.recommendations {
        let is_id = !recommendation.id.is_empty()
            && recommendation.id.len() <= 32
            && recommendation.id.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
        if !is_id || !seen.insert(recommendation.id.clone()) {
            return Err(format!("it describes the id {:?}, which is malformed or repeated", clamp(recommendation.id)));
        }
        let mut info = recommendation.info;
        info.truncate(limits::DETAILS);
        info.shrink_to_fit();
        for (key, value) in &mut info {
            (*key, *value) = (clamp(std::mem::take(key)), clamp(std::mem::take(value)));
        }
        let (title, check) = (clamp(recommendation.title), clamp(recommendation.check));
        let recommendation = Recommendation::new(recommendation.id, title, check, info);
        bytes = bytes.saturating_add(recommendation.held());
        if bytes > limits::DESCRIPTION_BYTES {
            return Err(format!("it says more than {} bytes of itself", limits::DESCRIPTION_BYTES));
        }
        recommendations.push(recommendation);
    }
    Ok(SectionInfo {
        benchmark: section.benchmark,
        number: section.number,
        title: clamp(section.title),
        recommendations,
    })
}
