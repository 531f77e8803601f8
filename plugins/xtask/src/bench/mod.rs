//! `cargo xtask bench`: measures against the budgets. `host/docs/performance.md` says what and how.

mod budget;
mod daemon;
mod engine;
mod facts;
mod http;
mod measure;
mod sandbox;
mod simulated;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::json;

use crate::release;
use budget::Row;
use measure::{Keelmark, median, milliseconds};
use simulated::{Simulated, address};

/// Connections of the floor: what keelmark itself opens at most.
const CONNECTIONS: usize = 8;
const MIB: f64 = 1024.0 * 1024.0;

/// What to measure.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// Write the results as JSON too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measure this keelmark instead of building the release one.
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// How often each thing is measured; the median counts.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Only these parts; all unless given.
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// Run docker-bench-security on the same engine too; its source is in this folder.
    #[arg(long, value_name = "DIR")]
    docker_bench: Option<PathBuf>,
    /// Exit with 0 even where something is over its budget.
    #[arg(long)]
    no_fail: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// `--version`.
    Startup,
    /// A real engine with 100 containers, against fetching the same facts; first runs, as built and as released.
    Engine,
    /// A simulated engine with 1,000 and 10,000 containers.
    Scale,
    /// Instantiating a plugin, and its logic against the same logic compiled natively.
    Sandbox,
}

/// Measures, prints the table, and says whether everything is within its budget.
pub fn run(root: &Path, args: &BenchArgs) -> anyhow::Result<bool> {
    let binary = match &args.binary {
        Some(binary) => binary.clone(),
        None => release::build(root)?,
    };
    let runs = usize::from(args.runs);
    let cache = tempfile::tempdir()?;
    let keelmark = Keelmark::new(&binary, cache.path());
    let is_wanted = |part| args.only.is_empty() || args.only.contains(&part);
    let mut rows = Vec::new();
    if is_wanted(Part::Startup) {
        rows.push(startup(&keelmark, runs)?);
    }
    if is_wanted(Part::Engine) {
        rows.extend(engine::rows(&keelmark, runs, args.docker_bench.as_deref())?);
    }
    if is_wanted(Part::Scale) {
        rows.extend(scale(&keelmark, runs)?);
    }
    if is_wanted(Part::Sandbox) {
        rows.extend(sandbox_rows(&binary, runs)?);
    }
    print!("{}", budget::table(&rows));
    let is_over = rows.iter().any(Row::is_over);
    if let Some(file) = &args.json {
        let results: Vec<_> = rows.iter().map(|row| json!({ "row": row, "over": row.is_over() })).collect();
        let text = serde_json::to_string_pretty(&json!({ "binary": binary, "runs": runs, "results": results }))?;
        std::fs::write(file, text + "\n").with_context(|| format!("failed to write {}", file.display()))?;
    }
    Ok(!is_over || args.no_fail)
}

fn startup(keelmark: &Keelmark, runs: usize) -> anyhow::Result<Row> {
    let times = (0..runs * 3).map(|_| Ok(keelmark.version()?.time)).collect::<anyhow::Result<_>>()?;
    Ok(Row::new("keelmark --version", milliseconds(median(times)), "ms", "process start to end").budget(10.0))
}

fn scale(keelmark: &Keelmark, runs: usize) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut audits = Vec::new();
    for count in [1_000, 10_000] {
        let engine = Simulated::start(count)?;
        let address = address(&engine.socket());
        let paths = engine.paths();
        let (mut times, mut floors, mut memory) = (Vec::new(), Vec::new(), 0);
        keelmark.audit(&address)?;
        for _ in 0..runs.min(3) {
            let run = keelmark.audit(&address)?;
            times.push(run.time);
            memory = memory.max(run.peak_memory);
            let started = Instant::now();
            http::fetch_all(&engine.socket(), &paths, CONNECTIONS)?;
            floors.push(started.elapsed());
        }
        let (audit, floor) = (median(times), median(floors));
        let each = milliseconds(audit) / count as f64;
        let how = format!("{:.0} ms; fetching alone {:.0} ms", milliseconds(audit), milliseconds(floor));
        rows.push(Row::new(format!("{count} simulated containers, each"), each, "ms", how).budget(0.5));
        let how = format!("resident; {} bytes of JSON a container", engine.bytes_per_container());
        rows.push(Row::new(format!("peak memory with {count}"), memory as f64 / MIB, "MiB", how).budget(200.0));
        audits.push((count as f64, milliseconds(audit)));
    }
    if let [(few, fast), (many, slow)] = audits.as_slice() {
        // 1 is linear; start-up makes it less, anything quadratic makes it much more.
        let growth = (slow / fast) / (many / few);
        rows.push(Row::new("growth from 1,000 to 10,000", growth, "×", "1 is linear").budget(1.2));
    }
    Ok(rows)
}

/// Asks the xtask beside the measured binary: one that was built like it.
fn sandbox_rows(binary: &Path, runs: usize) -> anyhow::Result<Vec<Row>> {
    let beside = binary.with_file_name("xtask");
    ensure!(beside.exists(), "there is no xtask beside {}", binary.display());
    let output = Command::new(&beside).args(["bench-sandbox", &runs.to_string()]).output()?;
    ensure!(output.status.success(), "{} failed: {}", beside.display(), String::from_utf8_lossy(&output.stderr));
    let measured: sandbox::Measured = serde_json::from_slice(&output.stdout)?;
    Ok(measured.rows())
}

/// What `bench-sandbox` prints: measurements inside this process.
pub fn sandbox(runs: usize) -> anyhow::Result<String> {
    Ok(serde_json::to_string(&sandbox::measure(runs)?)?)
}
