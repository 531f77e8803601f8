//! `keelmark audit`

use std::sync::Arc;

use keelmark_audit as audit;
use keelmark_audit::{AuditError, BenchmarkChoice, Options, Selection};
use keelmark_contract::ops;
use keelmark_contract::settings::Settings;
use keelmark_editions as editions;
use keelmark_facts::identity::{Relation, Scope};
use keelmark_facts::live::Live;
use keelmark_facts::live::docker::{self, Endpoint};
use keelmark_facts::live::evidence::{HostRoot, Told};
use keelmark_facts::{Backend, DockerRequest, Recording, Request};
use keelmark_report::model::Engine;
use keelmark_report::{Judged, Style, exit};
use tokio::sync::watch;

use super::benchmarks::unknown_benchmark;
use super::console::{self, Console};
use super::plugins::{self, ThirdParties};
use super::policy::Policy;
use super::{Done, Failure, output, sandbox};
use crate::cli::{self, AuditArgs, Cli, TargetArgs};

pub async fn run(cli: &Cli, args: &AuditArgs) -> Done {
    // First of all: an engine that hangs is asked who it is for many seconds.
    let mut interrupted = watch_interruptions();
    let settings = Settings::load(cli.config.as_deref()).map_err(Failure::usage)?;
    let policy = Policy::load(&args.policy, &settings)?;
    let runtime = sandbox(cli)?;
    let (backend, engine) = match &args.replay {
        Some(file) => {
            let recording = Recording::load(file).map_err(Failure::usage)?;
            let engine = recorded_engine(&recording, &file.display().to_string()).await;
            (Arc::new(recording) as Arc<dyn Backend>, engine)
        }
        None => {
            if let (true, Some(newest)) = (args.benchmarks.iter().any(|id| id == "auto"), editions::all().pop()) {
                // Engines take milliseconds to say who they are, and nearly all are new enough for this edition.
                runtime.load_ahead(newest.id);
            }
            let connected = tokio::select! {
                connected = live(&args.target) => connected?,
                Ok(_) = interrupted.wait_for(|interrupted| *interrupted) => {
                    return Err(Failure::interrupted("interrupted before anything was audited"));
                }
            };
            (connected.0 as Arc<dyn Backend>, connected.1)
        }
    };
    let audit_log = plugins::audit_log(args.audit_log.as_deref())?;
    let console = Arc::new(Console::new(cli.verbose).with_audit_log(audit_log));
    let files = plugins::files(args, &settings)?;
    let mut notes = Vec::new();
    let (benchmarks, installed) = choose(&args.benchmarks, !args.no_plugins, &settings, &engine, &mut notes)?;
    let ThirdParties { candidates: third_party, broken } = installed.beside(files, &mut notes);
    let selection = Selection {
        sections: args.sections.clone(),
        checks: args.checks.clone(),
        skip: args.skip.clone(),
        level: args.level,
    };
    console.show_progress_later();
    let options = Options {
        backend,
        engine,
        settings,
        benchmarks,
        selection,
        third_party,
        broken,
        running_only: args.running,
        scope: match args.scope {
            cli::Scope::All => Scope::All,
            cli::Scope::Engine => Scope::Engine,
        },
        include_self: args.include_self,
        notes,
        events: Arc::clone(&console) as _,
        interrupted: interrupted.clone(),
    };
    let audited = audit::run(runtime, options).await;
    console.finish();
    let logged = console.finish_audit_log();
    let judged = policy.judge(audited.map_err(failure)?);
    print(cli, args, &judged)?;
    logged.map_err(|error| plugins::incomplete_log(args.audit_log.as_deref(), &error))?;
    Ok(if *interrupted.borrow() { exit::INTERRUPTED } else { judged.exit_code })
}

/// An audit that did not begin: whose fault it is.
pub(super) fn failure(error: AuditError) -> Failure {
    match error {
        AuditError::Broken(_) | AuditError::Plugin(_) => Failure::internal(error),
        _ => Failure::usage(error),
    }
}

/// Turns true at the first SIGINT or SIGTERM, and ends the program at the second: who asks twice means it, and a
/// compiler or a full pipe may hold up the partial report.
fn watch_interruptions() -> watch::Receiver<bool> {
    use tokio::signal::unix::{SignalKind, signal};
    let (interrupt, interrupted) = watch::channel(false);
    // Registered here, not in the task: from now on no signal is missed. Where the process cannot listen for them,
    // they end it as they end any other.
    if let (Ok(mut pressed), Ok(mut terminated)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        tokio::spawn(async move {
            for is_last in [false, true] {
                tokio::select! {
                    _ = pressed.recv() => {}
                    _ = terminated.recv() => {}
                }
                if is_last {
                    std::process::exit(exit::INTERRUPTED.into());
                }
                let _ = interrupt.send(true);
            }
        });
    }
    interrupted
}

