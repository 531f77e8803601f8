//! Broken hosts: whatever breaks, keelmark ends in time, names the cause, and calls nothing right that it could not read.
//!
//! Each fault is one audit by the program that ships, over a recorded host that is put together again (an engine on a
//! unix socket, files below `--host-root`) with one thing broken. What it says is compared with what it says about the
//! sound host: a verdict may become `error`, `manual` or `not-applicable`, but nothing may become a pass, and no pass a
//! fail.

mod engine;
mod files;
mod outputs;
mod programs;
mod replay;
mod signals;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use keelmark_report::{Finding, Report, Status};
use serde_json::Value;

use crate::cli::keelmark;
use crate::support::tree::Tree;
use crate::support::wire::{Fault, WireEngine, recording};

/// What an audit may take beside the time limits of what is broken: the build under test is not optimised, and the
/// machine has other things to do.
const SLACK: Duration = Duration::from_secs(120);

/// What the tests break.
const HOST: &str = "hardened";

fn sound() -> &'static Value {
    static RECORDING: OnceLock<Value> = OnceLock::new();
    RECORDING.get_or_init(|| recording(HOST))
}

/// One audit, and what it needed.
pub struct Audited {
    pub report: Report,
    pub code: Option<i32>,
    /// The most memory that the program held at any time, in bytes.
    pub peak: u64,
}

