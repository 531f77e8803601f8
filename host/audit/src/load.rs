//! From components to plugins that have said what they audit.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use keelmark_contract::gate::Gate;
use keelmark_contract::plugin::reserved;
use keelmark_contract::{SectionInfo, limits};
use keelmark_editions::{BuiltinPlugin, builtin_plugins};
use keelmark_report::{BrokenPlugin, ThirdParty};
use keelmark_sandbox::api::Shared;
use keelmark_sandbox::engine::{LoadedPlugin, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{AuditError, Candidate};

/// Plugins that are compiled at the same time, each on all processors: more would only run into the limit together.
const COMPILED_AT_ONCE: usize = 2;

/// A plugin with what it says it audits.
pub struct DescribedPlugin {
    pub plugin: LoadedPlugin,
    pub section: SectionInfo,
    /// What it may do.
    pub gate: Gate,
    /// Where it came from; none where it is built in.
    pub third_party: Option<ThirdParty>,
}

/// A plugin that takes part, or why it does not.
type Loaded = Result<Arc<DescribedPlugin>, BrokenPlugin>;

/// The plugins of a built-in edition, in the order of their sections.
///
/// # Errors
/// Where this binary has no such edition.
pub async fn load_edition(
    runtime: &Arc<Runtime>,
    shared: &Arc<Shared>,
    benchmark: &str,
) -> Result<Vec<Loaded>, AuditError> {
    let builtin = builtin_plugins(benchmark).ok_or_else(|| AuditError::NoEdition(benchmark.to_owned()))?;
    let mut loading = JoinSet::new();
    for (index, plugin) in builtin.into_iter().enumerate() {
        let (runtime, shared) = (Arc::clone(runtime), Arc::clone(shared));
        let name = format!("{benchmark}, section {}", index + 1);
        loading.spawn(async move {
            let loaded = whole(load_builtin(&runtime, &shared, plugin)).await;
            (index, loaded.map_err(|problem| BrokenPlugin { plugin: name, problem }))
        });
    }
    Ok(in_order(loading).await)
}

/// The operator's own plugins, in the order in which they were named.
pub async fn load_third_party(runtime: &Arc<Runtime>, shared: &Arc<Shared>, candidates: Vec<Candidate>) -> Vec<Loaded> {
    let mut loading = JoinSet::new();
    let places = Arc::new(Semaphore::new(COMPILED_AT_ONCE));
    for (index, candidate) in candidates.into_iter().enumerate() {
        let (runtime, shared, places) = (Arc::clone(runtime), Arc::clone(shared), Arc::clone(&places));
        loading.spawn(async move {
            let name = candidate.name.clone();
            // The clock of the limit starts when it has a place. The semaphore is never closed.
            let _place = places.acquire().await;
            let loaded = whole(load(&runtime, &shared, candidate)).await;
            (index, loaded.map_err(|problem| BrokenPlugin { plugin: name, problem }))
        });
    }
    in_order(loading).await
}

/// The work, or what panicked in it: a defect of keelmark's own costs one plugin.
async fn whole<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let done = AssertUnwindSafe(work).catch_unwind().await;
    done.unwrap_or_else(|_| Err("keelmark itself panicked while it loaded this plugin, please report it".into()))
}

async fn load_builtin(
    runtime: &Arc<Runtime>,
    shared: &Arc<Shared>,
    plugin: BuiltinPlugin,
) -> Result<Arc<DescribedPlugin>, String> {
    let compiler = Arc::clone(runtime);
    let compiling = tokio::task::spawn_blocking(move || compiler.load_builtin(&plugin));
    let plugin = compiling.await.map_err(|error| format!("loading it broke off: {error}"))?;
    let plugin = plugin.map_err(|error| error.to_string())?;
    let gate = Gate::new(plugin.manifest.capabilities.clone());
    describe(runtime, shared, plugin, gate, None).await
}

async fn load(
    runtime: &Arc<Runtime>,
    shared: &Arc<Shared>,
    mut candidate: Candidate,
) -> Result<Arc<DescribedPlugin>, String> {
    let (component, origin) = (std::mem::take(&mut candidate.component), candidate.origin.clone());
    let plugin = runtime.load_in_time(component, origin).await;
    let plugin = plugin.map_err(|error| limits::clamp_text(error.to_string()))?;
    let manifest = &plugin.manifest;
    if let Some(name) = reserved(manifest) {
        return Err(format!(
            "its id or benchmark {name:?} is a built-in plugin's, or looks like one; it needs its own"
        ));
    }
    let (gate, provenance) = (candidate.gate(manifest), candidate.provenance(manifest));
    describe(runtime, shared, plugin, gate, Some(provenance)).await
}

async fn describe(
    runtime: &Arc<Runtime>,
    shared: &Arc<Shared>,
    plugin: LoadedPlugin,
    gate: Gate,
    third_party: Option<ThirdParty>,
) -> Result<Arc<DescribedPlugin>, String> {
    let section = runtime.describe(&plugin, Arc::clone(shared)).await.map_err(limits::clamp_text)?;
    Ok(Arc::new(DescribedPlugin { plugin, section, gate, third_party }))
}

/// What the tasks came to, in the order of their numbers.
async fn in_order(mut loading: JoinSet<(usize, Loaded)>) -> Vec<Loaded> {
    let mut loaded = Vec::new();
    while let Some(done) = loading.join_next().await {
        loaded.push(done.unwrap_or_else(|error| {
            let problem = format!("loading it broke off: {error}");
            (usize::MAX, Err(BrokenPlugin { plugin: "unknown".into(), problem }))
        }));
    }
    loaded.sort_by_key(|(index, _)| *index);
    loaded.into_iter().map(|(_, loaded)| loaded).collect()
}
