//! Each test is a way out of the root, a way to make a read wait, or a promise of the contract.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::fs::{CWD, Mode, mkfifoat};
use serde_json::json;
use tempfile::TempDir;

use super::super::super::answers::{names_of, resolved_of, text_of};
use super::*;

/// What a file holds, which only a test may look at.
trait PlainText {
    fn plain_text(&self, path: &str) -> Result<Value, FactError>;
}

impl PlainText for HostFiles {
    fn plain_text(&self, path: &str) -> Result<Value, FactError> {
        self.read_text(path).map(Raw::unmasked)
    }
}

/// A host whose /etc/inside is readable, beside a secret that is not below its root.
fn host() -> (TempDir, HostFiles) {
    let outer = tempfile::tempdir().unwrap();
    fs::write(outer.path().join("secret"), "outside").unwrap();
    let root = outer.path().join("root");
    fs::create_dir_all(root.join("etc")).unwrap();
    fs::write(root.join("etc/inside"), "inside").unwrap();
    let files = HostFiles::open(Some(&root)).unwrap();
    (outer, files)
}

fn in_root(outer: &TempDir, path: &str) -> std::path::PathBuf {
    outer.path().join("root").join(path)
}

fn kind<T: std::fmt::Debug>(result: Result<T, FactError>) -> ErrorKind {
    result.unwrap_err().kind
}

#[test]
fn no_path_leads_out_of_the_root() {
    let (outer, files) = host();
    let secret = outer.path().join("secret");
    symlink(&secret, in_root(&outer, "absolute")).unwrap();
    symlink("../secret", in_root(&outer, "parent")).unwrap();
    symlink("../../../../../../../../../../etc/shadow", in_root(&outer, "etc/parents")).unwrap();
    symlink("/absolute", in_root(&outer, "chain")).unwrap();
    symlink("..", in_root(&outer, "up")).unwrap();
    symlink("/", in_root(&outer, "top")).unwrap();
    let asked = [
        "/absolute",
        "/parent",
        "/etc/parents",
        "/chain",
        "/../secret",
        "/etc/../../secret",
        "/up/secret",
        "/up/up/up/secret",
        "/top/../secret",
        secret.to_str().unwrap(),
    ];
    for path in asked {
        assert_eq!(kind(files.plain_text(path)), ErrorKind::NotFound, "{path}");
        assert_eq!(kind(files.stat(path, true)), ErrorKind::NotFound, "{path}");
    }
    assert_eq!(files.list_dir("/up").unwrap()["resolved"], "/");
}

#[test]
fn links_inside_the_root_are_followed_and_named() {
    let (outer, files) = host();
    symlink("/etc/inside", in_root(&outer, "link")).unwrap();
    symlink("etc", in_root(&outer, "dir")).unwrap();
    assert_eq!(files.plain_text("/etc/inside").unwrap(), json!("inside"));
    for path in ["/link", "/dir/inside", "/dir/../link"] {
        let answer = files.plain_text(path).unwrap();
        // Where it leads, and nothing of what is there: that is for the gate to decide first.
        assert_eq!((text_of(&answer), resolved_of(&answer)), (None, Some("/etc/inside")), "{path}");
    }
    assert_eq!(files.list_dir("/etc").unwrap(), json!(["inside"]));
    let listed = files.list_dir("/dir").unwrap();
    assert_eq!((names_of(&listed), resolved_of(&listed)), (None, Some("/etc")));

    let link = files.stat("/link", false).unwrap();
    assert_eq!(
        (&link["kind"], &link["target"], link.get("resolved")),
        (&json!("symlink"), &json!("/etc/inside"), None)
    );
    let file = files.stat("/link", true).unwrap();
    assert_eq!((&file["kind"], &file["resolved"], file.get("target")), (&json!("file"), &json!("/etc/inside"), None));
    // A link before the last component is followed in any case, and so named in any case.
    assert_eq!(files.stat("/dir/inside", false).unwrap()["resolved"], "/etc/inside");
    assert_eq!(files.stat("/dir/", false).unwrap()["kind"], "directory");
}

#[test]
fn links_in_a_circle_and_endless_nesting_end() {
    let (outer, files) = host();
    symlink("b", in_root(&outer, "a")).unwrap();
    symlink("a", in_root(&outer, "b")).unwrap();
    symlink("self/x", in_root(&outer, "self")).unwrap();
    for path in ["/a", "/self", "/self/deeper"] {
        let error = files.plain_text(path).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Failed, "{path}");
        assert!(error.message.contains("too many links"), "{}", error.message);
    }
    let deep = "d/".repeat(250);
    fs::create_dir_all(in_root(&outer, &deep)).unwrap();
    assert!(files.stat(&format!("/{deep}"), false).unwrap_err().message.contains("directories deep"));
    assert!(files.stat(&format!("/{}", "d/".repeat(150)), false).is_ok());
}

