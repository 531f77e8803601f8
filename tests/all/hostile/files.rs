//! Files that are not what a grant takes them for, on a real file system: links, FIFOs, devices, /proc, and a link that
//! is swapped in while it is read.

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use keelmark_bad_plugins::{BAD_ID, Behaviour, IDS};
use keelmark_report::{Finding, Report, Status, Style};
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{BYSTANDER, find};
use crate::support::bad_plugin::{self, PluginFile};
use crate::support::tree::Tree;
use crate::support::wire::{WireEngine, recording};
use crate::support::{audit, live, print};

/// What stands in the files that no plugin may see.
const SECRET: &str = "hunter2";

/// Audits a plugin over `tree`, beside a built-in recommendation that asks the engine and is found whatever happens.
fn audit_files(behaviour: Behaviour, grants: &str, tree: Option<&Tree>) -> Finding {
    let grants: Vec<(&str, &str)> = ["fs.stat", "fs.read-text", "fs.list-dir"].map(|op| (op, grants)).into();
    let file = PluginFile::new(bad_plugin::plugin(behaviour, &bad_plugin::manifest_with(&grants)));
    let engine = WireEngine::start(&recording("worst-case"), Box::new(|_, _| None));
    let checks: Vec<&str> = IDS.into_iter().chain([BYSTANDER]).collect();
    let backend = live(tree.map(Tree::root), &engine.socket());
    let report = audit(backend, vec![file.path()], &checks, &Arc::default()).unwrap();
    let bystander = report.findings().find(|finding| finding.check == BYSTANDER).unwrap();
    assert_eq!((bystander.status, bystander.is_incomplete()), (Status::Fail, false));
    assert!(!print(&report, "json", Style::default()).contains(SECRET), "a secret was read");
    finding_of(&report)
}

fn finding_of(report: &Report) -> Finding {
    let finding = find(report, 0, BAD_ID);
    assert_eq!(finding.status, Status::Fail, "{}", finding.message);
    finding.clone()
}

fn outcomes(finding: &Finding) -> Vec<&str> {
    finding.evidence.iter().map(|evidence| evidence.found.as_str()).collect()
}

/// A host with files that no plugin was granted.
fn tree() -> Tree {
    let tree = Tree::of(&recording("no-containers"));
    tree.write("/etc/shadow", SECRET);
    tree.write("/srv/private/secret", SECRET);
    tree
}

/// `/etc/docker/NAME` becomes a link.
fn link(tree: &Tree, name: &str, target: impl AsRef<Path>) {
    symlink(target, tree.path("/etc/docker").join(name)).unwrap();
}

