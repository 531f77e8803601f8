//! Signatures, pins and the policy over them.

use keelmark_bad_plugins::Behaviour;
use minisign::KeyPair;

use super::{ASKED, CAPABILITIES, Place, head, plugin, with_manifest};
use crate::support::bad_plugin;

/// Somebody who signs plugins.
pub struct Signer(KeyPair);

impl Signer {
    pub fn new() -> Self {
        Self(KeyPair::generate_unencrypted_keypair().unwrap())
    }

    pub fn key(&self) -> String {
        self.0.pk.to_base64()
    }

    pub fn sign(&self, bytes: &[u8]) -> String {
        let signed = minisign::sign(Some(&self.0.pk), &self.0.sk, bytes, Some("a test"), Some("a test"));
        signed.unwrap().into_string()
    }
}

/// A plugin whose manifest names its publisher.
pub fn published(id: &str, version: &str, key: &str) -> Vec<u8> {
    with_manifest(&(head(id, version) + &format!("publisher = \"{key}\"\n") + CAPABILITIES))
}

/// Writes a plugin with its signature beside it.
pub fn signed_file(place: &Place, name: &str, bytes: &[u8], signer: &Signer) -> String {
    place.file(&format!("{name}.minisig"), signer.sign(bytes));
    place.file(name, bytes)
}

#[test]
fn a_trusted_signature_makes_it_signed() {
    let (place, acme) = (Place::new(), Signer::new());
    let file = signed_file(&place, "acme.wasm", &published("acme", "1.0.0", &acme.key()), &acme);
    place.ok(&["install", &file, "--grant-all"]).assert(0, &["installed acme 1.0.0 (local)", "you have not said"]);
    // Trusting the key is enough; nothing has to be installed again.
    place.ok(&["trust", "add", &acme.key(), "--name", "Acme"]).assert(0, &["Acme", &acme.key()]);
    assert_eq!(place.row("acme")["level"], "signed");
    place.ok(&["install", &file]).assert(0, &["Acme, whom you trust", "acme 1.0.0 was installed already (signed)"]);
    let row = place.row("acme");
    assert_eq!((row["level"].as_str(), row["publisher"].as_str()), (Some("signed"), Some(acme.key().as_str())));
    // Trust that is taken back takes the plugin with it.
    place.ok(&["trust", "remove", "Acme"]);
    let row = place.row("acme");
    assert_eq!(row["state"], "unusable");
    assert!(row["problem"].as_str().unwrap().contains("not trusted any more"), "{row}");
    place.run(&["verify"]).assert(1, &["BAD   acme", "not trusted any more"]);
}

#[test]
fn a_wrong_signature_is_never_taken_for_none() {
    let (place, acme, other) = (Place::new(), Signer::new(), Signer::new());
    let good = published("acme", "1.0.0", &acme.key());
    let altered = published("acme", "1.0.1", &acme.key());
    place.ok(&["trust", "add", &acme.key()]);
    let cut: String = acme.sign(&good).lines().take(3).map(|line| format!("{line}\n")).collect();
    let cases: [(&[u8], String, &str); 5] = [
        (&altered, acme.sign(&good), "the file is not the one that was signed"),
        (&good, other.sign(&good), "is not by"),
        (&good, "rubbish\n".into(), "not a minisign signature"),
        (&good, cut, "minisign"),
        (&good, String::new(), "not a minisign signature"),
    ];
    for (bytes, signature, expected) in cases {
        place.file("acme.wasm.minisig", &signature);
        let file = place.file("acme.wasm", bytes);
        place.run(&["install", &file, "--grant-all"]).assert(64, &["acme.wasm", "signature", expected]);
        // Naming the digest does not make a wrong signature right.
        let digest = keelmark_contract::digest(bytes);
        place.run(&["install", &file, "--sha256", &digest]).assert(64, &[expected]);
        assert_eq!(place.ok(&["list", "--output", "json"]).json(), serde_json::json!([]));
    }
    // Without a publisher in the manifest, a trusted key's signature still has to fit.
    place.file("plain.wasm.minisig", acme.sign(&good));
    let file = place.file("plain.wasm", plugin("plain", "1.0.0"));
    place.run(&["install", &file]).assert(64, &["the file is not the one that was signed"]);
}

#[test]
fn a_signature_by_a_stranger_proves_nothing() {
    let (place, stranger) = (Place::new(), Signer::new());
    let file = signed_file(&place, "plain.wasm", &plugin("plain", "1.0.0"), &stranger);
    place.ok(&["install", &file]).assert(0, &["signed by a key that you do not trust", "(local)"]);
    assert_eq!(place.row("plain")["publisher"], serde_json::Value::Null);
    // A manifest can name any publisher. Without a signature that is only a claim, and the row says so.
    let file = place.file("claims.wasm", published("claims", "1.0.0", &stranger.key()));
    place.ok(&["trust", "add", &stranger.key()]);
    place.ok(&["install", &file]).assert(0, &["but nothing proves it", "(local)"]);
    let row = place.row("claims");
    assert_eq!(row["publisher"], serde_json::Value::Null);
    assert_eq!(row["claimed-publisher"], stranger.key().as_str());
}

