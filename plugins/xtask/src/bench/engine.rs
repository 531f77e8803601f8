//! A real engine with 100 containers: first runs, and later ones against fetching the same facts.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use super::budget::Row;
use super::daemon::Daemon;
use super::measure::{Keelmark, median, milliseconds};
use super::simulated::address;
use super::{CONNECTIONS, MIB, facts, http};
use crate::release;

const CONTAINERS: usize = 100;
/// First runs that are measured: each of a plain build compiles for a second.
const FIRST_RUNS: usize = 5;

/// `docker_bench` is where docker-bench-security's source is, if it is to be compared with.
pub fn rows(keelmark: &Keelmark, runs: usize, docker_bench: Option<&Path>) -> anyhow::Result<Vec<Row>> {
    let scratch = tempfile::tempdir()?;
    let released = scratch.path().join("keelmark");
    release::precompile(keelmark.binary(), &released)?;
    let released = Keelmark::new(&released, scratch.path());

    let daemon = Daemon::start()?;
    let (socket, engine) = (daemon.socket(), address(&daemon.socket()));
    let first = |keelmark: &Keelmark| {
        median_of(runs.min(FIRST_RUNS), || {
            let empty = tempfile::tempdir()?;
            Ok(keelmark.with_cache(empty.path()).audit(&engine)?.time)
        })
    };
    let names = daemon.create_containers(CONTAINERS)?;
    let (plain_at_rest, released_at_rest) = (first(keelmark)?, first(&released)?);
    daemon.start_containers(&names)?;
    let (plain_running, released_running) = (first(keelmark)?, first(&released)?);

    let recording = scratch.path().join("recording.json");
    keelmark.record(&engine, &recording)?;
    let paths = facts::paths_of(&recording)?;
    // Containers' processes are read from /proc, so the engine is not asked for them; a client has no other way.
    let asked: Vec<String> = paths.iter().filter(|path| !path.contains("/top?")).cloned().collect();
    let (mut audits, mut floors, mut asking, mut memory) = (Vec::new(), Vec::new(), Vec::new(), 0);
    keelmark.audit(&engine)?;
    // In turns: a machine that gets slower meanwhile slows down both.
    for _ in 0..runs {
        let run = keelmark.audit(&engine)?;
        audits.push(run.time);
        memory = memory.max(run.peak_memory);
        let started = Instant::now();
        http::fetch_all(&socket, &paths, CONNECTIONS)?;
        floors.push(started.elapsed());
        let started = Instant::now();
        http::fetch_all(&socket, &asked, CONNECTIONS)?;
        asking.push(started.elapsed());
    }
    let (audit, floor, asking) = (median(audits), median(floors), median(asking));
    let same = format!("{} requests over {CONNECTIONS} kept connections", paths.len());
    let of_them = format!("{CONTAINERS} containers that run");
    let at_rest = format!("{CONTAINERS} containers that do not run");
    let mut rows = vec![
        Row::new(format!("fetching the facts of {of_them}"), milliseconds(floor), "ms", same),
        Row::new("auditing them", milliseconds(audit), "ms", "one edition, warm cache"),
        Row::new("audit / fetching", audit.as_secs_f64() / floor.as_secs_f64(), "×", "medians, in turns").budget(1.5),
        Row::new("fetching without processes", milliseconds(asking), "ms", format!("{} requests", asked.len())),
        Row::new("peak memory of that audit", memory as f64 / MIB, "MiB", "resident"),
        Row::new("first run, plain build", milliseconds(plain_at_rest), "ms", at_rest.clone()).budget(1500.0),
        Row::new("first run, plain build", milliseconds(plain_running), "ms", of_them.clone()).budget(1500.0),
        Row::new("first run, dist build", milliseconds(released_at_rest), "ms", at_rest).budget(150.0),
        Row::new("first run, dist build", milliseconds(released_running), "ms", of_them),
    ];
    if let Some(source) = docker_bench {
        let theirs = run_docker_bench(source, &engine)?;
        rows.push(Row::new("docker-bench-security", milliseconds(theirs), "ms", "the same engine, once"));
        let times = theirs.as_secs_f64() / audit.as_secs_f64();
        rows.push(Row::new("docker-bench-security / auditing", times, "×", "").at_least(1000.0));
    }
    Ok(rows)
}

/// One run of the script, without colour, its log in a folder that goes.
fn run_docker_bench(source: &Path, engine: &str) -> anyhow::Result<Duration> {
    let log = tempfile::tempdir()?;
    let mut script = Command::new("bash");
    script.current_dir(source).args(["docker-bench-security.sh", "-b", "-l"]).arg(log.path().join("log"));
    let started = Instant::now();
    let output = script.env("DOCKER_HOST", engine).output().context("failed to run bash")?;
    let time = started.elapsed();
    ensure!(output.status.success(), "docker-bench-security failed: {}", String::from_utf8_lossy(&output.stdout));
    let said = String::from_utf8_lossy(&output.stdout);
    // A script that cannot reach the engine ends early, and that would be fast.
    ensure!(said.contains("bench-99"), "docker-bench-security did not look at the containers:\n{said}");
    Ok(time)
}

fn median_of(runs: usize, run: impl Fn() -> anyhow::Result<Duration>) -> anyhow::Result<Duration> {
    Ok(median((0..runs).map(|_| run()).collect::<anyhow::Result<_>>()?))
}
