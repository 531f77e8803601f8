//! What the modules share: one sandbox, the built-in plugins read once, and audits over made-up hosts.

pub mod bad_plugin;
pub mod programs;
pub mod registry;
pub mod server;
pub mod tree;
pub mod wire;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use keelmark_audit as audit;
use keelmark_audit::catalog::{self, Catalog};
use keelmark_audit::{AuditError, BenchmarkChoice, Candidate, Grant, Options, Selection};
use keelmark_contract::gate::Ceiling;
use keelmark_contract::settings::Settings;
use keelmark_editions as editions;
use keelmark_facts::identity::{Relation, Scope};
use keelmark_facts::live::evidence::Told;
use keelmark_facts::live::{Live, docker};
use keelmark_facts::{Backend, Recording};
use keelmark_report::model::Engine;
use keelmark_report::{Report, Style, reporter};
use keelmark_sandbox::api::Events;
use keelmark_sandbox::engine::{Cache, Compiler, Runtime, RuntimeOptions};
use keelmark_sdk::scenario;
use serde_json::Value;

/// The root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Where all tests of this run keep native code.
pub fn cache_dir() -> &'static Path {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        // Below the target directory, so that the next run compiles only what has changed; a checkout that others
        // can write is no place for native code, and there every run compiles anew.
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("native");
        if Cache::open(&kept).is_ok() {
            remove_old(&kept);
            return kept;
        }
        tempfile::tempdir().unwrap().keep()
    })
}

/// Native code of plugins that have changed since is never asked for again.
fn remove_old(directory: &Path) {
    let day = std::time::Duration::from_secs(24 * 3600);
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let age = entry.metadata().and_then(|found| found.modified()).ok().and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age > day) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// What compiles strangers' components for the tests: the program, as it does for itself.
pub fn compiler() -> Compiler {
    Compiler::Child(env!("CARGO_BIN_EXE_keelmark-under-test").into())
}

/// The sandbox of all tests.
pub fn sandbox() -> &'static Arc<Runtime> {
    static SANDBOX: OnceLock<Arc<Runtime>> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let cache = Cache::open(cache_dir()).unwrap();
        Runtime::start(RuntimeOptions::new(Some(cache), compiler())).unwrap()
    })
}

/// Every edition, oldest first, as its built plugins describe it.
pub fn catalogs() -> &'static [Catalog] {
    static CATALOGS: OnceLock<Vec<Catalog>> = OnceLock::new();
    CATALOGS.get_or_init(|| block_on(catalog::read(sandbox(), &[])).unwrap())
}

/// Runs a future on a runtime of its own.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let done = runtime.block_on(future);
    // As in the program: a compiler that nobody waits for any more goes on by itself.
    runtime.shutdown_background();
    done
}

/// The recording of a scenario's host: what the block does not say is as on a well-kept host.
pub fn host(block: Value) -> Arc<Recording> {
    let recording = scenario::expand(&block).unwrap().to_recording().to_string();
    Arc::new(Recording::parse("a scenario's host", recording.as_bytes()).unwrap())
}

/// A live host: this machine's kernel, the files below `root` (else this machine's) and the engine at `socket`.
pub fn live(root: Option<&Path>, socket: &Path) -> Arc<dyn Backend> {
    let engine = docker::Engine::connect(docker::Endpoint::unix(socket));
    let told = Told { relation: Some(Relation::Local), ..Told::default() };
    Arc::new(Live::new(engine, root.map(Path::to_owned)).unwrap().told(told))
}

/// What an audit says beside its findings.
#[derive(Default)]
pub struct Heard {
    pub logs: Mutex<Vec<String>>,
    pub notes: Mutex<Vec<String>>,
    pub progress: AtomicUsize,
}

impl Events for Heard {
    fn progress(&self, _: &str, done: u32, total: u32) {
        assert!(done <= total, "progress of {done} of {total}");
        self.progress.fetch_add(1, Ordering::Relaxed);
    }

    fn log(&self, plugin: &str, level: &'static str, message: &str) {
        self.logs.lock().unwrap().push(format!("{level} {plugin}: {message}"));
    }

    fn note(&self, _: Option<&str>, note: String) {
        self.notes.lock().unwrap().push(note);
    }
}

/// The newest edition.
pub const NEWEST: &str = "cis-docker-1.8.0";

/// A report in one of its formats, judged without any policy.
pub fn print(report: &Report, format: &str, style: Style) -> String {
    reporter(format).unwrap().render(&report.clone().judged(), &style)
}

/// Audits `checks` of the newest edition and of the plugins in `files`, all at once, as `keelmark audit` does.
pub fn audit(
    backend: Arc<dyn Backend>,
    files: Vec<PathBuf>,
    checks: &[&str],
    heard: &Arc<Heard>,
) -> Result<Report, AuditError> {
    let third_party =
        files.iter().map(|file| Candidate::of_file(file, Grant::All, Ceiling::default())).collect::<Result<_, _>>()?;
    audit_with(sandbox(), backend, third_party, checks, Arc::clone(heard) as _)
}

/// The same with plugins that are granted otherwise, in a sandbox of its own.
pub fn audit_with(
    sandbox: &Arc<Runtime>,
    backend: Arc<dyn Backend>,
    third_party: Vec<Candidate>,
    checks: &[&str],
    events: Arc<dyn Events>,
) -> Result<Report, AuditError> {
    let (_interrupt, interrupted) = tokio::sync::watch::channel(false);
    let options = Options {
        backend,
        engine: Engine::default(),
        settings: Settings::default(),
        benchmarks: vec![BenchmarkChoice { edition: editions::find(NEWEST).unwrap(), reason: "asked for".into() }],
        selection: Selection { checks: checks.iter().map(|id| (*id).to_owned()).collect(), ..Selection::default() },
        third_party,
        broken: Vec::new(),
        running_only: false,
        scope: Scope::All,
        include_self: false,
        notes: Vec::new(),
        events,
        interrupted,
    };
    block_on(audit::run(Arc::clone(sandbox), options))
}
