//! Places for reports that take none: read-only, full, closed, or without anybody who reads.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{SLACK, sound};
use crate::cli::keelmark;
use crate::support::programs::{in_mount_namespace, require_root};

/// An audit of a recording, which leaves only the output to fail.
fn replay(folder: &std::path::Path) -> Command {
    let recording = folder.join("host.json");
    std::fs::write(&recording, sound().to_string()).unwrap();
    let mut command = keelmark();
    command.args(["audit", "-b", crate::support::NEWEST, "--check", "privileged-container", "--replay"]);
    command.arg(recording).stderr(Stdio::piped()).stdout(Stdio::piped());
    command
}

/// Exit code 74, with the place and the cause.
fn assert_not_written(mut command: Command, causes: &[&str]) {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(74), "{stderr}");
    for cause in causes {
        assert!(stderr.contains(cause), "{stderr:?} does not say {cause:?}");
    }
}

#[test]
fn a_place_that_takes_no_report_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let to = |place: &str| {
        let mut command = replay(folder.path());
        command.arg(format!("--output=json={place}"));
        command
    };
    assert_not_written(to("/proc/report.json"), &["/proc/report.json"]);
    assert_not_written(to("/dev/full"), &["/dev/full", "No space left on device"]);
    assert_not_written(to(&folder.path().display().to_string()), &["it is a directory"]);
    let mut command = replay(folder.path());
    command.stdout(std::fs::File::options().write(true).open("/dev/full").unwrap());
    assert_not_written(command, &["standard output", "No space left on device"]);
    // What could not be written leaves nothing behind.
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["host.json"]);
}

/// A disk that is full keeps the report that it has.
#[test]
fn a_full_or_read_only_disk_keeps_the_old_report() {
    require_root();
    for (options, cause) in [("size=64k", "No space left on device"), ("size=64k,ro", "Read-only file system")] {
        let folder = tempfile::tempdir().unwrap();
        let disk = folder.path().join("disk");
        std::fs::create_dir(&disk).unwrap();
        let program = replay(folder.path());
        let script = format!(
            "mount -t tmpfs -o size=64k tmpfs {0} && echo old >{0}/report.json && head -c 1M /dev/zero >{0}/filler 2>/dev/null\n\
             mount -o remount,{options} {0}\n\"$@\" --output=json={0}/report.json; code=$?\ncat {0}/report.json; ls {0}; exit $code",
            disk.display()
        );
        let output = in_mount_namespace(&program, &script).output().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(74), "{options}: {stderr}");
        assert!(stderr.contains(cause) && stderr.contains("report.json"), "{options}: {stderr}");
        assert_eq!(stdout, "old\nfiller\nreport.json\n", "{options}");
    }
}

#[test]
fn a_fifo_is_written_when_somebody_reads_and_given_up_when_nobody_does() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let output = format!("--output=json={}", fifo.display());
    let mut command = replay(folder.path());
    command.arg(&output);
    let started = Instant::now();
    assert_not_written(command, &["nobody read from this pipe within 10 s"]);
    assert!(started.elapsed() < Duration::from_secs(10) + SLACK);
    // One who comes late gets all of it.
    let mut child = replay(folder.path()).arg(&output).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(1));
    let text = std::fs::read_to_string(&fifo).unwrap();
    assert!(child.wait().unwrap().code().is_some_and(|code| code <= 2));
    assert!(text.ends_with("}\n") && serde_json::from_str::<serde_json::Value>(&text).is_ok());
}
