//! `keelmark plugin bench`

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keelmark_author::Project;
use keelmark_author::session::Session;
use keelmark_author::transcript::Transcript;
use keelmark_contract::settings::Settings;
use keelmark_facts::Recording;
use keelmark_report::exit;
use keelmark_sandbox::engine::{Compiler, Origin, Runtime, RuntimeOptions};
use serde::Serialize;

use super::{built, open, project, shown};
use crate::cli::Cli;
use crate::cli::plugin::author::BenchArgs;
use crate::commands::{Done, Failure, output};

/// Compiling a Python component takes ten seconds; it is measured as often as fits into this time.
const COMPILING: Duration = Duration::from_secs(10);

/// What was measured. Times are medians, in milliseconds.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Figures {
    plugin: String,
    recording: String,
    runs: u32,
    component_bytes: usize,
    /// From bytes to native code: once on every host.
    compile: f64,
    /// From the cache of native code: once in every audit.
    load: f64,
    instantiate: f64,
    /// The first audit after loading, and one of the later ones.
    first_run: f64,
    warm_run: f64,
    host_calls: usize,
    answer_bytes: usize,
    peak_memory_bytes: usize,
}

pub async fn run(cli: &Cli, args: &BenchArgs) -> Done {
    let project = project(&args.project)?;
    let file = recording(args, &project)?;
    let mut built = built(&project, &args.project)?;
    let recording = Arc::new(Recording::load(&file).map_err(Failure::usage)?);
    let compile = compile(args.runs, &built.bytes)?;
    let transcript = Arc::new(Transcript::default());
    // The first fills the cache, the second is timed.
    open(cli, &project, &mut built, Arc::clone(&transcript) as _).await?;
    let began = Instant::now();
    let session = open(cli, &project, &mut built, Arc::clone(&transcript) as _).await?;
    let load = milliseconds(began);

    let audit = async |session: &Session| {
        let began = Instant::now();
        let audited =
            session.audit(Arc::clone(&recording) as _, Settings::default(), Arc::clone(&transcript) as _).await;
        (milliseconds(began), audited)
    };
    let (first_run, audited) = audit(&session).await;
    let heard = transcript.take();
    let (mut instantiate, mut warm) = (Vec::new(), Vec::new());
    for _ in 0..args.runs {
        let began = Instant::now();
        session.start(Arc::clone(&transcript) as _).await.map_err(Failure::broken)?;
        instantiate.push(milliseconds(began));
        warm.push(audit(&session).await.0);
        transcript.take();
    }
    let figures = Figures {
        plugin: project.manifest.id.clone(),
        recording: shown(&file),
        runs: args.runs,
        component_bytes: built.bytes.len(),
        compile,
        load,
        instantiate: median(instantiate),
        first_run,
        warm_run: median(warm),
        host_calls: heard.calls,
        answer_bytes: heard.bytes,
        peak_memory_bytes: audited.peak_memory,
    };
    output::write(None, &args.output.print(&figures, to_text))?;
    Ok(exit::CLEAN)
}

fn recording(args: &BenchArgs, project: &Project) -> Result<PathBuf, Failure> {
    if let Some(file) = &args.replay {
        return Ok(file.clone());
    }
    let first = project.recordings().map_err(Failure::usage)?.into_iter().next();
    first.map(|(_, path)| path).ok_or_else(|| {
        Failure::usage(format!(
            "{} holds no recording to run over; `keelmark plugin test --record NAME` makes one of this host",
            shown(&project.tests())
        ))
    })
}

/// Without the cache, so that it is compiled every time.
fn compile(runs: u32, component: &[u8]) -> Result<f64, Failure> {
    let options = RuntimeOptions::new(None, Compiler::of_this_program());
    let runtime = Runtime::start(options)
        .map_err(|error| Failure::internal(format!("failed to start the sandbox: {error:#}")))?;
    let (end, mut times) = (Instant::now() + COMPILING, Vec::new());
    while times.is_empty() || (times.len() < runs as usize && Instant::now() < end) {
        let began = Instant::now();
        runtime.load(component, Origin::File("benchmark".into())).map_err(Failure::broken)?;
        times.push(milliseconds(began));
    }
    Ok(median(times))
}

fn milliseconds(since: Instant) -> f64 {
    // Microseconds are all that means anything here.
    (since.elapsed().as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn to_text(figures: &Figures) -> String {
    let mut text = format!("{} over {}, median of {} runs\n\n", figures.plugin, figures.recording, figures.runs);
    let rows = [
        ("component", format!("{:.1} KiB", figures.component_bytes as f64 / 1024.0), "what operators download"),
        ("compile", format!("{:.1} ms", figures.compile), "once on every host"),
        ("load", format!("{:.1} ms", figures.load), "from the cache, once in every audit"),
        ("instantiate", format!("{:.3} ms", figures.instantiate), ""),
        ("first run", format!("{:.3} ms", figures.first_run), "instantiation included"),
        ("warm run", format!("{:.3} ms", figures.warm_run), "instantiation included"),
        ("host calls", figures.host_calls.to_string(), "in one run"),
        ("answers", format!("{:.1} KiB", figures.answer_bytes as f64 / 1024.0), "what crossed to the plugin"),
        (
            "memory",
            format!("{:.1} MiB", figures.peak_memory_bytes as f64 / 1024.0 / 1024.0),
            "linear memory, at its most",
        ),
    ];
    for (name, value, note) in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", format!("  {name:<12} {value:>12}  {note}").trim_end());
    }
    text
}
