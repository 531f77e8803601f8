//! A program that carries native code of its plugins, as release artifacts do.

use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::{Done, Recorded, keelmark, run};

const CARRIED: &str = "cis-docker-1.8.0";
const NOT_CARRIED: &str = "cis-docker-1.6.0";
/// Sections of either edition.
const SECTIONS: usize = 7;

/// A copy of the program that carries the native code of one edition.
struct Precompiled {
    folder: tempfile::TempDir,
    recorded: Recorded,
}

/// It is large, and takes seconds to make: once for all tests.
fn carrying() -> &'static [u8] {
    static PROGRAM: OnceLock<Vec<u8>> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keelmark");
        let done = run(&["precompile", file.to_str().unwrap(), "--benchmark", CARRIED]);
        assert_eq!((done.code, &*done.stderr), (Some(0), ""));
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o755);
        fs::read(file).unwrap()
    })
}

impl Precompiled {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keelmark");
        fs::write(&file, carrying()).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o755)).unwrap();
        Self { folder, recorded: Recorded::new(json!({ "containers": [{ "name": "web" }] })) }
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("keelmark")
    }

    /// The report of an audit with an empty cache, and how many files of native code that cache held afterwards.
    fn audit(&self, program: &Path, edition: &str) -> (Value, usize) {
        let cache = tempfile::tempdir_in(self.folder.path()).unwrap();
        let mut command = Command::new(program);
        command.args(["audit", "--output", "json", "--benchmark", edition, "--replay"]).arg(self.recorded.path());
        command.env_clear().env("KEELMARK_CACHE_DIR", cache.path()).env("KEELMARK_STORE_DIR", "/nonexistent/store");
        let done: Done = command.output().unwrap().into();
        assert!(matches!(done.code, Some(0..=2)), "{}", done.stderr);
        let mut report: Value = serde_json::from_str(&done.stdout).unwrap();
        for when in ["audited-at", "duration"] {
            report.as_object_mut().unwrap().remove(when);
        }
        (report, fs::read_dir(cache.path()).unwrap().count())
    }

    /// The report that the plain program gives.
    fn expected(&self, edition: &str) -> Value {
        let (report, compiled) = self.audit(Path::new(env!("CARGO_BIN_EXE_keelmark-under-test")), edition);
        assert_eq!(compiled, SECTIONS);
        report
    }
}

#[test]
fn what_a_program_carries_is_not_compiled() {
    let precompiled = Precompiled::new();
    let (report, compiled) = precompiled.audit(&precompiled.program(), CARRIED);
    assert_eq!(compiled, 0);
    assert_eq!(report, precompiled.expected(CARRIED));
    let (report, compiled) = precompiled.audit(&precompiled.program(), NOT_CARRIED);
    assert_eq!(compiled, SECTIONS);
    assert_eq!(report, precompiled.expected(NOT_CARRIED));
}

#[test]
fn damaged_native_code_is_compiled_anew_and_never_run() {
    let precompiled = Precompiled::new();
    let program = precompiled.program();
    let expected = precompiled.expected(CARRIED);
    let plain = fs::metadata(env!("CARGO_BIN_EXE_keelmark-under-test")).unwrap().len();
    let whole = fs::metadata(&program).unwrap().len();
    let file = OpenOptions::new().read(true).write(true).open(&program).unwrap();
    let mut footer = [0; 96];
    file.read_exact_at(&mut footer, whole - 96).unwrap();
    assert_eq!(u64::from_le_bytes(footer[..8].try_into().unwrap()), plain, "the footer is not where this test looks");
    drop(file);
    let index = whole - 96 - u64::from_le_bytes(footer[8..16].try_into().unwrap());
    for (place, offset) in [
        ("archive", plain + (index - plain) / 2),
        ("index", index + 20),
        ("length of the program", whole - 89),
        ("length of the index", whole - 81),
        ("the index's hash", whole - 50),
        ("magic", whole - 1),
    ] {
        let flip = || {
            let file = OpenOptions::new().read(true).write(true).open(&program).unwrap();
            let mut byte = [0];
            file.read_exact_at(&mut byte, offset).unwrap();
            file.write_all_at(&[byte[0] ^ 0x40], offset).unwrap();
        };
        flip();
        assert_eq!(precompiled.audit(&program, CARRIED), (expected.clone(), SECTIONS), "{place}");
        flip();
    }
    assert_eq!(precompiled.audit(&program, CARRIED), (expected.clone(), 0));
    OpenOptions::new().write(true).open(&program).unwrap().set_len(whole - 1).unwrap();
    assert_eq!(precompiled.audit(&program, CARRIED), (expected, SECTIONS), "cut off");
}

#[test]
fn precompiling_again_replaces_what_is_carried_with_the_same() {
    let precompiled = Precompiled::new();
    let again = precompiled.folder.path().join("again");
    let mut command = Command::new(precompiled.program());
    let status = command.args(["precompile", "--benchmark", CARRIED]).arg(&again).status().unwrap();
    assert!(status.success());
    assert!(carrying() == fs::read(again).unwrap(), "the two programs differ");
}

#[test]
fn editions_that_are_not_there_are_named() {
    let done = run(&["precompile", "/nonexistent/keelmark", "--benchmark", "cis-docker-1.8"]);
    assert_eq!(done.code, Some(64));
    assert!(done.stderr.contains("cis-docker-1.8.0"), "{}", done.stderr);
    let done: Done = keelmark().args(["precompile", "/nonexistent/keelmark", "-b", CARRIED]).output().unwrap().into();
    assert_eq!(done.code, Some(74));
    assert!(done.stderr.contains("failed to write /nonexistent/keelmark"), "{}", done.stderr);
}

#[test]
fn a_cache_is_missed_only_where_something_is_compiled() {
    let precompiled = Precompiled::new();
    let complaint = |edition: &str| {
        let mut command = Command::new(precompiled.program());
        command.args([
            "audit",
            "--output",
            "json",
            "--check",
            "privileged-container",
            "--benchmark",
            edition,
            "--replay",
        ]);
        // As on a root that is mounted read-only: no folder can be made there.
        command.arg(precompiled.recorded.path()).env_clear().env("KEELMARK_CACHE_DIR", "/proc/keelmark");
        Done::from(command.env("KEELMARK_STORE_DIR", "/nonexistent/store").output().unwrap()).stderr
    };
    assert_eq!(complaint(CARRIED), "");
    let compiled = complaint(NOT_CARRIED);
    assert_eq!(compiled.matches("native code is not cached").count(), 1, "{compiled}");
}