#[test]
fn magic_links_of_proc_are_seen_but_not_followed() {
    let files = HostFiles::open(None).unwrap();
    assert_eq!(files.stat("/proc/self/exe", false).unwrap()["kind"], "symlink");
    let own = File::open("/etc/passwd").unwrap();
    let descriptor = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&own));
    for path in ["/proc/self/exe", "/proc/self/root/etc/passwd", "/proc/self/cwd", "/proc/self/ns/pid", &descriptor] {
        assert_eq!(kind(files.stat(path, true)), ErrorKind::Denied, "{path}");
        assert_eq!(kind(files.plain_text(path)), ErrorKind::Denied, "{path}");
        assert_eq!(kind(files.list_dir(path)), ErrorKind::Denied, "{path}");
    }
    let mounts = files.plain_text("/proc/mounts").unwrap();
    assert_eq!(resolved_of(&mounts), Some(format!("/proc/{}/mounts", std::process::id()).as_str()));
    let direct = files.plain_text(&format!("/proc/{}/mounts", std::process::id())).unwrap();
    assert!(text_of(&direct).is_some_and(|text| text.contains("proc")));
}

#[test]
fn secrets_and_devices_are_refused_whatever_name_leads_there() {
    let files = HostFiles::open(None).unwrap();
    for path in
        ["/proc/self/environ", "/proc/self/cmdline", "/proc/kcore", "/dev/zero", "/dev/null", "/dev/../dev/zero"]
    {
        assert!(matches!(kind(files.plain_text(path)), ErrorKind::Denied | ErrorKind::NotFound), "{path}");
    }
    let (outer, files) = host();
    fs::create_dir_all(in_root(&outer, "proc/1")).unwrap();
    fs::write(in_root(&outer, "proc/1/environ"), "TOKEN=x").unwrap();
    symlink("/proc/1/environ", in_root(&outer, "etc/harmless")).unwrap();
    assert_eq!(kind(files.plain_text("/etc/harmless")), ErrorKind::Denied);
}

#[test]
fn what_is_no_regular_file_is_not_read_and_does_not_block() {
    let (outer, files) = host();
    mkfifoat(CWD, in_root(&outer, "fifo"), Mode::from_raw_mode(0o644)).unwrap();
    let _listener = UnixListener::bind(in_root(&outer, "socket")).unwrap();
    let begin = Instant::now();
    for path in ["/fifo", "/socket", "/etc"] {
        let error = files.plain_text(path).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Failed, "{path}");
        assert!(error.message.contains("not a regular file"), "{}", error.message);
    }
    assert!(begin.elapsed() < Duration::from_secs(2));
    assert_eq!(files.stat("/socket", true).unwrap()["kind"], "socket");
    assert_eq!(files.stat("/fifo", true).unwrap()["kind"], "other");
    assert!(files.list_dir("/etc/inside").unwrap_err().message.contains("not a directory"));
    assert_eq!(kind(files.plain_text("/etc/inside/x")), ErrorKind::NotFound);
    assert_eq!(kind(files.stat("/etc/inside/", false)), ErrorKind::NotFound);
}

/// One thread swaps a file for a link to the secret, and a directory for a link out of the root, while another reads.
#[test]
fn a_link_swapped_in_between_is_never_followed_out() {
    let (outer, files) = host();
    let spare = in_root(&outer, "spare");
    let victim = in_root(&outer, "etc/victim");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                fs::write(&spare, "inside").unwrap();
                fs::rename(&spare, &victim).unwrap();
                symlink(outer.path().join("secret"), &spare).unwrap();
                fs::rename(&spare, &victim).unwrap();
                mkfifoat(CWD, &spare, Mode::from_raw_mode(0o644)).unwrap();
                fs::rename(&spare, &victim).unwrap();
            }
        });
        let mut texts = Vec::new();
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_millis(500) {
            texts.extend(files.plain_text("/etc/victim"));
        }
        // Before any assertion: the scope waits for the swapping thread, also when a test fails.
        stop.store(true, Ordering::Relaxed);
        for answer in texts {
            // An empty file is one that is just being written.
            assert!(matches!(text_of(&answer), Some("inside" | "")), "{answer}");
        }
    });
}

#[test]
fn sizes_are_bounded() {
    let (outer, files) = host();
    let huge = File::create(in_root(&outer, "huge")).unwrap();
    huge.set_len(1 << 40).unwrap();
    assert_eq!(kind(files.plain_text("/huge")), ErrorKind::TooLarge);
    huge.set_len(MAX_TEXT_BYTES).unwrap();
    assert_eq!(text_of(&files.plain_text("/huge").unwrap()).map(str::len), Some(MAX_TEXT_BYTES as usize));

    let many = in_root(&outer, "many");
    fs::create_dir(&many).unwrap();
    for number in 0..=MAX_NAMES {
        File::create(many.join(number.to_string())).unwrap();
    }
    assert_eq!(kind(files.list_dir("/many")), ErrorKind::TooLarge);
    fs::remove_file(many.join("0")).unwrap();
    assert_eq!(names_of(&files.list_dir("/many").unwrap()).map(|names| names.len()), Some(MAX_NAMES));
}

