//! SIGINT and SIGTERM at any moment: a code of its own, no panic, and a report if there was anything to report.

use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{command, sound};
use crate::support::wire::{Act, WireEngine};

/// What an interrupted audit may take to end.
const SOON: Duration = Duration::from_secs(15);

/// Interrupts an audit once the engine has been asked this.
fn interrupt_at(path: &'static str, signal: Signal) -> (Option<i32>, String, String) {
    let engine = WireEngine::start(
        sound(),
        Box::new(move |asked, _| asked.starts_with(path).then(|| Act::SendAndHang(Vec::new()))),
    );
    let mut command = command(&engine.address(), None);
    command.args(["--section", "5", "-o", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !engine.paths().iter().any(|asked| asked.starts_with(path)) {
        assert!(Instant::now() < deadline, "{path} is never asked for: {:?}", engine.paths());
        std::thread::sleep(Duration::from_millis(10));
    }
    let signalled = Instant::now();
    kill_process(Pid::from_child(&child), signal).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(signalled.elapsed() < SOON, "{path}: it took {:?} to end", signalled.elapsed());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn an_interruption_counts_from_the_first_question_on() {
    for signal in [Signal::INT, Signal::TERM] {
        // Before anything is audited: there is nothing to report, and it says so.
        let (code, stdout, stderr) = interrupt_at("/version", signal);
        assert_eq!((code, stdout.as_str()), (Some(130), ""));
        assert!(stderr.contains("interrupted before anything was audited"), "{stderr}");
        // In the middle: what is done by then.
        let (code, stdout, stderr) = interrupt_at("/containers/json", signal);
        assert_eq!(code, Some(130), "{stderr}");
        assert!(stdout.contains("the audit was interrupted"), "{stdout}");
    }
}
