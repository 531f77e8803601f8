//! The program itself: its own source, built into a binary of this package, run as an operator runs it.

mod broken_input;
mod cached;
mod interrupted;
mod live;
mod output;
mod packaging;
mod policy;
mod precompiled;
mod schema;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use keelmark_report::Report;
use keelmark_sdk::scenario;
use serde_json::{Value, json};

use crate::support::cache_dir;

/// The program, in an environment of its own: no engine, no settings, and the tests' native code.
pub fn keelmark() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keelmark-under-test"));
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("KEELMARK_CACHE_DIR", cache_dir());
    command.env("DOCKER_HOST", "unix:///nonexistent/docker.sock").env("HOME", "/nonexistent");
    command.env("KEELMARK_STORE_DIR", "/nonexistent/store");
    command
}

/// What a run printed, and its exit code.
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

pub fn run(args: &[&str]) -> Done {
    keelmark().args(args).output().unwrap().into()
}

/// A folder with a recording in it.
pub struct Recorded {
    folder: tempfile::TempDir,
}

impl Recorded {
    /// The recording of a scenario's host.
    pub fn new(block: Value) -> Self {
        let recorded = Self { folder: tempfile::tempdir().unwrap() };
        let recording = scenario::expand(&block).unwrap().to_recording();
        std::fs::write(recorded.path(), recording.to_string()).unwrap();
        recorded
    }

    pub fn path(&self) -> PathBuf {
        self.join("host.json")
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Audits it with the newest edition.
    pub fn audit(&self, args: &[&str]) -> Done {
        keelmark()
            .args(["audit", "-b", crate::support::NEWEST, "--replay"])
            .arg(self.path())
            .args(args)
            .output()
            .unwrap()
            .into()
    }
}

pub fn clean() -> Recorded {
    Recorded::new(json!({"containers": [{"name": "web"}]}))
}

pub fn privileged() -> Recorded {
    Recorded::new(json!({"containers": [{"name": "web", "HostConfig": {"Privileged": true}}]}))
}

pub fn unreadable() -> Recorded {
    Recorded::new(json!({"containers": [{"name": "web", "error": {"kind": "timeout", "message": "no answer in 5 s"}}]}))
}

pub fn read_report(path: &Path) -> Report {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_version_is_the_workspace_s() {
    let done = run(&["--version"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), concat!("keelmark ", env!("CARGO_PKG_VERSION"), "\n")));
}

#[test]
fn the_exit_code_says_what_was_found() {
    let check = ["--check", "privileged-container"];
    let code = |recorded: Recorded, more: &[&str]| recorded.audit(&[&check, more].concat()).code;
    assert_eq!(code(clean(), &[]), Some(0));
    assert_eq!(code(privileged(), &[]), Some(1));
    assert_eq!(code(privileged(), &["--fail-on", "never"]), Some(0));
    assert_eq!(code(unreadable(), &[]), Some(2));
    assert_eq!(code(unreadable(), &["--fail-on", "never"]), Some(2));
}

#[test]
fn auto_takes_the_edition_of_the_recorded_engine() {
    for (version, edition) in [("20.10.24+dfsg1", "cis-docker-1.8.0"), ("1.13.1", "cis-docker-engine-1.13.0-v1.0.0")] {
        let recorded = Recorded::new(json!({"version": {"Version": version}}));
        let report = recorded.join("report.json");
        let output = format!("json={}", report.display());
        let mut command = keelmark();
        command.arg("audit").arg("--replay").arg(recorded.path()).args(["--output", &output]);
        let done = Done::from(command.output().unwrap());
        assert!(matches!(done.code, Some(0..=2)), "{}", done.stderr);
        assert_eq!(read_report(&report).benchmarks[0].id, edition);
    }
}
