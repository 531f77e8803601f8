//! Recordings that lie about the time, and recordings that are bombs.

use super::{assert_no_false_verdict, sound};
use crate::cli::keelmark;

/// Audits the recording as if it had been made at this time. Replays take the clock of the recording.
fn audit_at(seconds: i64) -> keelmark_report::Report {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = sound().clone();
    recording["answers"]["now"]["ok"] = seconds.into();
    let path = folder.path().join("host.json");
    std::fs::write(&path, recording.to_string()).unwrap();
    let output =
        keelmark().args(["audit", "-b", crate::support::NEWEST, "-o", "json", "--replay"]).arg(path).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code <= 2), "{stderr}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {stderr}"))
}

#[test]
fn a_clock_at_the_epoch_or_beyond_makes_nothing_right() {
    let sound = audit_at(sound()["answers"]["now"]["ok"].as_i64().unwrap());
    for seconds in [0, 1, -1, -1_000_000_000_000, i64::from(u32::MAX), i64::MAX, i64::MIN] {
        let report = audit_at(seconds);
        assert_no_false_verdict(&report, &sound);
    }
    assert_eq!(audit_at(0).audited_at, "1970-01-01T00:00:00Z");
}

/// Ten megabytes that would become a gibibyte.
#[test]
fn a_recording_that_would_fill_the_memory_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("host.json");
    let answer = format!("{{\"ok\": [{}0]}}", "{\"\":0},".repeat(1_500_000));
    std::fs::write(&path, format!("{{\"keelmark-recording\": 1, \"answers\": {{\"docker info\": {answer}}}}}"))
        .unwrap();
    let output = keelmark().args(["audit", "--replay"]).arg(&path).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(64), "{stderr}");
    assert!(stderr.contains("host.json holds more values than fit into 976 MiB of memory"), "{stderr}");
}
