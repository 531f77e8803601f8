use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::*;

const STATUS: &str = "Name:\tx\nState:\tS (sleeping)\nUid:\t0\t0\t0\t0\nNSpid:\t1\n";

/// A host with a process 1, "init".
fn host() -> (TempDir, HostFiles) {
    let root = tempfile::tempdir().unwrap();
    process(&root, 1, "init", b"/sbin/init\0", STATUS);
    let files = HostFiles::open(Some(root.path())).unwrap();
    (root, files)
}

fn process(root: &TempDir, pid: u32, comm: &str, command_line: &[u8], status: &str) {
    let dir = root.path().join(format!("proc/{pid}"));
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("comm"), format!("{comm}\n")).unwrap();
    fs::write(dir.join("cmdline"), command_line).unwrap();
    fs::write(dir.join("status"), status).unwrap();
}

/// Whom a question finds, without what a daemon is configured by.
fn found(files: &HostFiles, name: &str) -> Value {
    let mut found = find(files, name).unwrap();
    for process in found.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        process.retain(|key, _| !key.starts_with("config-"));
    }
    found
}

#[test]
fn a_process_is_found_by_either_name_and_only_by_the_whole_of_it() {
    let (root, files) = host();
    process(&root, 10, "dockerd", b"/usr/bin/dockerd\0-H\0fd://\0\0", STATUS);
    process(&root, 9, "main", b"dockerd\0", STATUS);
    process(&root, 8, "dockerd-rootles", b"/bin/sh\0/usr/bin/dockerd\0", STATUS);
    process(&root, 7, "containerd", b"/usr/bin/mydockerd\0dockerd\0", STATUS);
    let expected = json!([
        {"pid": 9, "argv": ["dockerd"], "euid": 0},
        {"pid": 10, "argv": ["/usr/bin/dockerd", "-H", "fd://", ""], "euid": 0},
    ]);
    assert_eq!(found(&files, "dockerd"), expected);
    assert_eq!(found(&files, "docker"), json!([]));
}

#[test]
fn containers_and_zombies_are_left_out() {
    let (root, files) = host();
    process(&root, 2, "dockerd", b"dockerd\0", "Uid:\t0\t0\t0\t0\nNSpid:\t2\t1\n");
    process(&root, 3, "dockerd", b"", "State:\tZ (zombie)\nUid:\t0\t0\t0\t0\nNSpid:\t3\n");
    assert_eq!(find(&files, "dockerd").unwrap(), json!([]));
}

/// `su` under the daemon's name and with the options of a user, while it waits for a password; `sudo` likewise, which has
/// made all its ids root's by then.
#[test]
fn a_setuid_program_that_a_user_started_is_nobody_s_daemon() {
    let (root, files) = host();
    process(&root, 2, "dockerd", b"/usr/bin/dockerd\0", STATUS);
    let line = [&b"/usr/bin/dockerd\0--icc=false\0"[..], &b"x".repeat(70_000)].concat();
    for (pid, uids) in [(3, "65534\t0\t0\t0"), (4, "0\t0\t65534\t0"), (5, "0\t65534\t0\t0")] {
        process(&root, pid, "dockerd", &line, &format!("Uid:\t{uids}\nNSpid:\t{pid}\n"));
    }
    process(&root, 6, "dockerd", &line, STATUS);
    let program = root.path().join("proc/6/exe");
    fs::write(&program, "").unwrap();
    let chmod = |mode: u32| fs::set_permissions(&program, fs::Permissions::from_mode(mode)).unwrap();
    let is_root = rustix::process::geteuid().is_root();
    for mode in [0o4755, 0o2755, 0o6711] {
        chmod(mode);
        assert_eq!(found(&files, "dockerd"), json!([{"pid": 2, "argv": ["/usr/bin/dockerd"], "euid": 0}]));
    }
    // A program that others can change says what they like.
    chmod(0o777);
    assert_eq!(find(&files, "dockerd").unwrap_err().kind, ErrorKind::Failed);
    chmod(0o755);
    // Root's own, whose options cannot be read.
    assert_eq!(
        find(&files, "dockerd").unwrap_err().kind,
        if is_root { ErrorKind::TooLarge } else { ErrorKind::Failed }
    );
}

