//! What a plugin says that it audits, checked against its manifest.

use std::sync::Arc;

use keelmark_contract::gate::Gate;
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
        received(section).checked().map_err(|error| error.to_string())
    }
}

/// As the guest sent it.
fn received(section: types::Section) -> SectionInfo {
    let recommendation = |row: types::Recommendation| Recommendation::new(row.id, row.title, row.check, row.info);
    SectionInfo {
        benchmark: section.benchmark,
        number: section.number,
        title: section.title,
        recommendations: section.recommendations.into_iter().map(recommendation).collect(),
    }
}
