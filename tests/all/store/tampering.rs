//! What others do to the store: changed bytes, wrong owners, open modes, links. Nothing of it is believed.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use super::levels::{Signer, published, signed_file};
use super::{Place, plugin};

fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The installed component, or a signature.
fn stored(place: &Place, kind: &str) -> PathBuf {
    let folder = std::fs::read_dir(place.store().join("plugins")).unwrap();
    let mut found = folder.map(|entry| entry.unwrap().path()).filter(|path| path.extension().unwrap() == kind);
    found.next().unwrap()
}

/// The plugin does not run, for a reason that names the file; commands that look say so and go on.
fn assert_unusable(place: &Place, expected: &[&str]) {
    let row = place.row("acme");
    assert_eq!(row["state"], "unusable", "{row}");
    let problem = row["problem"].as_str().unwrap();
    for part in expected {
        assert!(problem.contains(part), "{problem:?} does not say {part:?}");
    }
    place.run(&["verify"]).assert(1, &["BAD   acme"]);
    place.run(&["show", "acme"]).assert(1, &["It does not run"]);
}

#[test]
fn a_doctored_component_does_not_run() {
    let place = Place::new();
    place.install("acme", "1.0.0");
    let file = stored(&place, "wasm");
    let name = file.display().to_string();
    let good = std::fs::read(&file).unwrap();
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    std::fs::write(&file, &flipped).unwrap();
    assert_unusable(&place, &[&name, "it was changed since it was installed"]);
    place.run(&["grant", "acme", "--all"]).assert(64, &["acme", "keelmark plugin verify acme"]);
    std::fs::write(&file, &good[..good.len() - 1]).unwrap();
    assert_unusable(&place, &[&name, "bytes, but keelmark.lock says"]);
    std::fs::write(&file, plugin("acme", "1.0.1")).unwrap();
    assert_unusable(&place, &[&name]);
    std::fs::remove_file(&file).unwrap();
    assert_unusable(&place, &[&name, "is gone; install it again"]);
    // Installing it again mends it, and keeps its grants.
    let source = place.path("acme-1.0.0.wasm").display().to_string();
    place.ok(&["install", &source]);
    assert_eq!(place.row("acme")["state"], "ready");
}

#[test]
fn files_that_others_can_change_are_not_read() {
    let place = Place::new();
    place.install("acme", "1.0.0");
    let file = stored(&place, "wasm");
    chmod(&file, 0o666);
    assert_unusable(&place, &[&file.display().to_string(), "can be written by others (mode 0666)"]);
    chmod(&file, 0o600);
    let elsewhere = place.path("elsewhere.wasm");
    std::fs::rename(&file, &elsewhere).unwrap();
    symlink(&elsewhere, &file).unwrap();
    assert_unusable(&place, &[&file.display().to_string(), "failed to open"]);
    std::fs::remove_file(&file).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, &file, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    assert_unusable(&place, &["is not a regular file"]);
}

/// Each file of the store, each directory, and each directory above it.
#[test]
fn a_store_that_others_can_change_is_not_used() {
    let place = Place::new();
    let file = place.install("acme", "1.0.0");
    place.ok(&["trust", "add", &Signer::new().key()]);
    for name in ["keelmark.lock", "grants.toml", "trust.toml", "exclusive"] {
        let path = place.store().join(name);
        chmod(&path, 0o622);
        place.run(&["list"]).assert(74, &[name, "can be written by others (mode 0622)"]);
        place.run(&["install", &file]).assert(74, &[name]);
        chmod(&path, 0o600);
    }
    let folders = [place.store(), place.store().join("plugins")];
    for folder in &folders {
        chmod(folder, 0o1777);
        let done = place.run(&["install", &file]);
        done.assert(74, &[&folder.display().to_string(), "can be written by others"]);
        chmod(folder, 0o700);
    }
    place.ok(&["list"]);
}

#[test]
fn a_store_behind_a_link_is_not_used() {
    let place = Place::new();
    let file = place.install("acme", "1.0.0");
    std::fs::rename(place.store(), place.path("real")).unwrap();
    symlink("real", place.store()).unwrap();
    place.run(&["list"]).assert(74, &["failed to open", "store"]);
    place.run(&["install", &file]).assert(74, &["failed to open", "store"]);
    std::fs::remove_file(place.store()).unwrap();
    std::fs::rename(place.path("real"), place.store()).unwrap();
    std::fs::rename(place.store().join("keelmark.lock"), place.path("lock")).unwrap();
    symlink(place.path("lock"), place.store().join("keelmark.lock")).unwrap();
    place.run(&["list"]).assert(74, &["keelmark.lock", "failed to open"]);
    let relative = super::Done::from(
        place.keelmark().args(["plugin", "list"]).env("KEELMARK_STORE_DIR", "store").output().unwrap(),
    );
    relative.assert(74, &["\"..\""]);
}