#[test]
fn users_processes_cost_nothing_and_hide_only_their_own() {
    let (root, files) = host();
    let argv = "x".repeat(MAX_COMMAND_LINE_BYTES as usize - 100);
    for pid in 100..200 {
        let status = format!("Uid:\t1000\t1000\t1000\t1000\nNSpid:\t{pid}\n");
        process(&root, pid, "dockerd", format!("dockerd\0{argv}\0").as_bytes(), &status);
    }
    process(&root, 300, "dockerd", b"dockerd\0", "Uid:\t1001\t1001\t1001\t1001\nNSpid:\t300\n");
    process(&root, 301, "dockerd", b"dockerd\0", STATUS);
    let found = find(&files, "dockerd").unwrap();
    let euids: Vec<u64> = found.as_array().unwrap().iter().map(|found| found["euid"].as_u64().unwrap()).collect();
    assert!(euids.iter().filter(|euid| **euid == 1000).count() <= MAX_PER_USER);
    assert!(euids.contains(&1001) && euids.contains(&0));
    assert!(found.to_string().len() < 2 * MAX_USERS_BYTES);
}

#[test]
fn what_cannot_be_looked_at_is_believed_only_where_nothing_speaks_against_it() {
    let found = |argv: &str, owner: Owner| Found { pid: 1, argv: vec![argv.to_owned()], owner, more: Map::new() };
    assert!(!are_several(&[
        found("a", Owner::PerhapsRoot),
        found("b", Owner::User(7)),
        found("a", Owner::PerhapsRoot)
    ]));
    assert!(are_several(&[found("b", Owner::User(7)), found("a", Owner::Root), found("b", Owner::PerhapsRoot)]));
}

#[test]
fn a_process_that_ends_meanwhile_is_skipped() {
    let (root, files) = host();
    process(&root, 2, "dockerd", b"dockerd\0", STATUS);
    fs::remove_file(root.path().join("proc/2/status")).unwrap();
    fs::create_dir(root.path().join("proc/3")).unwrap();
    assert_eq!(find(&files, "dockerd").unwrap(), json!([]));
}

#[test]
fn secrets_are_masked() {
    let (root, files) = host();
    process(&root, 2, "dockerd", b"dockerd\0--log-opt\0splunk-token=x\0", STATUS);
    assert_eq!(find(&files, "dockerd").unwrap()[0]["argv"], json!(["dockerd", "--log-opt", "splunk-token=<masked>"]));
}

#[test]
fn a_command_line_is_whole_or_an_error() {
    let (root, files) = host();
    process(&root, 2, "long", &b"x".repeat(70_000), STATUS);
    process(&root, 3, "many", &b"x\0".repeat(MAX_ARGS + 1), STATUS);
    process(&root, 4, "full", &b"x\0".repeat(MAX_ARGS), STATUS);
    for name in ["long", "many"] {
        assert_eq!(find(&files, name).unwrap_err().kind, ErrorKind::TooLarge, "{name}");
    }
    assert_eq!(find(&files, "full").unwrap()[0]["argv"].as_array().map(Vec::len), Some(MAX_ARGS));
    assert_eq!(find(&files, "init").unwrap()[0]["pid"], 1, "other processes' long lines do not matter");
}

#[test]
fn what_cannot_be_seen_is_no_absence() {
    let root = tempfile::tempdir().unwrap();
    let files = HostFiles::open(Some(root.path())).unwrap();
    assert_eq!(find(&files, "dockerd").unwrap_err().kind, ErrorKind::Unavailable);
    fs::create_dir(root.path().join("proc")).unwrap();
    assert_eq!(find(&files, "dockerd").unwrap_err().kind, ErrorKind::Unavailable);
    process(&root, 2000, "sh", b"sh\0", STATUS);
    assert_eq!(find(&files, "dockerd").unwrap_err().kind, ErrorKind::Permission);
}

#[test]
fn names_that_no_program_has_are_invalid() {
    let (_root, files) = host();
    for name in ["", "/usr/bin/dockerd", "a\0b"] {
        assert_eq!(find(&files, name).unwrap_err().kind, ErrorKind::Invalid, "{name:?}");
    }
}

/// The first of a process's many numbers that matter is behind a name that can be anything.
#[test]
fn the_start_is_the_22nd_field_whatever_the_process_calls_itself() {
    let numbers: Vec<String> = (3..=52).map(|field| (field * 100).to_string()).collect();
    for name in ["dockerd", "a) S 1 2 (b", "", "x)"] {
        assert_eq!(start_ticks(&format!("7 ({name}) {}\n", numbers.join(" "))), Some(2200), "{name:?}");
    }
    for odd in ["", "7 (x", "7 (x) S 1", "7 (x) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x"] {
        assert_eq!(start_ticks(odd), None, "{odd:?}");
    }
}

