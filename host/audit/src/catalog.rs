//! The catalog as the built plugins tell it: what ships, at the price of compiling all of it.

use std::sync::Arc;

use keelmark_contract::settings::Settings;
use keelmark_contract::{ErrorKind, FactError};
use keelmark_editions as editions;
use keelmark_editions::Edition;
use keelmark_editions::catalog::EditionCatalog;
use keelmark_facts::{Answer, Backend, BoxFuture, Request};
use keelmark_report::BrokenPlugin;
use keelmark_sandbox::api::{Events, Shared};
use keelmark_sandbox::engine::Runtime;

use crate as audit;
use crate::{AuditError, Candidate, DescribedPlugin};

/// An edition with its plugins.
pub struct Catalog {
    pub edition: Edition,
    pub plugins: Vec<Arc<DescribedPlugin>>,
}

impl Catalog {
    /// What the plugins said, without them.
    pub fn described(&self) -> EditionCatalog {
        let sections = self.plugins.iter().map(|plugin| plugin.section.clone()).collect();
        EditionCatalog { edition: self.edition.clone(), sections }
    }
}

/// The plugins of the named editions, or of all, oldest edition first. None of their code sees the host.
pub async fn read(runtime: &Arc<Runtime>, benchmarks: &[String]) -> Result<Vec<Catalog>, AuditError> {
    if let Some(unknown) = benchmarks.iter().find(|id| editions::find(id).is_none()) {
        return Err(AuditError::NoEdition(unknown.clone()));
    }
    let shared = no_host();
    let mut catalogs = Vec::new();
    for edition in
        editions::all().into_iter().filter(|e| benchmarks.is_empty() || benchmarks.iter().any(|id| id == e.id))
    {
        let plugins = audit::load_edition(runtime, &shared, edition.id).await?;
        let plugins = plugins.into_iter().collect::<Result<_, _>>().map_err(AuditError::Plugin)?;
        catalogs.push(Catalog { edition, plugins });
    }
    Ok(catalogs)
}

/// What plugins share that only describe themselves: no host, no settings, nobody who listens.
pub fn no_host() -> Arc<Shared> {
    Arc::new(Shared::new(Arc::new(Nothing), Settings::default(), Arc::new(Nothing)))
}

/// Plugins that are not built in, with what they say they audit. None of their code sees the host.
pub async fn describe(
    runtime: &Arc<Runtime>,
    candidates: Vec<Candidate>,
) -> Vec<Result<Arc<DescribedPlugin>, BrokenPlugin>> {
    audit::load_third_party(runtime, &no_host(), candidates).await
}

/// The host of plugins that only describe themselves.
struct Nothing;

impl Backend for Nothing {
    fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer> {
        let message = format!("{} was asked while describing", request.key());
        Box::pin(std::future::ready(Err(FactError::new(ErrorKind::Denied, message))))
    }
}

impl Events for Nothing {
    fn progress(&self, _: &str, _: u32, _: u32) {}
    fn log(&self, _: &str, _: &'static str, _: &str) {}
}
