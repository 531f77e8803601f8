//! `keelmark plugin dev`

use std::fmt::Write as _;
use std::sync::Arc;

use keelmark_author::Project;
use keelmark_author::transcript::{Entry, Heard, Transcript};
use keelmark_author::watch::Watch;
use keelmark_contract::escape;
use keelmark_contract::settings::Settings;
use keelmark_facts::{Backend, Recording};
use keelmark_report::policy::{self, FailOn};
use keelmark_report::{Finding, exit};

use super::test::describe;
use super::{built, open, project, shown};
use crate::cli::Cli;
use crate::cli::plugin::author::DevArgs;
use crate::commands::{Done, Failure, audit, console, output};

pub async fn run(cli: &Cli, args: &DevArgs) -> Done {
    let mut known = project(&args.project)?;
    if !args.watch {
        return once(cli, args, &known).await;
    }
    let failed = |error| Failure::internal(format!("failed to watch {}: {error}", shown(&known.root)));
    let mut watch = Watch::start(&known, args.replay.as_deref()).map_err(failed)?;
    // At any time, in the middle of a build too.
    tokio::spawn(async {
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(exit::INTERRUPTED.into());
        }
    });
    loop {
        // What is wrong now is what the author is about to mend.
        if let Err(failure) = once(cli, args, &known).await {
            console::complain("error", &failure.message);
        }
        console::complain("note", &format!("waiting for a change in {} (Ctrl-C ends it)", shown(&known.root)));
        loop {
            let changed = watch.changed(&known).await;
            let path = changed.ok_or_else(|| Failure::internal("the files are no longer watched"))?;
            console::complain("note", &format!("{} has changed", shown(&path)));
            match project(&args.project) {
                Ok(read) => {
                    known = read;
                    break;
                }
                Err(failure) => console::complain("error", &failure.message),
            }
        }
    }
}

async fn once(cli: &Cli, args: &DevArgs, project: &Project) -> Done {
    let mut built = built(project, &args.project)?;
    let transcript = Arc::new(Transcript::default());
    let session = open(cli, project, &mut built, Arc::clone(&transcript) as _).await?;
    let (backend, place): (Arc<dyn Backend>, String) = match &args.replay {
        Some(file) => {
            (Arc::new(Recording::load(file).map_err(Failure::usage)?), format!("recording {}", file.display()))
        }
        None => {
            let (live, engine) = audit::live(&args.target).await?;
            if let Some(error) = &engine.error {
                console::complain("warning", &format!("the engine could not be asked: {error}"));
            }
            (live, format!("this host and {}", engine.endpoint))
        }
    };
    let settings = Settings::load(cli.config.as_deref()).map_err(Failure::usage)?;
    let audited = session.audit(backend, settings, Arc::clone(&transcript) as _).await;
    let manifest = &project.manifest;
    let head = format!("{} {} on {place}", manifest.id, manifest.version);
    output::write(None, &page(&head, &transcript.take(), &audited.findings))?;
    let complete = policy::judged_in_full(audited.findings.iter());
    Ok(policy::exit_code(audited.findings.iter(), complete, FailOn::default()))
}

/// What happened and what was found, as one text.
fn page(head: &str, heard: &Heard, findings: &[Finding]) -> String {
    let mut text = format!("== {}\n\nhost calls\n", escape::line(head));
    let mut line = |line: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {}", escape::line(line));
    };
    for entry in &heard.entries {
        entry.lines().iter().for_each(|text| line(text));
    }
    if heard.dropped > 0 {
        line(&format!("… and {} more", heard.dropped));
    }
    let denied = heard.entries.iter().filter(|entry| matches!(entry, Entry::Call(call) if call.result == "denied"));
    line(&format!("{} calls, {} denied, {} bytes of answers", heard.calls, denied.count(), heard.bytes));
    text.push_str("\nfindings\n");
    for line in describe(findings) {
        let _ = writeln!(text, "  {}", escape::line(&line));
    }
    text
}
