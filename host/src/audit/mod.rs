//! One audit: choose the editions, load their plugins, run all sections at once, and put the report together.

mod assemble;
mod select;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

pub use select::{Selection, UnknownName, suggest};

use crate::api::{Events, Shared, Sink};
use crate::backend::{Backend, Snapshot, Visible};
use crate::editions::{self, Edition};
use crate::engine::{LoadError, LoadedPlugin, Origin, Outcome, Run, Runtime, SectionInfo, limits};
use crate::gate::Gate;
use crate::plugin::builtin_components;
use crate::report::Report;
use crate::report::model::Engine;
use crate::settings::Settings;

/// Sections that run at the same time: all of one edition. A recording runs all editions, whose clocks and memory would
/// otherwise add up.
const SECTIONS_AT_ONCE: usize = 8;

/// What to audit, and with what.
pub struct Options {
    pub backend: Arc<dyn Backend>,
    pub engine: Engine,
    pub settings: Settings,
    pub benchmarks: Vec<BenchmarkChoice>,
    pub selection: Selection,
    /// Plugins that are run beside the built-in ones without being installed.
    pub plugin_files: Vec<PathBuf>,
    /// Whether those plugins get all that their manifests ask for.
    pub grant_plugin_files: bool,
    pub running_only: bool,
    pub events: Arc<dyn Events>,
    /// Turns true when the operator interrupts: what is done by then is reported.
    pub interrupted: watch::Receiver<bool>,
}

/// An edition to audit, and why.
#[derive(Clone, Debug)]
pub struct BenchmarkChoice {
    pub edition: Edition,
    pub reason: String,
}

/// Why an audit cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    #[error("plugin {name}: {source}")]
    Load { name: String, source: LoadError },
    #[error("plugin {name}: {problem}")]
    Describe { name: String, problem: String },
    #[error("failed to read plugin {path}: {source}")]
    ReadPlugin { path: String, source: std::io::Error },
    #[error("this keelmark has no plugins for {0}; `keelmark list editions` shows what it has")]
    NoEdition(String),
    #[error("the built-in plugins of {benchmark} are damaged: {source}")]
    Damaged { benchmark: String, source: std::io::Error },
    #[error("plugin {name}: its id {id:?} or its benchmark is a built-in plugin's; it needs its own")]
    Reserved { name: String, id: String },
    #[error("loading a plugin broke off: {0}")]
    Broken(String),
}

/// A plugin with what it says it audits.
pub struct DescribedPlugin {
    pub plugin: LoadedPlugin,
    pub section: SectionInfo,
}

/// One section's part of the audit, done.
struct SectionResult {
    described: Arc<DescribedPlugin>,
    ids: Vec<String>,
    sink: Arc<Sink>,
    outcome: Outcome,
}

/// Audits, and reports what was found. An error means that nothing was audited.
pub async fn run(runtime: Arc<Runtime>, options: Options) -> Result<Report, AuditError> {
    let started = Instant::now();
    let shared = Arc::new(Shared {
        snapshot: Snapshot::new(options.backend),
        settings: options.settings,
        running_only: options.running_only,
        grant_plugin_files: options.grant_plugin_files,
        events: options.events,
    });
    let benchmarks: BTreeSet<&str> = options.benchmarks.iter().map(|choice| choice.edition.id).collect();
    let mut plugins = Vec::new();
    for benchmark in benchmarks {
        plugins.extend(load_edition(&runtime, &shared, benchmark).await?);
    }
    for path in &options.plugin_files {
        let plugin = load_file(&runtime, &shared, path).await?;
        let is_builtin = |known: &Arc<DescribedPlugin>| known.plugin.origin == Origin::Builtin;
        if plugins.iter().any(|known| is_builtin(known) && known.plugin.id == plugin.plugin.id)
            || editions::find(&plugin.section.benchmark).is_some()
        {
            return Err(AuditError::Reserved { name: path.display().to_string(), id: plugin.plugin.id.to_string() });
        }
        plugins.push(plugin);
    }
    let selected = options.selection.apply(&plugins)?;
    let gates: Vec<Gate> = selected.iter().map(|selected| gate_of(&selected.plugin, &shared)).collect();
    shared.snapshot.keep_only(Visible::through(&gates));

    let mut running = JoinSet::new();
    let places = Arc::new(Semaphore::new(SECTIONS_AT_ONCE));
    for select::Selected { index, plugin: described, ids } in selected {
        let (runtime, shared) = (Arc::clone(&runtime), Arc::clone(&shared));
        let (interrupted, places) = (options.interrupted.clone(), Arc::clone(&places));
        running.spawn(async move {
            // The section's clock starts when it has a place. The semaphore is never closed.
            let _place = places.acquire().await;
            (index, run_section(runtime, shared, described, ids, interrupted).await)
        });
    }
    let mut results: Vec<(usize, SectionResult)> = Vec::new();
    while let Some(done) = running.join_next().await {
        results.push(done.map_err(|error| AuditError::Broken(error.to_string()))?);
    }
    results.sort_by_key(|(index, _)| *index);
    let results = results.into_iter().map(|(_, result)| result).collect();
    Ok(assemble::report(&shared, options.engine, &options.benchmarks, results, started).await)
}

