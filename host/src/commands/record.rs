//! `keelmark record`

use std::sync::Arc;

use tokio::sync::watch;

use super::console::{Console, complain};
use super::{Done, Failure, audit as audit_command, output, plugins, sandbox};
use crate::audit::{self, BenchmarkChoice, Options, Selection};
use crate::backend::{Backend, Recorder};
use crate::cli::{Cli, RecordArgs};
use crate::settings::Settings;
use crate::{editions, exit};

pub async fn run(cli: &Cli, args: &RecordArgs) -> Done {
    let settings = Settings::load(cli.config.as_deref()).map_err(Failure::usage)?;
    let (live, engine) = audit_command::live(&args.target).await?;
    let recorder = Arc::new(Recorder::new(live));
    let console = Arc::new(Console::new(cli.verbose, plugins::audit_log(args.audit_log.as_deref())?));
    let benchmarks = if args.benchmarks.is_empty() {
        let reason = "recorded".to_owned();
        editions::all().into_iter().map(|edition| BenchmarkChoice { edition, reason: reason.clone() }).collect()
    } else {
        audit_command::choose(&args.benchmarks, &engine, &console)?
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
        third_party: Vec::new(),
        broken: Vec::new(),
        running_only: false,
        events: Arc::clone(&console) as _,
        interrupted,
    };
    let audited = audit::run(sandbox(cli)?, options).await;
    console.finish();
    let report = audited.map_err(audit_command::failure)?;
    console.notes().iter().for_each(|note| complain("warning", note));
    let json = recorder.recording().to_json().map_err(Failure::internal)?;
    // A host's facts are nobody else's business, secrets masked or not.
    output::write_private(&args.file, &json)?;
    console.finish_audit_log().map_err(|error| plugins::incomplete_log(args.audit_log.as_deref(), &error))?;
    Ok(if report.complete { exit::CLEAN } else { exit::INCOMPLETE })
}
