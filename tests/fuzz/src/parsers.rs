//! The files that keelmark reads: each is read, or refused with a cause; what was read and is written again stays the
//! same.

use keelmark_contract::gate::fields::Fields;
use keelmark_contract::gate::{Call, Capability, Ceiling, Gate, RawCapability};
use keelmark_contract::plugin::{Form, Imports, Manifest};
use keelmark_contract::settings::Settings;
use keelmark_facts::Recording;
use keelmark_store::{Grants, Lock, parse_grant_file};

/// `plugin.toml`.
pub fn manifest(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Manifest::parse(text) {
        Ok(manifest) => assert!(!manifest.id.is_empty() && manifest.capabilities.iter().all(|c| !c.why.is_empty())),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// The first look at a component's bytes, the search for the manifest in them, and its imports.
pub fn component(data: &[u8]) {
    let _ = Manifest::of_component(data);
    if Form::of(data).is_err() {
        assert!(Imports::of(data).is_err(), "what is no component has no imports");
    } else {
        let _ = Imports::of(data);
    }
}

/// What a program must not be told, whatever else stands on its command line: each leads off the host or writes.
const NEVER: &[&str] = &["-H", "-M", "-D", "-K", "-w", "--host", "--machine", "--root", "--image", "--diag", "--kill"];

/// Command lines, one a line, as manifests write them: what is run unasked only reads, and a hole takes no option.
pub fn command_lines(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for line in text.lines() {
        let argv: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let raw = RawCapability {
            op: "exec".to_owned(),
            why: "fuzzing".to_owned(),
            argv: Some(argv.clone()),
            paths: None,
            names: None,
            fields: None,
            keys: None,
        };
        let Ok(capability) = Capability::parse(raw) else { continue };
        let [program, words @ ..] = argv.as_slice() else { continue };
        let listed = Ceiling::default().problem(&capability).is_none();
        let never = |word: &String| NEVER.iter().any(|never| word.split('=').next() == Some(never));
        assert!(!listed || !words.iter().any(never), "{line:?} is run unasked");
        let gate = Gate::new(vec![capability]);
        for filled in ["-w", "--host=far", "a=b", "a b", "-", ""] {
            let args: Vec<String> =
                words.iter().map(|word| if word.starts_with('{') { filled.to_owned() } else { word.clone() }).collect();
            let is_same = args == words;
            assert!(is_same || gate.check(Call::Exec { program, args: &args }).is_err(), "{line:?} takes {filled:?}");
        }
    }
}

/// `keelmark.toml`.
pub fn settings(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(settings) = Settings::parse(text) {
        let _ = settings.get("trusted-users");
    }
}

/// A recording: what is accepted is accepted again after it was written.
pub fn recording(data: &[u8]) {
    let Ok(read) = Recording::parse("fuzz", data) else { return };
    let written = read.to_json().expect("a recording can be written");
    let again = Recording::parse("fuzz", written.as_bytes()).expect("what was written can be read");
    assert_eq!(read.len(), again.len());
}

/// The store's `keelmark.lock`.
pub fn lock(data: &[u8]) {
    let Ok(read) = Lock::parse(data, "keelmark.lock") else { return };
    let written = read.to_text().expect("a lock can be written");
    let again = Lock::parse(written.as_bytes(), "keelmark.lock").expect("what was written can be read");
    assert_eq!(read.ids(), again.ids());
}

/// The store's `grants.toml`, and the files of `--grant`.
pub fn grants(data: &[u8]) {
    if let Ok(read) = Grants::parse(data, "grants.toml") {
        let written = read.to_text().expect("grants can be written");
        Grants::parse(written.as_bytes(), "grants.toml").expect("what was written can be read");
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = parse_grant_file(text);
    }
}

/// Fields, one a line, and after an empty line an engine's answer: what is picked while the text is read is what is
/// picked from the whole.
pub fn picked_fields(data: &[u8]) {
    let Some(end) = data.windows(2).position(|pair| pair == b"\n\n") else { return };
    let (Ok(fields), text) = (std::str::from_utf8(&data[..end]), &data[end + 2..]) else { return };
    let fields: Fields = fields.lines().collect();
    let picked = fields.read(text);
    if let Ok(whole) = serde_json::from_slice::<serde_json::Value>(text) {
        assert_eq!(picked.expect("what is JSON can be read"), fields.of(&whole));
    }
}