#[test]
fn a_link_is_what_it_leads_to() {
    let tree = tree();
    let outside = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(outside.path(), SECRET).unwrap();
    link(&tree, "to-shadow", "/etc/shadow");
    // As many steps up as you like: above the host's root there is nothing.
    link(&tree, "up", "../../../../../../../../../../../../etc/shadow");
    link(&tree, "absolute", outside.path());
    link(&tree, "directory", "/srv/private");
    link(&tree, "loop", "loop");
    link(&tree, "loop-directory", "../docker/loop-directory");
    link(&tree, "process", "/proc/self/environ");
    link(&tree, "dead", "nowhere");
    link(&tree, "chain", "to-shadow");
    let finding = audit_files(Behaviour::ReadsThroughLinks, "paths = [\"/etc/docker/**\"]", Some(&tree));
    let expected = [
        ["Denied"; 3],   // to-shadow
        ["Denied"; 3],   // up
        ["NotFound"; 3], // absolute: there is no such file on that host
        ["Denied"; 3],   // directory/secret
        ["Failed"; 3],   // loop
        ["Failed"; 3],   // loop-directory/x
        ["NotFound"; 3], // process
        ["NotFound"; 3], // dead
        ["Denied"; 3],   // chain
    ];
    let expected: Vec<String> = expected.concat().into_iter().map(|kind| format!("ErrorKind::{kind}")).collect();
    // Listing says first what the file is.
    let found: Vec<&str> = outcomes(&finding);
    let differing: Vec<String> = found
        .iter()
        .zip(&expected)
        .enumerate()
        .filter(|(_, (found, expected))| found != expected)
        .map(|found| format!("{found:?}"))
        .collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn what_is_no_regular_file_is_not_read_and_nothing_waits_for_it() {
    let tree = tree();
    let at = |name: &str| tree.path("/etc/docker").join(name);
    assert!(Command::new("mkfifo").arg(at("fifo")).status().unwrap().success());
    let _socket = UnixListener::bind(at("socket")).unwrap();
    // Only root can make one; for others the name is absent, which is no text either.
    let _ = Command::new("mknod").arg(at("device")).args(["c", "1", "5"]).stderr(std::process::Stdio::null()).status();
    std::fs::create_dir(at("directory")).unwrap();
    std::fs::File::create(at("huge")).unwrap().set_len(1 << 40).unwrap();
    std::fs::write(at("binary"), [0xff, 0xfe, 0]).unwrap();
    link(&tree, "to-device", "/dev/zero");
    tree.write("/dev/zero", SECRET);
    tree.write("/etc/docker/file", "text");
    let started = Instant::now();
    let finding = audit_files(Behaviour::ReadsOddFiles, "paths = [\"/etc/docker/**\", \"/dev/**\"]", Some(&tree));
    assert!(started.elapsed() < Duration::from_secs(20), "something was waited for: {:?}", started.elapsed());
    let read: Vec<&str> = outcomes(&finding).into_iter().step_by(3).collect();
    for (found, kinds) in read.iter().zip([
        &["Failed"][..],         // fifo
        &["Failed"],             // socket
        &["Failed", "NotFound"], // device
        &["Failed"],             // directory
        &["TooLarge"],           // huge
        &["Failed"],             // binary
        &["Denied"],             // to-device
        &["NotFound"],           // file/below
    ]) {
        assert!(kinds.iter().any(|kind| *found == format!("ErrorKind::{kind}")), "{found}: not {kinds:?}");
    }
}

/// The hole for a daemon's configuration stands for what root's daemon was given, or a user's daemon owns, and for
/// nothing that somebody else has a process of that name say.
#[test]
fn a_configuration_is_what_a_daemon_may_name() {
    let tree = tree();
    for path in ["/srv/settings", "/home/eve/own.json"] {
        tree.write(path, "{\"icc\": false}");
    }
    tree.write("/srv/not-json", SECRET);
    tree.write("/srv/private/secret", "{\"auths\": {}}");
    symlink("/etc/shadow", tree.path("/home/eve/link.json")).unwrap();
    std::os::unix::fs::chown(tree.path("/home/eve/own.json"), Some(1000), None).unwrap();
    let processes = [
        ("0\t0\t0\t0", "/srv/settings"),
        ("0\t0\t0\t0", "/srv/not-json"),
        // A set-user-id program that eve started under that name.
        ("1000\t0\t0\t0", "/srv/private/secret"),
        ("1000\t1000\t1000\t1000", "/etc/shadow"),
        ("1000\t1000\t1000\t1000", "/home/eve/link.json"),
        ("1000\t1000\t1000\t1000", "/home/eve/own.json"),
    ];
    for (pid, (ids, path)) in (900..).zip(processes) {
        tree.process(pid, "dockerd", &["dockerd", "--config-file", path]);
        tree.write(&format!("/proc/{pid}/status"), format!("State:\tS (sleeping)\nUid:\t{ids}\nNSpid:\t{pid}\n"));
    }
    // Where a plain path allows the link, the hole does not allow what it leads to.
    for grants in ["paths = [\"{dockerd-config}\"]", "paths = [\"/home/**\", \"{dockerd-config}\"]"] {
        let finding = audit_files(Behaviour::ReadsDaemonConfigs, grants, Some(&tree));
        let found = outcomes(&finding);
        assert_eq!(found.get(10), Some(&"ErrorKind::Denied"), "{grants}: /home/eve/link.json");
    }
    let finding = audit_files(Behaviour::ReadsDaemonConfigs, "paths = [\"{dockerd-config}\"]", Some(&tree));
    let (read, denied) = ("read: {\"icc\": false}", "ErrorKind::Denied");
    let before = [denied; 6];
    let after = [read, "ErrorKind::Failed", denied, denied, denied, read];
    assert_eq!(outcomes(&finding), [before, after].concat());
}

/// All of /proc granted, on this very machine: nothing of it that holds secrets is read, and no way through it leads
/// into another root.
#[test]
fn no_grant_reaches_the_secrets_of_processes() {
    let finding = audit_files(Behaviour::ReadsProcesses, "paths = [\"/proc/**\"]", None);
    assert_eq!(finding.evidence.len(), 19);
    for found in outcomes(&finding) {
        assert!(!found.starts_with("read"), "{found}");
    }
}

/// Swaps a directory for a link and back until it is dropped.
struct Swapping {
    is_over: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<usize>>,
}

impl Swapping {
    fn start(one: PathBuf, other: PathBuf) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            let mut swaps = 0;
            while !over.load(Ordering::Relaxed) {
                renameat_with(CWD, &one, CWD, &other, RenameFlags::EXCHANGE).unwrap();
                swaps += 1;
            }
            swaps
        });
        Self { is_over, thread: Some(thread) }
    }

    /// How often it swapped.
    fn end(mut self) -> usize {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap()
    }
}

#[test]
fn a_link_that_is_swapped_in_between_check_and_use_gains_nothing() {
    let tree = tree();
    let (race, other) = (tree.path("/etc/docker/race"), tree.path("/etc/docker/other"));
    std::fs::create_dir(&race).unwrap();
    for n in 0..2_000 {
        std::fs::write(race.join(n.to_string()), "public").unwrap();
        std::fs::write(tree.path("/srv/private").join(n.to_string()), SECRET).unwrap();
    }
    symlink("/srv/private", &other).unwrap();
    let swapping = Swapping::start(race, other);
    let finding = audit_files(Behaviour::RacesLinks, "paths = [\"/etc/docker/**\"]", Some(&tree));
    let swaps = swapping.end();
    let found = outcomes(&finding);
    let count = |outcome: &str| found.iter().filter(|found| **found == outcome).count();
    let (public, denied) = (count("read: public"), count("ErrorKind::Denied"));
    // Both sides were met, so there was a race to win.
    assert!(swaps > 100 && public > 0 && denied > 0, "{swaps} swaps, {public} read, {denied} denied");
}
