//! SIGINT in the middle: what is done by then is reported.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use keelmark_report::{Report, Status};
use rustix::process::{Pid, Signal, kill_process};

use super::keelmark;

/// An engine that says who it is and then nothing. Sends each path that is asked for.
fn hanging_engine(listener: UnixListener) -> mpsc::Receiver<String> {
    let (asked, asks) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let asked = asked.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream);
                loop {
                    let mut request = String::new();
                    while !request.ends_with("\r\n\r\n") {
                        if reader.read_line(&mut request).unwrap_or(0) == 0 {
                            return;
                        }
                    }
                    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                    let body = r#"{"Version":"28.5.2","ApiVersion":"1.51","MinAPIVersion":"1.24"}"#;
                    if path.ends_with("/version") || path.ends_with("/_ping") {
                        let head = "HTTP/1.1 200 OK\r\nServer: Docker/28.5.2 (linux)\r\nContent-Type: application/json";
                        let _ = write!(reader.get_mut(), "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                    }
                    let _ = asked.send(path);
                }
            });
        }
    });
    asks
}

/// Starts an audit of one check that hangs and one that does not, and signals it when it hangs.
fn signal_while_hanging(command: &mut Command, signal: Signal, folder: &Path) -> (Option<i32>, Report, Duration) {
    let socket = folder.join("docker.sock");
    let asks = hanging_engine(UnixListener::bind(&socket).unwrap());
    command.env("DOCKER_HOST", format!("unix://{}", socket.display()));
    command.args(["audit", "--local", "-b", crate::support::NEWEST, "-o", "json"]);
    command.args(["--check", "privileged-container", "--check", "unhardened-host"]);
    command.arg("--audit-log").arg(folder.join("audit.jsonl"));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let patience = Duration::from_secs(60);
    while !asks.recv_timeout(patience).expect("the audit lists containers").contains("/containers/json") {}
    // The other check asks no engine and is done at once; a busy machine gets time for it.
    std::thread::sleep(Duration::from_secs(2));
    let signalled = Instant::now();
    kill_process(Pid::from_child(&child), signal).unwrap();
    let output = child.wait_with_output().unwrap();
    let report = serde_json::from_slice(&output.stdout);
    let report = report.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), report, signalled.elapsed())
}

#[test]
fn an_interrupted_audit_reports_what_is_done() {
    for signal in [Signal::INT, Signal::TERM] {
        let folder = tempfile::tempdir().unwrap();
        let (code, report, took) = signal_while_hanging(&mut keelmark(), signal, folder.path());
        assert_eq!(code, Some(130));
        assert!(took < Duration::from_secs(3), "it took {took:?} to stop");
        assert!(!report.is_complete());
        let find = |check: &str| report.findings().find(|finding| finding.check == check).unwrap();
        let hanging = find("privileged-container");
        assert_eq!((hanging.status, hanging.message.as_str()), (Status::Error, "the audit was interrupted"));
        // What does not ask the engine is judged.
        assert_ne!(find("unhardened-host").status, Status::Error);
        // The call that was never answered is on record like the others.
        let log = std::fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
        let abandoned = log.lines().find(|line| line.contains("\"result\":\"abandoned\"")).expect("an abandoned call");
        assert!(abandoned.contains("\"operation\":\"docker.list-containers\""), "{abandoned}");
    }
}