#[test]
fn a_start_that_is_unknown_or_in_the_future_is_left_out() {
    let (root, files) = host();
    process(&root, 2, "dockerd", b"dockerd\0", STATUS);
    let started = || find(&files, "dockerd").unwrap()[0].get("started").cloned();
    assert_eq!(started(), None);
    let with_start = |ticks: &str| {
        let stat = format!("2 (dockerd) S {}{ticks} 0\n", "0 ".repeat(18));
        fs::write(root.path().join("proc/2/stat"), stat).unwrap();
    };
    with_start(&u64::MAX.to_string());
    assert_eq!(started(), None);
    with_start("0");
    let booted = clock_gettime(ClockId::Realtime).tv_sec - clock_gettime(ClockId::Boottime).tv_sec;
    assert!(started().and_then(|seconds| seconds.as_i64()).is_some_and(|seconds| (seconds - booted).abs() <= 1));
}

#[test]
fn a_child_of_this_test_is_found() {
    let name = format!("kmtest{}", std::process::id());
    // Waits for its input to end, which it does when the pipe is dropped.
    let mut command = Command::new("/bin/sh");
    command.arg0(format!("/opt/{name}")).args(["-c", "read line", "--password=x"]).stdin(Stdio::piped());
    let before = clock_gettime(ClockId::Realtime).tv_sec;
    let mut child = command.spawn().unwrap();
    let after = clock_gettime(ClockId::Realtime).tv_sec;
    // For a moment after `exec` the kernel has no command line to show.
    let files = HostFiles::open(None).unwrap();
    let mut tries = std::iter::repeat_with(|| find(&files, &name)).take(1000);
    let found = tries.find(|found| *found != Ok(json!([]))).unwrap();
    drop(child.stdin.take());
    child.wait().unwrap();
    let mut found = found.unwrap();
    let exe = found[0].as_object_mut().unwrap().remove("exe").and_then(|exe| exe.as_str().map(str::to_owned));
    assert_eq!(exe.map(std::path::PathBuf::from), fs::canonicalize("/bin/sh").ok());
    // Where the tests run, they may be in a service of their own.
    found[0].as_object_mut().unwrap().remove("unit");
    let started = found[0].as_object_mut().unwrap().remove("started").and_then(|started| started.as_i64()).unwrap();
    // Rounded down to seconds, twice.
    assert!((before - 2..=after + 1).contains(&started), "{before} {started} {after}");
    let expected = json!([{
        "pid": child.id(),
        "argv": [format!("/opt/{name}"), "-c", "read line", "--password=<masked>"],
        "euid": rustix::process::geteuid().as_raw(),
    }]);
    assert_eq!(found, expected);
}

/// The options of a set-user-id program are its caller's: `exec -a dockerd passwd --config-file=/root/secret.json`.
#[test]
fn only_a_process_that_is_one_user_has_a_configuration_file() {
    let (root, files) = host();
    let config = |argv: &[u8], ids: &str| {
        process(&root, 2, "dockerd", argv, &format!("Uid:\t{ids}\nNSpid:\t2\n"));
        find(&files, "dockerd").unwrap()[0]["config-file"].clone()
    };
    assert_eq!(config(b"dockerd\0", "0\t0\t0\t0"), json!("/etc/docker/daemon.json"));
    assert_eq!(config(b"dockerd\0--config-file=/srv/x\0", "0\t0\t0\t0"), json!("/srv/x"));
    assert_eq!(config(b"dockerd\0--config-file\0x\0", "0\t0\t0\t0"), json!(null), "no absolute path");
    for ids in ["1000\t0\t0\t0", "0\t0\t1000\t0", "1000\t0\t0\t1000"] {
        assert_eq!(config(b"dockerd\0--config-file=/root/secret.json\0", ids), json!(null), "{ids}");
    }
    assert_eq!(config(b"dockerd\0", "7\t7\t7\t7"), json!(null), "nobody says where a user's file is");
    fs::write(root.path().join("proc/2/environ"), b"HOME=/home/ann\0XDG_RUNTIME_DIR=/run/x\0").unwrap();
    assert_eq!(config(b"dockerd\0", "7\t7\t7\t7"), json!("/home/ann/.config/docker/daemon.json"));
    fs::write(root.path().join("proc/2/environ"), b"HOME=/home/ann\0XDG_CONFIG_HOME=/srv/c\0").unwrap();
    assert_eq!(config(b"dockerd\0", "7\t7\t7\t7"), json!("/srv/c/docker/daemon.json"));
}
