//! The contract's imports, one file per WIT interface. Each function converts, asks the gate, asks the backend, and
//! converts back; it decides nothing by itself.

mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "plugin",
        imports: { default: async },
        exports: { default: async },
    });
}

mod docker;
mod exec;
mod fs;
mod host;
mod process;
mod report;
mod wasi;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::Value;
use wasmtime::component::{HasSelf, Linker, ResourceTable};
use wasmtime_wasi::WasiCtx;

pub use bindings::keelmark::plugin::types;
pub use bindings::{Plugin, PluginPre};

use crate::backend::{Backend, ErrorKind, FactError, Request, Snapshot};
use crate::engine::limits::{self, Budget};
use crate::gate::{Call, Gate};
use crate::settings::Settings;

/// What all plugins of one audit share.
pub struct Shared {
    pub snapshot: Snapshot,
    pub settings: Settings,
    /// Whether only running containers are listed (`--running`).
    pub running_only: bool,
    /// Whether plugins that are not built in get all that their manifests ask for.
    pub grant_plugin_files: bool,
    pub events: Arc<dyn Events>,
}

/// Where an audit's side remarks go, while it runs.
pub trait Events: Send + Sync {
    /// A section has judged `done` of `total` recommendations.
    fn progress(&self, plugin: &str, done: u32, total: u32);
    /// A plugin's log line, unescaped.
    fn log(&self, plugin: &str, level: &'static str, message: &str);
    /// Something that the report should mention: an object that vanished, for example.
    fn note(&self, note: String);
}

/// The findings of one section, kept outside the plugin's store so that they outlive it.
#[derive(Default)]
pub struct Sink(Mutex<SinkState>);

#[derive(Default)]
struct SinkState {
    awaited: HashSet<String>,
    findings: Vec<types::Finding>,
    bytes: usize,
}

impl Sink {
    /// A sink for one finding about each of `ids`.
    pub fn awaiting(ids: &[String]) -> Self {
        Self(Mutex::new(SinkState { awaited: ids.iter().cloned().collect(), findings: Vec::new(), bytes: 0 }))
    }

    /// Whether there is no finding about `id` yet.
    pub fn awaits(&self, id: &str) -> bool {
        self.lock().awaited.contains(id)
    }

    /// Takes a finding; false where none about its id was asked for, there is one already, or all of them together
    /// grow too large.
    pub fn take(&self, finding: types::Finding) -> bool {
        let mut state = self.lock();
        state.bytes = state.bytes.saturating_add(size(&finding));
        let is_awaited = state.bytes <= limits::FINDINGS_BYTES && state.awaited.remove(&finding.id);
        if is_awaited {
            state.findings.push(finding);
        }
        is_awaited
    }

    /// Everything that was found.
    pub fn into_findings(self: Arc<Self>) -> Vec<types::Finding> {
        std::mem::take(&mut self.lock().findings)
    }

    fn lock(&self) -> MutexGuard<'_, SinkState> {
        // A panic between two field updates would at worst lose a finding, which then counts as missing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes of a finding's texts.
fn size(finding: &types::Finding) -> usize {
    let of_info = |info: &[(String, String)]| info.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
    let of_evidence = |e: &types::Evidence| {
        e.subject.len()
            + e.property.len()
            + e.found.len()
            + e.expected.len()
            + of_info(&e.info)
            + size_of::<types::Evidence>()
    };
    finding.message.len() + of_info(&finding.info) + finding.evidence.iter().map(of_evidence).sum::<usize>()
}

/// The host's side of one plugin run.
pub struct PluginState {
    pub(crate) plugin: Arc<str>,
    pub(crate) gate: Gate,
    pub(crate) shared: Arc<Shared>,
    pub(crate) budget: Budget,
    pub(crate) sink: Arc<Sink>,
    calls: u64,
    log_lines: usize,
    last_progress: Option<Instant>,
    wasi: WasiCtx,
    wasi_table: ResourceTable,
}

impl PluginState {
    pub fn new(plugin: Arc<str>, gate: Gate, shared: Arc<Shared>, sink: Arc<Sink>) -> Self {
        Self {
            plugin,
            gate,
            shared,
            budget: Budget::default(),
            sink,
            calls: 0,
            log_lines: 0,
            last_progress: None,
            wasi: wasi::context(),
            wasi_table: wasi::table(),
        }
    }

    /// Counts the call and asks the gate; every function begins with this.
    fn allow(&mut self, call: Call) -> Result<(), FactError> {
        self.calls += 1;
        if self.calls > limits::CALLS {
            return Err(FactError::new(ErrorKind::TooLarge, format!("more than {} calls", limits::CALLS)));
        }
        self.gate.check(call)
    }

    /// Asks the run's snapshot. (`&mut`, so that the future can move between threads: the state is not `Sync`.)
    async fn ask(&mut self, request: &Request) -> Result<Arc<Value>, FactError> {
        self.shared.snapshot.ask(request).await
    }
}

impl From<FactError> for types::Error {
    fn from(error: FactError) -> Self {
        let kind = match error.kind {
            ErrorKind::Denied => types::ErrorKind::Denied,
            ErrorKind::NotFound => types::ErrorKind::NotFound,
            ErrorKind::Invalid => types::ErrorKind::Invalid,
            ErrorKind::Timeout => types::ErrorKind::Timeout,
            ErrorKind::TooLarge => types::ErrorKind::TooLarge,
            ErrorKind::Unavailable => types::ErrorKind::Unavailable,
            ErrorKind::Permission => types::ErrorKind::Permission,
            ErrorKind::Failed => types::ErrorKind::Failed,
            ErrorKind::Other => types::ErrorKind::Other,
        };
        types::Error { kind, message: limits::clamp_text(error.message), info: Vec::new() }
    }
}

impl types::Host for PluginState {}

/// Links every interface of the contract, and the harmless part of WASI.
pub fn link(linker: &mut Linker<PluginState>) -> wasmtime::Result<()> {
    Plugin::add_to_linker::<_, HasSelf<_>>(linker, |state| state)?;
    wasi::link(linker)
}

/// An answer that is not in the form that recordings have: only a broken recording can cause it.
fn malformed(request: &Request) -> FactError {
    FactError::new(ErrorKind::Failed, format!("the answer to \"{}\" is not of the recorded form", request.key()))
}

pub use wasi::is_tolerated as is_tolerated_wasi;