/// Audits what `command` names. It is killed, and the test fails, when it takes longer than `limit`.
pub fn audit(mut command: Command, limit: Duration) -> Audited {
    let folder = tempfile::tempdir().unwrap();
    let (json, errors) = (folder.path().join("report.json"), folder.path().join("stderr"));
    command.stdout(Stdio::null()).stderr(std::fs::File::create(&errors).unwrap());
    command.arg(format!("--output=json={}", json.display()));
    let started = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut peak = 0;
    let code = loop {
        peak = peak.max(memory(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if started.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{command:?} still ran after {limit:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let stderr = std::fs::read_to_string(&errors).unwrap();
    assert!(!stderr.contains("panicked"), "{stderr}");
    let text = std::fs::read(&json).unwrap_or_else(|error| panic!("no report ({error}), exit code {code:?}: {stderr}"));
    Audited { report: serde_json::from_slice(&text).unwrap(), code, peak }
}

/// The most memory that a process has held until now.
fn memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: Option<u64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// `keelmark audit` over the newest edition.
pub fn command(docker_host: &str, root: Option<&Path>) -> Command {
    let mut command = keelmark();
    // A double in this process is no engine of this host; the files are the recorded engine's.
    command.args(["audit", "--local", "-b", crate::support::NEWEST]).env("DOCKER_HOST", docker_host);
    if let Some(root) = root {
        command.arg("--host-root").arg(root);
    }
    command
}

/// The verdict on each recommendation.
pub fn verdicts(report: &Report) -> BTreeMap<&str, Status> {
    report.findings().map(|finding| (finding.id.as_str(), finding.status)).collect()
}

/// What keelmark says about the host when nothing is broken; asked once.
pub fn baseline() -> &'static Report {
    static BASELINE: OnceLock<Report> = OnceLock::new();
    BASELINE.get_or_init(|| {
        let (engine, tree) = (WireEngine::start(sound(), Box::new(|_, _| None)), Tree::of(sound()));
        let report = audit(command(&engine.address(), Some(tree.root())), SLACK).report;
        assert!(report.is_complete(), "{:?}", report.counts());
        let passes = verdicts(&report).into_values().filter(|status| *status == Status::Pass).count();
        assert!(passes >= 40, "only {passes} passes that a fault could spoil: {:?}", report.counts());
        report
    })
}

/// Fails where a fault turned something right, or wrong: what cannot be read is neither.
pub fn assert_no_false_verdict(report: &Report, sound: &Report) {
    let before = verdicts(sound);
    assert_eq!(verdicts(report).keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    let is_false = |finding: &&Finding| {
        let before = before[finding.id.as_str()];
        before != finding.status
            && (finding.status == Status::Pass || (before, finding.status) == (Status::Pass, Status::Fail))
    };
    let turned: Vec<String> = report
        .findings()
        .filter(is_false)
        .map(|finding| {
            let (before, after) = (before[finding.id.as_str()], finding.status);
            format!("{} {}: {before:?} became {after:?}: {:?}", finding.id, finding.check, finding.evidence)
        })
        .collect();
    assert!(turned.is_empty(), "a fault turned verdicts:\n{}", turned.join("\n"));
}

/// Everything that a report says about causes.
pub fn causes(report: &Report) -> String {
    let of_findings = report.findings().flat_map(|finding| {
        let of_evidence = finding.evidence.iter().filter_map(|evidence| evidence.error.clone());
        std::iter::once(finding.message.clone()).chain(of_evidence)
    });
    of_findings.chain(report.engine.error.clone()).chain(report.notes.clone()).collect::<Vec<_>>().join("\n")
}

/// One thing that is broken.
pub struct Broken {
    pub name: &'static str,
    /// What the engine does about a request.
    pub engine: Fault,
    /// What is done to the files.
    pub files: fn(&Tree),
    /// Part of what the report must say about it.
    pub cause: &'static str,
    /// Whether it keeps facts from being read. Objects that vanish do not: they are not there to be judged.
    pub is_unread: bool,
    /// The time limits that it runs into.
    pub limit: Duration,
    /// A further look at what became of it.
    pub look: fn(&Audited),
}

impl Broken {
    /// A fault of the engine.
    pub fn engine(
        name: &'static str,
        cause: &'static str,
        fault: impl Fn(&str, usize) -> Option<crate::support::wire::Act> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            engine: Box::new(fault),
            files: |_| {},
            cause,
            is_unread: true,
            limit: Duration::ZERO,
            look: |_| {},
        }
    }

    /// A fault of the files.
    pub fn files(name: &'static str, cause: &'static str, files: fn(&Tree)) -> Self {
        Self { name, engine: Box::new(|_, _| None), files, cause, is_unread: true, limit: Duration::ZERO, look: |_| {} }
    }

    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// It keeps nothing from being read.
    pub fn harmless(self) -> Self {
        Self { is_unread: false, ..self }
    }

    pub fn look(self, look: fn(&Audited)) -> Self {
        Self { look, ..self }
    }

    fn check(self) {
        let (engine, tree) = (WireEngine::start(sound(), self.engine), Tree::of(sound()));
        (self.files)(&tree);
        let audited = audit(command(&engine.address(), Some(tree.root())), self.limit + SLACK);
        assert_no_false_verdict(&audited.report, baseline());
        let causes = causes(&audited.report);
        assert!(causes.contains(self.cause), "it does not say {:?}:\n{causes}", self.cause);
        let expected = if self.is_unread { (Some(2), false) } else { (Some(1), true) };
        assert_eq!((audited.code, audited.report.is_complete()), expected);
        let errors = |report: &Report| report.findings().filter(|finding| finding.is_incomplete()).count();
        let more = errors(&audited.report) > errors(baseline());
        assert_eq!(more, self.is_unread, "unread: {} of {}", errors(&audited.report), errors(baseline()));
        (self.look)(&audited);
    }
}

/// Checks all of them, several at a time, and names those that fail. Those that wait begin first.
pub fn check_all(mut broken: Vec<Broken>) {
    baseline();
    broken.sort_by_key(|broken| broken.limit);
    let left = Mutex::new(broken);
    let failed = Mutex::new(Vec::new());
    let (work, started) = (
        || {
            while let Some(broken) = { left.lock().unwrap().pop() } {
                let name = broken.name;
                let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| broken.check()));
                if tried.is_err() {
                    failed.lock().unwrap().push(name);
                }
            }
        },
        Instant::now(),
    );
    std::thread::scope(|scope| (0..8).for_each(|_| drop(scope.spawn(work))));
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "see above, after {:?}: {failed:?}", started.elapsed());
}
