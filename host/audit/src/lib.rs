//! One audit: choose the editions, load their plugins and the operator's own, run all sections at once, and put the
//! report together. A plugin that breaks costs its own verdicts and nobody else's.

mod assemble;
pub mod audit_log;
mod candidate;
pub mod catalog;
mod causes;
mod load;
mod section;
mod select;
mod subjects;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use assemble::Parts;
use keelmark_contract::plugin::FormError;
use keelmark_contract::settings::Settings;
use keelmark_editions as editions;
use keelmark_editions::Edition;
use keelmark_facts::identity::{Guard, Scope};
use keelmark_facts::{Backend, Visible};
use keelmark_report::model::Engine;
use keelmark_report::{BrokenPlugin, Report};
use keelmark_sandbox::api::{Events, Shared};
use keelmark_sandbox::engine::Runtime;
use section::SectionResult;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

pub use assemble::findings;
pub use candidate::{Candidate, Grant};
pub use load::{DescribedPlugin, load_edition, load_third_party};
pub use select::{Selection, UnknownName, suggest};
pub use subjects::Subjects;

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
    /// Plugins that are not built in, and run beside the editions: installed ones, and files that the operator named.
    pub third_party: Vec<Candidate>,
    /// Plugins that are known not to run before any is loaded: damaged in the store, for example.
    pub broken: Vec<BrokenPlugin>,
    pub running_only: bool,
    /// Whether the host is audited, or the engine alone.
    pub scope: Scope,
    /// Whether keelmark's own container and image are audited, too.
    pub include_self: bool,
    /// What the report has to mention of what came before the audit: an edition that was guessed, for example.
    pub notes: Vec<String>,
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
    #[error("{unknown}{}", beside(broken))]
    Unknown { unknown: UnknownName, broken: Vec<BrokenPlugin> },
    #[error("failed to read plugin {path}: {source}")]
    ReadPlugin { path: String, source: std::io::Error },
    #[error("plugin {path}: {source}")]
    NotWasm { path: String, source: FormError },
    #[error("plugin {}: {}", .0.plugin, .0.problem)]
    Plugin(BrokenPlugin),
    #[error("this keelmark has no plugins for {0}; `keelmark list editions` shows what it has")]
    NoEdition(String),
    #[error("a section broke off: {0}")]
    Broken(String),
}

/// The plugins that may have had the name that nobody has.
fn beside(broken: &[BrokenPlugin]) -> String {
    broken.iter().map(|broken| format!("; plugin {} did not load: {}", broken.plugin, broken.problem)).collect()
}

/// Audits, and reports what was found. An error means that nothing was audited.
pub async fn run(runtime: Arc<Runtime>, options: Options) -> Result<Report, AuditError> {
    let started = Instant::now();
    let guard = Arc::new(Guard::new(options.backend, options.scope, options.include_self));
    let mut shared = Shared::new(Arc::clone(&guard) as _, options.settings, Arc::clone(&options.events));
    shared.running_only = options.running_only;
    options.notes.into_iter().for_each(|note| shared.note(None, note));
    let shared = Arc::new(shared);
    // Whose host this is can take as long as a search through its processes: plugins are loaded meanwhile.
    tokio::spawn({
        let guard = Arc::clone(&guard);
        async move {
            guard.identity().await;
        }
    });
    let (mut plugins, mut broken) = (Vec::new(), options.broken);
    let mut keep = |loaded: Vec<Result<Arc<DescribedPlugin>, BrokenPlugin>>| {
        for loaded in loaded {
            match loaded {
                Ok(plugin) => plugins.push(plugin),
                Err(problem) => broken.push(problem),
            }
        }
    };
    let benchmarks: BTreeSet<&str> = options.benchmarks.iter().map(|choice| choice.edition.id).collect();
    for benchmark in benchmarks {
        keep(load_edition(&runtime, &shared, benchmark).await?);
    }
    let names: Vec<String> = options.third_party.iter().map(|candidate| candidate.name.clone()).collect();
    let mut interrupted = options.interrupted.clone();
    tokio::select! {
        loaded = load_third_party(&runtime, &shared, options.third_party) => keep(loaded),
        Ok(_) = interrupted.wait_for(|interrupted| *interrupted) => {
            let problem = "the audit was interrupted while it was loaded".to_owned();
            keep(names.into_iter().map(|plugin| Err(BrokenPlugin { plugin, problem: problem.clone() })).collect());
        }
    }
    let selected = match options.selection.apply(&plugins) {
        Ok(selected) => selected,
        Err(unknown) => return Err(AuditError::Unknown { unknown, broken }),
    };
    shared.snapshot.keep_only(Visible::through(selected.iter().map(|selected| &selected.plugin.gate)));

    let third_parties = selected.iter().filter(|selected| selected.plugin.third_party.is_some()).count();
    let mut running = JoinSet::new();
    let places = Arc::new(Semaphore::new(SECTIONS_AT_ONCE));
    for select::Selected { index, plugin: described, ids } in selected {
        let (runtime, shared) = (Arc::clone(&runtime), Arc::clone(&shared));
        let (interrupted, places) = (options.interrupted.clone(), Arc::clone(&places));
        running.spawn(async move {
            // The section's clock starts when it has a place. The semaphore is never closed.
            let _place = places.acquire().await;
            (index, section::run(runtime, shared, described, ids, third_parties, interrupted).await)
        });
    }
    let mut results: Vec<(usize, SectionResult)> = Vec::new();
    while let Some(done) = running.join_next().await {
        // What can panic in a section is caught there.
        results.push(done.map_err(|error| AuditError::Broken(error.to_string()))?);
    }
    results.sort_by_key(|(index, _)| *index);
    let results = results.into_iter().map(|(_, result)| result).collect();
    let mut interrupted = options.interrupted.clone();
    let identified = async { (Some(guard.identity().await), guard.notes().await) };
    // Nobody who has interrupted the audit waits for an engine that does not say who it is.
    let (identity, notes) = tokio::select! {
        identified = identified => identified,
        Ok(_) = interrupted.wait_for(|interrupted| *interrupted) => (guard.known(), Vec::new()),
    };
    notes.into_iter().for_each(|note| shared.note(None, note));
    let parts = Parts {
        identity,
        out_of_scope: guard.out_of_scope(),
        engine: options.engine,
        choices: &options.benchmarks,
        selection: options.selection.described(&plugins, options.running_only),
        results,
        broken,
        started,
    };
    let report = assemble::report(&shared, parts).await;
    // Unmapping native code takes milliseconds that nobody has to wait for.
    tokio::task::spawn_blocking(move || drop((plugins, runtime)));
    Ok(report)
}

/// The edition that `--benchmark auto` stands for, with a warning where the engine is not what it was written for.
pub fn choose_edition(engine: &Engine) -> Option<(BenchmarkChoice, Option<String>)> {
    if engine.error.is_some() {
        let newest = editions::all().pop()?;
        let reason = "the newest edition, since the engine could not be asked".to_owned();
        let warning = "the engine could not be asked for its version, so the newest edition was taken".to_owned();
        return Some((BenchmarkChoice { edition: newest, reason }, Some(warning)));
    }
    let choice = editions::choose(&engine.name, &engine.version)?;
    Some((BenchmarkChoice { edition: choice.edition, reason: choice.reason }, choice.warning))
}