fn print(cli: &Cli, args: &AuditArgs, judged: &Judged) -> Result<(), Failure> {
    for output in &args.outputs {
        let is_file = output.file.is_some();
        let style = Style {
            colour: !is_file && console::colour(cli.color),
            remediation: args.remediation,
            verbose: cli.verbose,
            width: if is_file { Style::default().width } else { console::width() },
        };
        output::write(output.file.as_deref(), &output.format.render(judged, &style))?;
    }
    Ok(())
}

/// The live host, and what its engine says of itself.
pub(super) async fn live(target: &TargetArgs) -> Result<(Arc<Live>, Engine), Failure> {
    let endpoint =
        Endpoint::resolve(target.docker_host.as_deref(), &docker::Environment::from_env()).map_err(Failure::usage)?;
    let root = HostRoot::choose(target.host_root.as_deref()).map_err(Failure::usage)?;
    let told = Told {
        relation: match (target.local, target.remote) {
            (true, _) => Some(Relation::Local),
            (false, true) => Some(Relation::Remote),
            (false, false) => None,
        },
        notes: root.note.into_iter().collect(),
    };
    let shown = root.path.clone().unwrap_or_else(|| "/".into());
    let live = Live::new(docker::Engine::connect(endpoint), root.path)
        .map_err(|error| Failure::usage(format!("failed to open the host's root {}: {error}", shown.display())))?;
    let live = Arc::new(live.told(told));
    let endpoint = live.engine().endpoint().to_owned();
    let engine = match live.engine().identity().await {
        Ok(identity) => identified(endpoint, identity),
        Err(error) => Engine { endpoint, error: Some(error.message), ..Engine::default() },
    };
    Ok((live, engine))
}

/// The engine of a recording.
pub(super) async fn recorded_engine(recording: &Recording, name: &str) -> Engine {
    let endpoint = format!("recording {name}");
    match recording.ask(&Request::Docker(DockerRequest::whole(&ops::VERSION))).await {
        Ok(version) => match docker::EngineIdentity::of(&version) {
            Some(identity) => identified(endpoint, identity),
            None => {
                Engine { endpoint, error: Some("the recorded answer names no version".into()), ..Engine::default() }
            }
        },
        Err(error) => Engine { endpoint, error: Some(error.message), ..Engine::default() },
    }
}

fn identified(endpoint: String, identity: docker::EngineIdentity) -> Engine {
    Engine {
        endpoint,
        name: identity.name,
        version: identity.version,
        api_version: identity.api_version,
        ..Engine::default()
    }
}

/// The editions and installed plugins that the operator asked for. "auto" is the edition for the engine and all
/// installed plugins; a name is that benchmark and no other.
pub(super) fn choose(
    ids: &[String],
    with_plugins: bool,
    settings: &Settings,
    engine: &Engine,
    notes: &mut Vec<String>,
) -> Result<(Vec<BenchmarkChoice>, ThirdParties), Failure> {
    let mut choices: Vec<BenchmarkChoice> = Vec::new();
    let mut foreign: Vec<&str> = Vec::new();
    for id in ids {
        let choice = if id == "auto" {
            let chosen = audit::choose_edition(engine);
            let (choice, warning) = chosen.ok_or_else(|| Failure::internal("this keelmark has no edition at all"))?;
            notes.extend(warning);
            choice
        } else if let Some(edition) = editions::find(id) {
            BenchmarkChoice { edition, reason: "asked for".into() }
        } else {
            foreign.push(id);
            continue;
        };
        if !choices.iter().any(|known| known.edition.id == choice.edition.id) {
            choices.push(choice);
        }
    }
    let is_auto = ids.iter().any(|id| id == "auto");
    if !is_auto && foreign.is_empty() {
        return Ok((choices, ThirdParties::default()));
    }
    let found = if with_plugins { plugins::installed(settings) } else { ThirdParties::default() };
    let theirs: Vec<String> = found.benchmarks();
    if let Some(unknown) = foreign.iter().find(|id| !theirs.iter().any(|benchmark| benchmark == *id)) {
        let editions = editions::all();
        let known = editions.iter().map(|edition| edition.id).chain(theirs.iter().map(String::as_str));
        return Err(unknown_benchmark(unknown, known, &found.broken));
    }
    let found = if is_auto { found } else { found.only(&foreign) };
    Ok((choices, found))
}