#[test]
fn a_named_digest_pins_it() {
    let place = Place::new();
    let bytes = plugin("acme", "1.0.0");
    let file = place.file("acme.wasm", &bytes);
    let digest = keelmark_contract::digest(&bytes);
    place.ok(&["install", &file, "--sha256", &digest.to_uppercase()]).assert(0, &["(pinned)"]);
    assert_eq!(place.row("acme")["level"], "pinned");
    // An update has no digest to hold it to: it does not fall to "local" in silence.
    place.file("acme.wasm", plugin("acme", "1.1.0"));
    place.run(&["update", "acme"]).assert(64, &["acme", "installed with the level pinned", "has the level local"]);
    assert_eq!(place.row("acme")["version"], "1.0.0");
    let digest = keelmark_contract::digest(&plugin("acme", "1.1.0"));
    place.ok(&["update", "acme", "--sha256", &digest]).assert(0, &["updated acme 1.1.0 (pinned)"]);
}

#[test]
fn the_policy_says_which_level_is_needed() {
    let (place, acme) = (Place::new(), Signer::new());
    let bytes = published("acme", "1.0.0", &acme.key());
    let file = place.file("acme.wasm", &bytes);
    let digest = keelmark_contract::digest(&bytes);
    let requires = |level: &str| place.file(&format!("{level}.toml"), format!("[plugins]\nrequire = \"{level}\"\n"));
    let (pinned, signed) = (requires("pinned"), requires("signed"));
    place.run(&["install", &file, "--config", &pinned]).assert(64, &["its level is local", "require pinned"]);
    place.ok(&["install", &file, "--sha256", &digest, "--config", &pinned]);
    place.run(&["install", &file, "--sha256", &digest, "--config", &signed]).assert(64, &["its level is pinned"]);
    // The policy holds for what was installed before it.
    let row = place.ok(&["list", "--output", "json", "--config", &signed]).json()[0].clone();
    assert_eq!(row["state"], "unusable");
    assert!(row["problem"].as_str().unwrap().contains("its level is pinned, but the settings require signed"));
    place.run(&["verify", "--config", &signed]).assert(1, &["BAD   acme"]);
    place.ok(&["trust", "add", &acme.key()]);
    signed_file(&place, "acme.wasm", &bytes, &acme);
    place.ok(&["install", &file, "--config", &signed, "--allow-publisher-change"]).assert(0, &["(signed)"]);
    place.ok(&["verify", "--config", &signed]).assert(0, &["good  acme"]);
}

#[test]
fn grants_belong_to_whoever_signed() {
    let (place, acme, other) = (Place::new(), Signer::new(), Signer::new());
    let file = signed_file(&place, "acme.wasm", &published("acme", "1.0.0", &acme.key()), &acme);
    place.ok(&["install", &file, "--grant-all"]);
    assert_eq!(place.granted("acme"), ASKED);
    let impostor = signed_file(&place, "impostor.wasm", &published("acme", "1.0.1", &other.key()), &other);
    let unsigned = place.file("unsigned.wasm", published("acme", "1.0.1", &acme.key()));
    for file in [&impostor, &unsigned] {
        let before = place.tree();
        place.run(&["install", file]).assert(64, &[&format!("signed by {}", acme.key()), "--allow-publisher-change"]);
        assert_eq!(place.tree(), before);
    }
    place.ok(&["install", &impostor, "--allow-publisher-change"]).assert(0, &["plugin grant acme --all"]);
    assert_eq!(place.granted("acme"), [""; 0], "another publisher inherits nothing");
    place.ok(&["install", &file, "--allow-publisher-change", "--allow-downgrade"]);
    assert_eq!(place.granted("acme"), [""; 0], "and leaves nothing behind");
}

#[test]
fn keys_are_listed_and_removed() {
    let (place, acme) = (Place::new(), Signer::new());
    place.ok(&["trust", "list"]).assert(0, &["no key is trusted"]);
    let file = place.file("acme.pub", format!("untrusted comment: minisign public key of Acme\n{}\n", acme.key()));
    place.ok(&["trust", "add", &file]).assert(0, &["trusted from now on", "of Acme"]);
    place.ok(&["trust", "add", &file, "--name", "Acme"]);
    let keys = place.ok(&["trust", "list", "--output", "json"]).json();
    assert_eq!(keys.as_array().unwrap().len(), 1);
    assert_eq!((keys[0]["name"].as_str(), keys[0]["key"].as_str()), (Some("Acme"), Some(acme.key().as_str())));
    place.run(&["trust", "remove", "Acne"]).assert(64, &["\"Acne\" is neither", "trusted are: Acme"]);
    place.ok(&["trust", "remove", &acme.key()]).assert(0, &["no longer trusted"]);
    place.ok(&["trust", "list"]).assert(0, &["no key is trusted"]);
    place.run(&["trust", "add", "RWnonsense"]).assert(64, &["\"RWnonsense\" is neither a minisign public key nor"]);
    let empty = place.file("empty.pub", "");
    place.run(&["trust", "add", &empty]).assert(64, &["holds no minisign public key"]);
}

/// A behaviour is a byte or two of the module; a signature holds all of it.
#[test]
fn one_byte_is_enough_to_break_a_signature() {
    let (place, acme) = (Place::new(), Signer::new());
    let manifest = head("acme", "1.0.0") + &format!("publisher = \"{}\"\n", acme.key()) + CAPABILITIES;
    let well = bad_plugin::plugin(Behaviour::BehavesWell, &manifest);
    let mut other = well.clone();
    *other.last_mut().unwrap() = b'#';
    place.file("acme.wasm.minisig", acme.sign(&well));
    let file = place.file("acme.wasm", &other);
    place.run(&["install", &file]).assert(64, &["the file is not the one that was signed"]);
}
