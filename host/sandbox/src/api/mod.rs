//! The contract's imports, one file per WIT interface. Each function converts, asks the gate, asks the backend, and
//! converts back; it decides nothing by itself.

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "plugin",
        imports: { default: async },
        exports: { default: async },
    });
}

mod calls;
mod docker;
mod exec;
mod fs;
mod host;
mod last_words;
mod process;
mod remarks;
mod report;
mod sink;
mod size;
mod wasi;

use std::sync::Arc;
use std::time::Instant;

use calls::OpenCall;
use docker::Listed;
use keelmark_contract::gate::Gate;
use keelmark_contract::settings::Settings;
use keelmark_contract::{ErrorKind, FactError, limits};
use keelmark_facts::{Backend, Request, Snapshot};
use serde_json::Value;
use wasmtime::component::{HasSelf, Linker, ResourceTable};
use wasmtime_wasi::WasiCtx;

pub use bindings::keelmark::plugin::types;
pub use bindings::{Plugin, PluginPre};
pub use calls::{Decision, HostCall};
pub use last_words::LastWords;
pub use remarks::Remarks;
pub use sink::Sink;

use crate::budget::Budget;

/// What all plugins of one audit share.
pub struct Shared {
    pub snapshot: Snapshot,
    pub settings: Settings,
    /// Whether only running containers are listed to the sections about containers and their images (`--running`).
    pub running_only: bool,
    pub events: Arc<dyn Events>,
    /// What the report says beside its findings.
    pub remarks: Remarks,
    /// The engine's objects that plugins were told of.
    pub listed: Listed,
}

impl Shared {
    /// What plugins of one audit share, before any of them has asked anything.
    pub fn new(backend: Arc<dyn Backend>, settings: Settings, events: Arc<dyn Events>) -> Self {
        let snapshot = Snapshot::new(backend);
        let (remarks, listed) = (Remarks::default(), Listed::default());
        Self { snapshot, settings, running_only: false, events, remarks, listed }
    }

    /// Notes something that the report should mention, and the plugin whose call it came from, if it was one: an object
    /// that vanished, for example.
    pub fn note(&self, plugin: Option<&str>, note: String) {
        self.events.note(plugin, note.clone());
        self.remarks.note(plugin, note);
    }
}

/// Who listens while an audit runs. Nothing that is said here alone is in the report.
pub trait Events: Send + Sync {
    /// A section has judged `done` of `total` recommendations.
    fn progress(&self, plugin: &str, done: u32, total: u32);
    /// A plugin's log line, unescaped.
    fn log(&self, plugin: &str, level: &'static str, message: &str);
    /// The report will mention this, and the plugin whose call it came from, if it was one.
    fn note(&self, _: Option<&str>, _: String) {}
    /// Whether [`Self::call`] does anything: what nobody hears is not put together.
    fn hears_calls(&self) -> bool {
        false
    }
    /// A plugin has called a function of the contract, and it is answered, or will never be.
    fn call(&self, _: HostCall) {}
}

/// The host's side of one plugin run.
pub struct PluginState {
    pub(crate) plugin: Arc<str>,
    pub(crate) gate: Gate,
    pub(crate) shared: Arc<Shared>,
    pub(crate) budget: Budget,
    pub(crate) sink: Arc<Sink>,
    /// Whether this plugin is told of running containers only.
    pub(crate) running_only: bool,
    words: Arc<LastWords>,
    digest: Arc<str>,
    /// What this attempt may still spend on calls.
    allowance: u64,
    /// The call that is under way, where somebody listens to calls.
    open: Option<OpenCall>,
    last_progress: Option<Instant>,
    /// The configuration files of running daemons that `process.find` has named to this plugin, and who must own each.
    daemon_configs: Vec<(String, u32)>,
    wasi: WasiCtx,
    wasi_table: ResourceTable,
}

impl PluginState {
    /// The state of one attempt of the plugin, which may spend `allowance` on calls. `--running` narrows only what
    /// `is_about_containers`.
    pub fn new(
        (plugin, digest): (Arc<str>, Arc<str>),
        gate: Gate,
        shared: Arc<Shared>,
        sink: Arc<Sink>,
        words: Arc<LastWords>,
        allowance: u64,
        is_about_containers: bool,
    ) -> Self {
        let running_only = shared.running_only && is_about_containers;
        Self {
            plugin,
            gate,
            shared,
            budget: Budget::default(),
            sink,
            running_only,
            digest,
            allowance,
            open: None,
            wasi: wasi::context(&words),
            words,
            last_progress: None,
            daemon_configs: Vec::new(),
            wasi_table: wasi::table(),
        }
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