/// What a plugin may do. A stranger's file gets what the operator said, not what it asks for.
fn gate_of(described: &DescribedPlugin, shared: &Shared) -> Gate {
    let is_trusted = described.plugin.origin == Origin::Builtin || shared.grant_plugin_files;
    let capabilities = described.plugin.manifest.capabilities.iter();
    Gate::new(capabilities.filter(|capability| is_trusted || capability.is_harmless()).cloned().collect())
}

async fn run_section(
    runtime: Arc<Runtime>,
    shared: Arc<Shared>,
    described: Arc<DescribedPlugin>,
    ids: Vec<String>,
    mut interrupted: watch::Receiver<bool>,
) -> SectionResult {
    let sink = Arc::new(Sink::awaiting(&ids));
    let gate = gate_of(&described, &shared);
    let run = Run { runtime: &runtime, plugin: &described.plugin, gate, shared };
    let outcome = tokio::select! {
        outcome = run.audit(&ids, &sink) => outcome,
        Ok(_) = interrupted.wait_for(|interrupted| *interrupted) => {
            let missing = ids.iter().filter(|id| sink.awaits(id));
            Outcome { broken: missing.map(|id| (id.clone(), "the audit was interrupted".to_owned())).collect() }
        }
    };
    drop(run);
    SectionResult { described, ids, sink, outcome }
}

/// The plugins of a built-in edition, in the order of their sections.
pub async fn load_edition(
    runtime: &Arc<Runtime>,
    shared: &Arc<Shared>,
    benchmark: &str,
) -> Result<Vec<Arc<DescribedPlugin>>, AuditError> {
    let damaged = |source| AuditError::Damaged { benchmark: benchmark.to_owned(), source };
    let components = builtin_components(benchmark).ok_or_else(|| AuditError::NoEdition(benchmark.to_owned()))?;
    let mut loading = JoinSet::new();
    for (index, component) in components.map_err(damaged)?.into_iter().enumerate() {
        let runtime = Arc::clone(runtime);
        loading.spawn_blocking(move || (index, runtime.load(&component, Origin::Builtin)));
    }
    let mut loaded = Vec::new();
    while let Some(done) = loading.join_next().await {
        loaded.push(done.map_err(|error| AuditError::Broken(error.to_string()))?);
    }
    loaded.sort_by_key(|(index, _)| *index);
    let mut described = Vec::new();
    for (index, plugin) in loaded {
        let name = || format!("{benchmark}, section {}", index + 1);
        let plugin = plugin.map_err(|source| AuditError::Load { name: name(), source })?;
        described.push(describe(runtime, shared, plugin, name()).await?);
    }
    Ok(described)
}

/// A plugin of a file.
pub async fn load_file(
    runtime: &Arc<Runtime>,
    shared: &Arc<Shared>,
    path: &std::path::Path,
) -> Result<Arc<DescribedPlugin>, AuditError> {
    let name = path.display().to_string();
    let (in_background, file, origin) = (Arc::clone(runtime), path.to_owned(), Origin::File(name.clone()));
    let loaded = tokio::task::spawn_blocking(move || {
        let bytes = crate::input::read(&file, limits::COMPONENT_BYTES)?;
        Ok(in_background.load(&bytes, origin))
    });
    let loaded = loaded.await.map_err(|error| AuditError::Broken(error.to_string()))?;
    let loaded = loaded.map_err(|source| AuditError::ReadPlugin { path: name.clone(), source })?;
    let plugin = loaded.map_err(|source| AuditError::Load { name: name.clone(), source })?;
    describe(runtime, shared, plugin, name).await
}

async fn describe(
    runtime: &Arc<Runtime>,
    shared: &Arc<Shared>,
    plugin: LoadedPlugin,
    name: String,
) -> Result<Arc<DescribedPlugin>, AuditError> {
    let section = runtime.describe(&plugin, Arc::clone(shared)).await;
    let section = section.map_err(|problem| AuditError::Describe { name, problem })?;
    Ok(Arc::new(DescribedPlugin { plugin, section }))
}

/// The edition that `--benchmark auto` stands for, with a warning where the engine is not what it was written for.
pub fn choose_edition(engine: &Engine) -> Option<(BenchmarkChoice, Option<String>)> {
    if let Some(error) = &engine.error {
        let newest = editions::all().pop()?;
        let reason = "the newest edition, since the engine could not be asked".to_owned();
        let warning = format!("the engine could not be asked for its version: {error}");
        return Some((BenchmarkChoice { edition: newest, reason }, Some(warning)));
    }
    let choice = editions::choose(&engine.name, &engine.version)?;
    Some((BenchmarkChoice { edition: choice.edition, reason: choice.reason }, choice.warning))
}
