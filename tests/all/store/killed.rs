//! Killed in the middle, two at once, and no room on the disk: the store is what it was, or what it was going to be.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{ASKED, Done, Place, plugin};

/// One change, the store before it, and what can be seen of the store after it.
struct Change {
    name: &'static str,
    args: Vec<String>,
    /// What the plugin may look like: version and granted capabilities; none where it is not installed.
    before: Option<(&'static str, usize)>,
    after: Option<(&'static str, usize)>,
}

fn changes(place: &Place) -> [Change; 5] {
    let old = place.file("old.wasm", plugin("acme", "1.0.0"));
    let new = place.file("new.wasm", plugin("acme", "1.1.0"));
    let args = |args: &[&str]| args.iter().map(|arg| (*arg).to_owned()).collect();
    let all = ASKED.len();
    [
        Change {
            name: "install",
            args: args(&["install", &old, "--grant-all"]),
            before: None,
            after: Some(("1.0.0", all)),
        },
        Change {
            name: "update",
            args: args(&["update", "acme", "--from", &new]),
            before: Some(("1.0.0", all)),
            after: Some(("1.1.0", all)),
        },
        Change {
            name: "revoke",
            args: args(&["revoke", "acme", "--all"]),
            before: Some(("1.0.0", all)),
            after: Some(("1.0.0", 0)),
        },
        Change {
            name: "grant",
            args: args(&["grant", "acme", "--all"]),
            before: Some(("1.0.0", 0)),
            after: Some(("1.0.0", all)),
        },
        Change { name: "remove", args: args(&["remove", "acme"]), before: Some(("1.0.0", all)), after: None },
    ]
}

impl Change {
    /// Brings the store to where the change begins.
    fn prepare(&self, place: &Place) {
        let _ = std::fs::remove_dir_all(place.store());
        let Some((_, granted)) = self.before else { return };
        place.ok(&["install", &place.path("old.wasm").display().to_string(), "--grant-all"]);
        if granted == 0 {
            place.ok(&["revoke", "acme", "--all"]);
        }
    }

    /// The store is whole, and shows one side of the change. Whoever comes next finds nothing in the way.
    fn assert_whole(&self, place: &Place, how: &str) {
        let rows = place.ok(&["list", "--output", "json"]).json();
        place.ok(&["verify"]);
        let seen = rows.as_array().unwrap().first().map(seen);
        let sides = [self.before, self.after].map(|side| side.map(|(version, granted)| (version.to_owned(), granted)));
        assert!(sides.contains(&seen), "{} killed {how}: {seen:?}", self.name);
        place.ok(&["install", &place.path("new.wasm").display().to_string(), "--grant-all"]);
        assert_eq!(seen_of(place), Some(("1.1.0".to_owned(), ASKED.len())));
        let left: Vec<_> = place.tree().into_keys().filter(|path| is_left_over(path)).collect();
        assert!(left.is_empty(), "{} killed {how}: {left:?} is never cleared away", self.name);
        let files = std::fs::read_dir(place.store().join("plugins")).unwrap().count();
        assert_eq!(files, 1, "{} killed {how}: components are left over", self.name);
    }
}

fn seen(row: &Value) -> (String, usize) {
    assert_ne!(row["state"], "unusable", "{row}");
    (row["version"].as_str().unwrap().to_owned(), super::capabilities(&row["granted"]).len())
}

fn seen_of(place: &Place) -> Option<(String, usize)> {
    place.ok(&["list", "--output", "json"]).json().as_array().unwrap().first().map(seen)
}

fn is_left_over(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    name.ends_with(".tmp") || name.contains(".next.")
}

/// At every single write, rename, flush and removal that a change makes, one after the other.
#[test]
fn killed_at_each_step_it_leaves_a_whole_store() {
    let place = Place::new();
    let mut kills = 0;
    let mut unfinished = 0;
    for change in changes(&place) {
        for call in ["write", "fsync", "renameat", "unlinkat", "flock"] {
            for step in 1.. {
                change.prepare(&place);
                let killed = kill_at(&place, &change.args, call, step);
                if !killed {
                    break;
                }
                kills += 1;
                unfinished += usize::from(place.tree().keys().any(|path| is_left_over(path)));
                change.assert_whole(&place, &format!("at {call} {step}"));
                assert!(step < 200, "{} never ends", change.name);
            }
        }
    }
    assert!(kills >= 60 && unfinished >= 10, "{kills} kills, of which {unfinished} left something unfinished");
}

/// Runs a change and kills it as it makes a system call for the `step`th time. False where it never got there.
fn kill_at(place: &Place, args: &[String], call: &str, step: u32) -> bool {
    let mut strace = Command::new("strace");
    strace.env_clear().envs(place.environment()).args(["-qqq", "-o", "/dev/null"]);
    strace.arg(format!("--trace={call}")).arg(format!("--inject={call}:signal=SIGKILL:when={step}"));
    strace.arg(env!("CARGO_BIN_EXE_keelmark-under-test")).arg("plugin").args(args);
    let output = strace.stdin(Stdio::null()).output().expect("strace, which tests/setup.sh installs");
    match std::os::unix::process::ExitStatusExt::signal(&output.status) {
        Some(9) => true,
        _ => {
            Done::from(output).assert(0, &[]);
            false
        }
    }
}

/// And at any moment, between the steps too.
#[test]
fn killed_at_any_moment_it_leaves_a_whole_store() {
    let place = Place::new();
    for change in changes(&place) {
        change.prepare(&place);
        let started = Instant::now();
        place.ok(&change.args.iter().map(String::as_str).collect::<Vec<_>>());
        let usual = started.elapsed();
        for part in 0..12_u32 {
            change.prepare(&place);
            let mut child = place.keelmark();
            child.arg("plugin").args(&change.args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = child.spawn().unwrap();
            std::thread::sleep(usual * part / 12 + Duration::from_micros(137));
            child.kill().unwrap();
            child.wait().unwrap();
            change.assert_whole(&place, &format!("after {part} twelfths"));
        }
    }
}

#[test]
fn several_at_once_all_succeed() {
    let place = Place::new();
    let ids = ["one", "two", "three", "four", "five", "six"];
    let spawn = |args: &[&str]| {
        let mut command = place.keelmark();
        command.arg("plugin").args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let installing: Vec<_> = ids
        .iter()
        .map(|id| spawn(&["install", &place.file(&format!("{id}.wasm"), plugin(id, "1.0.0")), "--grant-all"]))
        .collect();
    for child in installing {
        Done::from(child.wait_with_output().unwrap()).assert(0, &["installed"]);
    }
    assert_eq!(place.ok(&["list", "--output", "json"]).json().as_array().unwrap().len(), ids.len());
    // Grants of all of them change, some go, and somebody looks all the while.
    let mut changing: Vec<_> = ids[..3].iter().map(|id| spawn(&["revoke", id, "exec"])).collect();
    changing.extend(ids[..3].iter().map(|id| spawn(&["revoke", id, "fs.stat"])));
    changing.extend(ids[3..].iter().map(|id| spawn(&["remove", id])));
    changing.extend((0..4).map(|_| spawn(&["verify"])));
    for child in changing {
        Done::from(child.wait_with_output().unwrap()).assert(0, &[]);
    }
    for id in &ids[..3] {
        assert_eq!(place.granted(id), [ASKED[0], ASKED[3], ASKED[4]]);
    }
    assert_eq!(place.ok(&["list", "--output", "json"]).json().as_array().unwrap().len(), 3);
}

/// On disks of every size from too small for anything to just large enough, so that each write is once the one that
/// finds no room.
#[test]
fn a_full_disk_changes_nothing() {
    let place = Place::new();
    let mut refused = 0;
    for change in changes(&place) {
        for pages in 1..200_u32 {
            change.prepare(&place);
            let before = place.tree();
            let done = on_a_disk_of(&place, 4 * pages, &change.args);
            match done.code {
                Some(TOO_SMALL) => continue,
                Some(0) => break,
                _ => done.assert(74, &["failed to write", &place.store().display().to_string(), "No space left"]),
            };
            refused += 1;
            let after = place.tree();
            let same = |name: &str| before.get(&place.store().join(name)) == after.get(&place.store().join(name));
            assert!(same("keelmark.lock") && same("grants.toml"), "{} with {pages} pages", change.name);
            assert!(after.keys().all(|path| !is_left_over(path)), "{}: {:?}", change.name, after.keys());
            change.assert_whole(&place, &format!("with {pages} pages"));
        }
    }
    assert!(refused >= 10, "only {refused} changes found the disk full");
}

/// What [`on_a_disk_of`] ends with where not even the store as it is fits on the disk.
const TOO_SMALL: i32 = 99;

/// Runs a change on a copy of the store that lies on a disk of its own, and puts the copy in the store's place.
fn on_a_disk_of(place: &Place, kibibytes: u32, args: &[String]) -> Done {
    const SCRIPT: &str = r#"
        mkdir -p "$STORE" && chmod 700 "$STORE" && cp -a "$STORE" "$SAVED" || exit 98
        mount -t tmpfs -o "size=${SIZE}k,mode=700" none "$STORE" || exit 98
        cp -a "$SAVED/." "$STORE/" 2>/dev/null || { rm -rf "$SAVED"; exit 99; }
        "$@"
        code=$?
        rm -rf "$SAVED" && cp -a "$STORE" "$SAVED" && umount "$STORE" && rm -rf "$STORE" && mv "$SAVED" "$STORE" || exit 98
        exit $code
    "#;
    let mut command = Command::new("unshare");
    // A mount of our own: root may anyway, others where they are root of a namespace.
    command.arg(if rustix::process::geteuid().is_root() { "-m" } else { "-rm" });
    command.env_clear().envs(place.environment()).env("STORE", place.store()).env("SAVED", place.path("saved"));
    command.env("SIZE", kibibytes.to_string()).args(["sh", "-c", SCRIPT, "sh"]);
    command.arg(env!("CARGO_BIN_EXE_keelmark-under-test")).arg("plugin").args(args);
    command.stdin(Stdio::null()).output().unwrap().into()
}
