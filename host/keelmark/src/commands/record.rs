//! `keelmark record`

use std::sync::Arc;

use keelmark_audit as audit;
use keelmark_audit::{BenchmarkChoice, Options, Selection};
use keelmark_contract::settings::Settings;
use keelmark_editions as editions;
use keelmark_facts::identity::Scope;
use keelmark_facts::{Backend, Recorder};
use keelmark_report::{BrokenPlugin, exit};
use tokio::sync::watch;

use super::console::{Console, complain};
use super::plugins::{self, ThirdParties};
use super::{Done, Failure, audit as audit_command, output, sandbox};
use crate::cli::{Cli, RecordArgs};

pub async fn run(cli: &Cli, args: &RecordArgs) -> Done {
    let settings = Settings::load(cli.config.as_deref()).map_err(Failure::usage)?;
    let (live, engine) = audit_command::live(&args.target).await?;
    let recorder = Arc::new(Recorder::new(live));
    let console = Arc::new(Console::new(cli.verbose).with_audit_log(plugins::audit_log(args.audit_log.as_deref())?));
    let with_plugins = !args.no_plugins;
    let mut notes = Vec::new();
    let (benchmarks, installed) = if args.benchmarks.is_empty() {
        let reason = "recorded".to_owned();
        let all = editions::all().into_iter().map(|edition| BenchmarkChoice { edition, reason: reason.clone() });
        let installed = if with_plugins { plugins::installed(&settings) } else { ThirdParties::default() };
        (all.collect(), installed)
    } else {
        audit_command::choose(&args.benchmarks, with_plugins, &settings, &engine, &mut notes)?
    };
    console.show_progress_later();
    let (_interrupt, interrupted) = watch::channel(false);
    // Everything that any of the editions asks for is what a later audit by any of them needs.
    let options = Options {
        backend: Arc::clone(&recorder) as Arc<dyn Backend>,
        engine,
        settings,
        benchmarks,
        selection: Selection::default(),
        third_party: installed.candidates,
        broken: installed.broken,
        running_only: false,
        scope: Scope::All,
        // The recording tells which container was keelmark's own; whoever replays it decides whether that matters.
        include_self: true,
        notes,
        events: Arc::clone(&console) as _,
        interrupted,
    };
    let audited = audit::run(sandbox(cli)?, options).await;
    console.finish();
    let report = audited.map_err(audit_command::failure)?;
    report.notes.iter().for_each(|note| complain("warning", note));
    for BrokenPlugin { plugin, problem } in &report.broken_plugins {
        complain("warning", &format!("what plugin {plugin} needs is not recorded: {problem}"));
    }
    let json = recorder.recording().to_json().map_err(Failure::internal)?;
    // A host's facts are nobody else's business, secrets masked or not.
    output::write_private(&args.file, &json)?;
    console.finish_audit_log().map_err(|error| plugins::incomplete_log(args.audit_log.as_deref(), &error))?;
    Ok(if report.is_complete() { exit::CLEAN } else { exit::INCOMPLETE })
}
