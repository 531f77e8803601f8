//! Running the program that is measured.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// How often a running program's memory is looked at: what it takes in its last moments is not seen.
const SAMPLING: Duration = Duration::from_millis(2);

/// Every edition's section about containers.
const CONTAINERS_SECTION: &str = "5";

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub time: Duration,
    /// The most memory that was resident at once, in bytes.
    pub peak_memory: u64,
}

/// The keelmark that is measured.
pub struct Keelmark {
    binary: PathBuf,
    cache: PathBuf,
}

impl Keelmark {
    pub fn new(binary: &Path, cache: &Path) -> Self {
        Self { binary: binary.to_path_buf(), cache: cache.to_path_buf() }
    }

    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// The same program with another cache.
    pub fn with_cache(&self, cache: &Path) -> Self {
        Self::new(&self.binary, cache)
    }

    /// Audits the engine behind the socket, and makes sure that its containers were judged: what gives up early is
    /// fast.
    pub fn audit(&self, engine: &str) -> anyhow::Result<Run> {
        let report = tempfile::NamedTempFile::new()?;
        let output = format!("json={}", report.path().display());
        // This machine's own files may be unreadable (2): they are not what is measured.
        let run = self.run(&["audit", "--output", &output, "--docker-host", engine], &[0, 1, 2])?;
        let report: Value = serde_json::from_slice(&std::fs::read(report.path())?)?;
        let sections = report["benchmarks"].as_array().into_iter().flatten();
        let sections = sections.flat_map(|benchmark| benchmark["sections"].as_array().into_iter().flatten());
        let mut judged = 0;
        for section in sections.filter(|section| section["number"] == CONTAINERS_SECTION) {
            for finding in section["findings"].as_array().into_iter().flatten() {
                ensure!(finding["status"] != "error", "{} could not be judged: {}", finding["id"], finding["message"]);
                judged += 1;
            }
        }
        ensure!(judged > 0, "the audit judged nothing about containers");
        Ok(run)
    }

    /// Records what an audit of the edition that fits asks the engine.
    pub fn record(&self, engine: &str, file: &Path) -> anyhow::Result<()> {
        let file = file.to_str().context("a path that is not UTF-8")?;
        self.run(&["record", "--benchmark", "auto", "--docker-host", engine, file], &[0]).map(drop)
    }

    pub fn version(&self) -> anyhow::Result<Run> {
        self.run(&["--version"], &[0])
    }

    fn run(&self, args: &[&str], fine: &[i32]) -> anyhow::Result<Run> {
        let mut command = Command::new(&self.binary);
        command.args(args).env("KEELMARK_CACHE_DIR", &self.cache);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        let mut child = command.spawn().with_context(|| format!("failed to run {}", self.binary.display()))?;
        let status = format!("/proc/{}/status", child.id());
        let watch = std::thread::spawn(move || watch_memory(&status));
        let ended = child.wait()?;
        let time = started.elapsed();
        let peak_memory = watch.join().unwrap_or(0);
        let is_fine = ended.code().is_some_and(|code| fine.contains(&code));
        ensure!(is_fine, "keelmark {} ended with {ended}", args.join(" "));
        Ok(Run { time, peak_memory })
    }
}

/// The highest "VmHWM" until the process is gone: the kernel's own high-water mark, which it drops at the end.
fn watch_memory(status: &str) -> u64 {
    let mut peak = 0;
    while let Ok(text) = std::fs::read_to_string(status) {
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        match kib {
            Some(kib) => peak = peak.max(kib * 1024),
            // A zombie has no memory any more.
            None => break,
        }
        std::thread::sleep(SAMPLING);
    }
    peak
}

/// The median of some times.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Milliseconds with their fraction.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
