//! Faults of the host's files: the daemon's configuration, /proc, and whoever may not read them.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use super::{Broken, SLACK, assert_no_false_verdict, audit, baseline, causes, check_all, command, sound};
use crate::support::tree::Tree;
use crate::support::wire::WireEngine;

const DAEMON_JSON: &str = "/etc/docker/daemon.json";

/// Puts something else into the place of the daemon's configuration.
fn replace_config(tree: &Tree) -> std::path::PathBuf {
    tree.remove(DAEMON_JSON);
    tree.path(DAEMON_JSON)
}

#[test]
fn files_that_are_not_what_they_should_be() {
    check_all(vec![
        Broken::files("daemon.json is broken", "daemon.json is not a JSON object", |tree| {
            tree.write(DAEMON_JSON, "{\"icc\": false,}");
        }),
        Broken::files("daemon.json is another type", "daemon.json is not a JSON object", |tree| {
            tree.write(DAEMON_JSON, "[]");
        }),
        Broken::files("daemon.json is binary", "is not a text", |tree| tree.write(DAEMON_JSON, [0xff, 0, 0xfe])),
        Broken::files("daemon.json is a directory", "it is a directory, not a regular file", |tree| {
            std::fs::create_dir(replace_config(tree)).unwrap();
        }),
        Broken::files("daemon.json is huge", "daemon.json is larger than 4194304 bytes", |tree| {
            std::fs::File::create(replace_config(tree)).unwrap().set_len(1 << 40).unwrap();
        }),
        Broken::files("daemon.json nests deeply", "daemon.json is not a JSON object", |tree| {
            tree.write(DAEMON_JSON, format!("{{\"a\":{}", "[".repeat(1_000_000)));
        }),
        Broken::files("daemon.json is a link to itself", "links that lead in a circle", |tree| {
            symlink(DAEMON_JSON, replace_config(tree)).unwrap();
        }),
        Broken::files("daemon.json is a FIFO", "it is a FIFO, not a regular file", |tree| {
            assert!(Command::new("mkfifo").arg(replace_config(tree)).status().unwrap().success());
        }),
        Broken::files("daemon.json leads to what is no configuration", "is not a JSON object", |tree| {
            tree.write("/srv/secret", "root:*:19000:0:99999:7:::");
            symlink("/srv/secret", replace_config(tree)).unwrap();
        }),
        Broken::files("/proc is absent", "/proc of the audited host is empty or absent", |tree| tree.remove("/proc")),
        Broken::files("/proc is empty", "/proc of the audited host is empty or absent", |tree| {
            tree.remove("/proc");
            std::fs::create_dir(tree.path("/proc")).unwrap();
        }),
        Broken::files("/proc hides others' processes", "hidepid", |tree| tree.remove("/proc/1")),
        Broken::files("/proc without the daemon", "its dockerd cannot be seen", |tree| tree.remove("/proc/812")),
        Broken::files("a process without a user", "names no real, effective and saved user id", |tree| {
            tree.write("/proc/812/status", "State:\tS\nUid:\n");
        }),
        Broken::files("a command line without an end", "longer than 65536 bytes or 1024 words", |tree| {
            tree.write("/proc/812/cmdline", "dockerd\0".repeat(100_000));
        }),
        Broken::files("two daemons over one data root", "which one answers cannot be told", |tree| {
            tree.process(900, "dockerd", &["/usr/bin/dockerd"]);
            tree.process(901, "dockerd", &["/usr/bin/dockerd", "--debug"]);
            tree.remove("/proc/812");
        }),
    ]);
}

/// Somebody who is not root, on a host whose engine and directories are root's own.
#[test]
fn a_user_who_may_not_is_told_what_is_missing() {
    crate::support::programs::require_root();
    let (engine, tree) = (WireEngine::start(sound(), Box::new(|_, _| None)), Tree::of(sound()));
    let folder = tempfile::tempdir().unwrap();
    let mode = |path: &std::path::Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    mode(folder.path(), 0o755);
    mode(tree.root(), 0o755);
    mode(&engine.socket(), 0o600);
    mode(engine.socket().parent().unwrap(), 0o755);
    mode(&tree.path("/etc/docker"), 0o700);
    let program = command(&engine.address(), Some(tree.root()));
    // Where nobody can reach it; the build may be below a folder that is root's.
    let copy = folder.path().join("keelmark");
    std::fs::copy(program.get_program(), &copy).unwrap();
    let report = folder.path().join("reports");
    std::fs::create_dir(&report).unwrap();
    let mut nobody = Command::new("setpriv");
    nobody.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(copy).arg("--no-cache");
    nobody.args(program.get_args()).env_clear().envs(program.get_envs().filter_map(|(key, value)| Some((key, value?))));
    nobody.args(["--output", "json"]).stdout(std::process::Stdio::piped());
    let output = nobody.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let report = serde_json::from_slice(&output.stdout).unwrap();
    assert_no_false_verdict(&report, baseline());
    let causes = causes(&report);
    for cause in ["needs root or membership of group docker", "needs root: permission denied reading"] {
        assert!(causes.contains(cause), "it does not say {cause:?}:\n{causes}");
    }
    assert!(!report.host.privileged);
}

/// A user's process that calls itself the daemon, with options of its own: it decides nothing.
#[test]
fn a_process_that_only_calls_itself_dockerd_changes_nothing() {
    let (engine, tree) = (WireEngine::start(sound(), Box::new(|_, _| None)), Tree::of(sound()));
    tree.process(4711, "dockerd", &["dockerd", "--config-file=/nonexistent/daemon.json", "--icc=true"]);
    let status = "Name:\tdockerd\nState:\tS\nUid:\t1000\t1000\t1000\t1000\nNSpid:\t4711\n";
    tree.write("/proc/4711/status", status);
    let audited = audit(command(&engine.address(), Some(tree.root())), SLACK);
    assert_eq!(super::verdicts(&audited.report), super::verdicts(baseline()));
}
