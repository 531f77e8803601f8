//! Plugins carried from one store to another in a file.

use super::program::{expect, keelmark, run};
use crate::store::plugin;

/// A home whose store holds two plugins, the first of them signed by a key that is returned.
fn two_plugins() -> (tempfile::TempDir, String) {
    let home = tempfile::tempdir().unwrap();
    let keys = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let key = keys.pk.to_base64();
    run(home.path(), &["plugin", "trust", "add", &key, "--name", "tests"], 0);
    for (id, is_signed) in [("one", true), ("two", false)] {
        let file = home.path().join(format!("{id}.wasm"));
        let bytes = plugin(id, "1.0.0");
        std::fs::write(&file, &bytes).unwrap();
        if is_signed {
            let signature = minisign::sign(None, &keys.sk, bytes.as_slice(), None, None).unwrap();
            std::fs::write(home.path().join(format!("{id}.wasm.minisig")), signature.to_string()).unwrap();
        }
        run(home.path(), &["plugin", "install", &file.display().to_string(), "--grant-all"], 0);
    }
    (home, key)
}

#[test]
fn a_bundle_carries_plugins_and_signatures_and_no_grants() {
    let (home, key) = two_plugins();
    let file = home.path().join("all.tar").display().to_string();
    let (saved, _) = run(home.path(), &["plugin", "bundle", "save", "--file", &file, "--output", "json"], 0);
    let saved: serde_json::Value = serde_json::from_str(&saved).unwrap();
    let sha256 = saved["sha256"].as_str().unwrap();
    assert_eq!(sha256, keelmark_contract::digest(&std::fs::read(&file).unwrap()));

    // A host that trusts nobody: nothing is granted, and no level is carried over.
    let other = tempfile::tempdir().unwrap();
    let (loaded, _) = run(other.path(), &["plugin", "bundle", "load", &file], 0);
    assert!(
        loaded.contains("installed one 1.0.0 (local)") && loaded.contains("installed two 1.0.0 (local)"),
        "{loaded}"
    );
    assert!(loaded.contains("keelmark plugin grant one"), "{loaded}");
    // The digest of the file stands for all that is in it.
    let (loaded, _) = run(other.path(), &["plugin", "bundle", "load", &file, "--sha256", sha256, "--grant-all"], 0);
    assert!(loaded.contains("one 1.0.0") && loaded.contains("(pinned)") && !loaded.contains("(local)"), "{loaded}");

    // A host that trusts the same key, and wants one of the two.
    let third = tempfile::tempdir().unwrap();
    run(third.path(), &["plugin", "trust", "add", &key], 0);
    let (loaded, _) = run(third.path(), &["plugin", "bundle", "load", &file, "one", "--grant-all"], 0);
    assert_eq!(loaded, "installed one 1.0.0 (signed)\n");
    let (_, error) = run(third.path(), &["plugin", "bundle", "load", &file, "three"], 64);
    assert!(error.contains("it holds no \"three\"; it holds: one, two"), "{error}");
    let (_, error) = run(third.path(), &["plugin", "update", "one"], 64);
    assert!(error.contains("keelmark plugin bundle load"), "{error}");
}

#[test]
fn one_of_the_installed_plugins_is_saved_alone() {
    let (home, _) = two_plugins();
    let file = home.path().join("two.tar").display().to_string();
    let (saved, _) = run(home.path(), &["plugin", "bundle", "save", "two", "--file", &file], 0);
    assert!(saved.starts_with("two 1.0.0\nsaved to "), "{saved}");
    let other = tempfile::tempdir().unwrap();
    assert_eq!(
        run(other.path(), &["plugin", "bundle", "load", &file, "--grant-all"], 0).0,
        "installed two 1.0.0 (local)\n"
    );
    let (_, error) = run(home.path(), &["plugin", "bundle", "save", "three", "--file", &file], 64);
    assert!(error.contains("\"three\" is not installed"), "{error}");
    let (_, error) = run(home.path(), &["plugin", "bundle", "save", "--file", "/nonexistent/x.tar"], 74);
    assert!(error.contains("/nonexistent/x.tar"), "{error}");
}

#[test]
fn a_bundle_that_is_not_what_it_was_is_refused_whole() {
    let (home, _) = two_plugins();
    let file = home.path().join("all.tar").display().to_string();
    run(home.path(), &["plugin", "bundle", "save", "--file", &file], 0);
    let other = tempfile::tempdir().unwrap();
    let zeros = "0".repeat(64);
    let (_, error) = run(other.path(), &["plugin", "bundle", "load", &file, "--sha256", &zeros], 64);
    assert!(error.contains("it has the SHA-256 "), "{error}");
    let mut bytes = std::fs::read(&file).unwrap();
    // In the middle of the larger of the entries: a component.
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let (_, error) = run(other.path(), &["plugin", "bundle", "load", &file, "--grant-all"], 64);
    assert!(error.contains("its digest is"), "{error}");
    let (_, error) = run(other.path(), &["plugin", "bundle", "load", "/etc/passwd"], 64);
    assert!(error.contains("/etc/passwd: it is not a bundle of plugins"), "{error}");
    assert_eq!(expect(keelmark(other.path(), &["plugin", "list", "-o", "json"]).output().unwrap(), 0).0.trim(), "[]");
}