#[test]
fn bytes_that_are_not_text_fail() {
    let (outer, files) = host();
    fs::write(in_root(&outer, "binary"), b"\xff\xfe").unwrap();
    let error = files.plain_text("/binary").unwrap_err();
    assert_eq!(error.kind, ErrorKind::Failed);
    assert!(error.message.contains("UTF-8"), "{}", error.message);
}

#[test]
fn paths_of_no_valid_form_are_invalid() {
    let (_outer, files) = host();
    let long = format!("/{}", "x".repeat(MAX_PATH_BYTES));
    for path in ["", "etc/inside", "../secret", "/etc\0/inside", &long] {
        assert_eq!(kind(files.stat(path, false)), ErrorKind::Invalid, "{path:?}");
    }
}

#[test]
fn stat_tells_mode_owner_and_device() {
    let (outer, files) = host();
    let me = rustix::process::geteuid().as_raw();
    fs::write(in_root(&outer, "etc/passwd"), format!("alice:x:{me}:0::/:/bin/sh\n")).unwrap();
    fs::set_permissions(in_root(&outer, "etc/inside"), fs::Permissions::from_mode(0o4640)).unwrap();
    let stat = files.stat("/etc/inside", false).unwrap();
    assert_eq!(stat["mode"], "4640");
    assert_eq!((&stat["uid"], &stat["owner"]), (&json!(me), &json!("alice")));
    assert_eq!(stat.get("group"), None, "there is no /etc/group");
    assert_eq!(stat["size"], 6);
    assert!(stat["modified"].as_i64().is_some_and(|seconds| seconds > 1_600_000_000));
    assert_eq!(stat["device"], files.stat("/", false).unwrap()["device"]);
    let proc = HostFiles::open(None).unwrap().stat("/proc", false).unwrap();
    assert_ne!(stat["device"], proc["device"]);
}

/// Root reads every file, so who runs the tests decides what can be seen; the words are tested below either way.
#[test]
fn a_refusal_names_what_would_help() {
    let (outer, files) = host();
    fs::set_permissions(in_root(&outer, "etc/inside"), fs::Permissions::from_mode(0o000)).unwrap();
    match (rustix::process::geteuid().is_root(), files.plain_text("/etc/inside")) {
        (true, result) => assert_eq!(result.unwrap(), json!("inside")),
        (false, result) => assert_eq!(kind(result), ErrorKind::Permission),
    }
    let refused = error::os(rustix::io::Errno::ACCESS, "/x");
    assert_eq!(refused.kind, ErrorKind::Permission);
    assert!(refused.message.contains("permission denied reading /x"), "{}", refused.message);
    assert_eq!(refused.message.starts_with("needs root: "), !rustix::process::geteuid().is_root());
}

/// What /proc has none of, but a tree that is mounted as one may.
#[test]
fn a_directory_that_is_held_open_gives_nothing_but_its_own_regular_files() {
    let (outer, files) = host();
    symlink("inside", in_root(&outer, "etc/link")).unwrap();
    symlink("../etc", in_root(&outer, "etc/up")).unwrap();
    mkfifoat(CWD, in_root(&outer, "etc/pipe"), Mode::RUSR).unwrap();
    fs::create_dir(in_root(&outer, "etc/below")).unwrap();
    let directory = files.directory("/etc").unwrap();
    assert_eq!(directory.read("inside", 6).unwrap(), b"inside");
    assert_eq!(kind(directory.read("inside", 5)), ErrorKind::TooLarge);
    for no_file in ["link", "pipe", "below"] {
        assert_eq!(kind(directory.read(no_file, 100)), ErrorKind::Failed, "{no_file}");
    }
    for absent in ["absent", "inside", "up", "pipe"] {
        assert_eq!(directory.directory(absent).map(drop).unwrap_err().kind, ErrorKind::NotFound, "{absent}");
    }
    let mut names = directory.directory("below").unwrap().names(10).unwrap();
    assert!(names.is_empty());
    names = directory.names(10).unwrap();
    names.sort_unstable();
    assert_eq!(names, ["below", "inside", "link", "pipe", "up"]);
    assert_eq!(kind(directory.names(4)), ErrorKind::TooLarge);
    // The same directory, whatever its name stands for by now.
    fs::rename(in_root(&outer, "etc"), in_root(&outer, "old")).unwrap();
    assert_eq!(directory.read("inside", 6).unwrap(), b"inside");
}
