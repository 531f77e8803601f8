//! Running one plugin in the real sandbox, granted all that its manifest asks for, over whatever answers.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use keelmark_audit as audit;
use keelmark_audit::Subjects;
use keelmark_contract::gate::{Capability, Gate, Programs};
use keelmark_contract::settings::Settings;
use keelmark_contract::{ErrorKind, FactError, SectionInfo};
use keelmark_facts::{Answer, Backend, BoxFuture, Request};
use keelmark_report::Finding;
use keelmark_sandbox::api::{Events, Shared, Sink};
use keelmark_sandbox::engine::{LoadError, LoadedPlugin, Origin, Run, Runtime};

/// A plugin that is loaded and has said what it audits.
pub struct Session {
    pub runtime: Arc<Runtime>,
    pub plugin: LoadedPlugin,
    pub section: SectionInfo,
}

/// Why a plugin cannot be run at all.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("keelmark does not load it: {0}")]
    Load(#[from] LoadError),
    #[error("asked what it audits, it failed: {0}")]
    Describe(String),
}

impl Session {
    /// Loads a component, as an audit would, and asks it what it audits.
    pub async fn open(
        runtime: Arc<Runtime>,
        component: &[u8],
        name: &str,
        events: Arc<dyn Events>,
    ) -> Result<Self, SessionError> {
        let plugin = runtime.load(component, Origin::File(name.to_owned()))?;
        let shared = Shared::new(Arc::new(Nothing), Settings::default(), events);
        let section = runtime.describe(&plugin, Arc::new(shared)).await.map_err(SessionError::Describe)?;
        Ok(Self { runtime, plugin, section })
    }

    /// Audits everything that the plugin offers.
    pub async fn audit(&self, backend: Arc<dyn Backend>, settings: Settings, events: Arc<dyn Events>) -> Audited {
        let ids: Vec<String> = self.section.recommendations.iter().map(|r| r.id.clone()).collect();
        let sink = Arc::new(Sink::awaiting(&ids));
        let outcome = self.run(backend, settings, events).audit(&ids, &sink).await;
        let peak_memory = sink.peak_memory();
        let findings = audit::findings(&self.section, &ids, sink, outcome, &mut Subjects::default());
        Audited { findings, peak_memory }
    }

    /// Makes an instance of the plugin, and drops it: what every run pays before the plugin's own code.
    pub async fn start(&self, events: Arc<dyn Events>) -> Result<(), SessionError> {
        let sink = Arc::new(Sink::awaiting(&[]));
        let run = self.run(Arc::new(Nothing), Settings::default(), events);
        run.start(&sink).await.map_err(SessionError::Describe)
    }

    fn run(&self, backend: Arc<dyn Backend>, settings: Settings, events: Arc<dyn Events>) -> Run<'_> {
        let shared = Arc::new(Shared::new(backend, settings, events));
        let gate = full_gate(&self.plugin.manifest.capabilities);
        Run { runtime: &self.runtime, plugin: &self.plugin, gate, shared }
    }
}

/// What a run found, and what it took.
pub struct Audited {
    pub findings: Vec<Finding>,
    /// The linear memory that it had at the end, in bytes: it never shrinks.
    pub peak_memory: usize,
}

/// Granted everything, as by an operator whose settings allow the plugin's programs too.
fn full_gate(capabilities: &[Capability]) -> Gate {
    let exec = capabilities.iter().filter(|capability| capability.op() == "exec");
    let programs = Programs::exactly(exec.map(|capability| capability.args().to_vec()));
    Gate::with_programs(capabilities.to_vec(), &programs)
}

/// What answers while a plugin describes itself: the gate is closed then, so nobody asks.
struct Nothing;

impl Backend for Nothing {
    fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer> {
        let error = FactError::new(ErrorKind::Unavailable, format!("nothing answers: {}", request.key()));
        Box::pin(std::future::ready(Err(error)))
    }
}

/// Passes requests on, and remembers what was asked.
pub struct Asked {
    backend: Arc<dyn Backend>,
    keys: Mutex<BTreeSet<String>>,
}

impl Asked {
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend, keys: Mutex::default() }
    }

    /// The requests until now, as recordings name them.
    pub fn keys(&self) -> BTreeSet<String> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Backend for Asked {
    fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(request.key());
        self.backend.ask(request)
    }
}