/// Only root can give a directory to somebody else. Nobody else can do what this guards against, either.
#[test]
fn a_store_of_somebody_else_is_not_used() {
    if !rustix::process::geteuid().is_root() {
        // Root's own directories are good for everybody; there is nobody else's to try.
        Place::new().ok(&["list"]);
        return;
    }
    let place = Place::new();
    let file = place.install("acme", "1.0.0");
    let nobody = rustix::fs::Uid::from_raw(65534);
    for name in ["", "keelmark.lock", "grants.toml", "plugins"] {
        let path = if name.is_empty() { place.store() } else { place.store().join(name) };
        rustix::fs::chown(&path, Some(nobody), None).unwrap();
        place.run(&["install", &file]).assert(74, &[&path.display().to_string(), "belongs to uid 65534"]);
        rustix::fs::chown(&path, Some(rustix::fs::Uid::ROOT), None).unwrap();
    }
    rustix::fs::chown(stored(&place, "wasm"), Some(nobody), None).unwrap();
    assert_unusable(&place, &["belongs to uid 65534"]);
}

#[test]
fn a_doctored_lock_is_named() {
    let place = Place::new();
    place.install("acme", "1.0.0");
    let lock = place.store().join("keelmark.lock");
    let text = std::fs::read_to_string(&lock).unwrap();
    let cases = [
        (text.replace("schema = 1", "schema = 7"), "is of schema 7, but this keelmark reads schema 1"),
        (text.replace("size", "sise"), "unknown field `sise`"),
        (text.replace("id = \"acme\"", "id = \"../acme\""), "is not a plugin's id"),
        (text[..text.len() / 2].to_owned(), "keelmark.lock"),
        ("\u{0}\u{1}".to_owned(), "keelmark.lock"),
    ];
    for (doctored, expected) in cases {
        std::fs::write(&lock, doctored).unwrap();
        for args in [&["list"][..], &["verify"], &["remove", "acme"], &["grant", "acme", "--all"]] {
            place.run(args).assert(74, &["keelmark.lock", expected]);
        }
    }
    // One that is well-formed and lies about the file.
    let lies = [
        (
            text.replace("id = \"acme\"", "id = \"evil\""),
            "its manifest says id \"acme\", but keelmark.lock says \"evil\"",
        ),
        (text.replace("version = \"1.0.0\"", "version = \"1.0.1\""), "its manifest says version \"1.0.0\""),
        (text.replace("\nsize = ", "\nsize = 9"), "bytes, but keelmark.lock says"),
    ];
    for (doctored, expected) in lies {
        assert_ne!(doctored, text);
        std::fs::write(&lock, doctored).unwrap();
        let rows = place.ok(&["list", "--output", "json"]).json();
        assert!(rows[0]["problem"].as_str().unwrap().contains(expected), "{rows}");
        place.run(&["verify"]).assert(1, &[expected]);
    }
}

/// A lock that claims a level or a publisher needs the signature that proves it.
#[test]
fn a_lock_cannot_claim_a_signature() {
    let (place, acme) = (Place::new(), Signer::new());
    place.install("acme", "1.0.0");
    place.ok(&["trust", "add", &acme.key()]);
    let lock = place.store().join("keelmark.lock");
    let text = std::fs::read_to_string(&lock).unwrap();
    std::fs::write(&lock, text.replace("level = \"local\"", "level = \"signed\"")).unwrap();
    place.run(&["list"]).assert(74, &["keelmark.lock", "it is signed, but has no signature"]);
    let signature = acme.sign(b"something else");
    let digest = keelmark_contract::digest(signature.as_bytes());
    let claim = format!("publisher = \"{}\"\nsignature = \"{digest}\"\nlevel = \"signed\"", acme.key());
    std::fs::write(&lock, text.replace("level = \"local\"", &claim)).unwrap();
    assert_unusable(&place, &["minisig", "is gone"]);
    std::fs::write(place.store().join(format!("plugins/{digest}.minisig")), signature).unwrap();
    assert_unusable(&place, &["minisig", "the file is not the one that was signed"]);
}

#[test]
fn a_doctored_signature_is_named() {
    let (place, acme) = (Place::new(), Signer::new());
    place.ok(&["trust", "add", &acme.key()]);
    let file = signed_file(&place, "acme.wasm", &published("acme", "1.0.0", &acme.key()), &acme);
    place.ok(&["install", &file, "--grant-all"]);
    let signature = stored(&place, "minisig");
    std::fs::write(&signature, acme.sign(b"something else")).unwrap();
    assert_unusable(&place, &[&signature.display().to_string(), "it was changed since it was installed"]);
    std::fs::remove_file(&signature).unwrap();
    assert_unusable(&place, &["minisig", "is gone"]);
}

#[test]
fn doctored_grants_and_keys_are_not_believed() {
    let place = Place::new();
    place.install("acme", "1.0.0");
    place.ok(&["trust", "add", &Signer::new().key()]);
    let grants = place.store().join("grants.toml");
    let text = std::fs::read_to_string(&grants).unwrap();
    for doctored in [text.replace("/etc/docker/**", "/**"), text.replace("dockerd", "sshd"), String::new()] {
        std::fs::write(&grants, doctored).unwrap();
        for args in [&["list"][..], &["revoke", "acme", "--all"], &["verify"]] {
            place.run(args).assert(74, &["grants.toml", "changed by something else than keelmark"]);
        }
    }
    std::fs::remove_file(&grants).unwrap();
    place.run(&["list"]).assert(74, &["grants.toml", "is gone"]);
    std::fs::write(&grants, text).unwrap();
    let trust = place.store().join("trust.toml");
    for (doctored, expected) in [("schema = 1\n[[key]]\nname = \"x\"\n", "missing field"), ("schema = 2", "schema 2")] {
        std::fs::write(&trust, doctored).unwrap();
        place.run(&["list"]).assert(74, &["trust.toml", expected]);
    }
}
