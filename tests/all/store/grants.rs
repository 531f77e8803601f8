//! Grants widen and narrow, and never exceed the manifest or the host's ceiling.

use super::{ASKED, Place, plugin};

#[test]
fn operations_and_pieces_are_granted_and_revoked() {
    let place = Place::new();
    let file = place.file("acme.wasm", plugin("acme", "1.0.0"));
    place.ok(&["install", &file]);
    place.ok(&["grant", "acme", "fs.stat=/etc/docker/daemon.json", "exec=systemctl show docker.service"]);
    assert_eq!(place.granted("acme"), ["exec=systemctl show docker.service", "fs.stat=/etc/docker/daemon.json"]);
    // Wider than before; what it covers is not kept beside it.
    place.ok(&["grant", "acme", "fs.stat", "process.find"]).assert(0, &["acme may now:", "fs.stat: /etc/docker/**"]);
    assert_eq!(place.granted("acme"), ["exec=systemctl show docker.service", ASKED[2], ASKED[3]]);
    let text = std::fs::read_to_string(place.store().join("grants.toml")).unwrap();
    assert!(!text.contains("daemon.json"), "{text}");
    place.ok(&["revoke", "acme", "fs.stat=/run/docker.sock", "exec"]);
    assert_eq!(place.granted("acme"), ["fs.stat=/etc/docker/**", ASKED[3]]);
    place.ok(&["revoke", "acme", "--all"]).assert(0, &["acme can report, and ask for nothing"]);
    assert_eq!(place.granted("acme"), [""; 0]);
    assert_eq!(place.missing("acme"), ASKED);
}

#[test]
fn a_grant_never_exceeds_the_manifest() {
    let place = Place::new();
    place.install("acme", "1.0.0");
    place.ok(&["revoke", "acme", "--all"]);
    let before = place.tree();
    let wider = [
        ("fs.stat=/etc/**", "does not ask for fs.stat=/etc/**; it asks for: docker.info=Swarm, exec=systemctl"),
        ("fs.stat=/etc/docker/../shadow", "is not normal"),
        ("fs.stat=/etc/doc*/**", "does not ask for"),
        ("fs.read-text", "does not ask for fs.read-text; it asks for: docker.info, exec"),
        ("exec=systemctl show {name}", "does not ask for"),
        ("exec=systemctl show --all", "does not ask for"),
        ("exec=bash -c id", "never run"),
        ("docker.info=Name", "does not ask for"),
        ("process.find=sshd", "does not ask for"),
        ("host.now", "does not ask for host.now"),
    ];
    for (capability, expected) in wider {
        place.run(&["grant", "acme", capability]).assert(64, &[expected]);
        assert_eq!(place.tree(), before, "{capability}");
    }
}

/// What cannot be taken out of a wider grant is refused, not left in silence.
#[test]
fn a_part_of_a_grant_is_not_revoked_in_silence() {
    let place = Place::new();
    place.install("acme", "1.0.0");
    let before = place.tree();
    let cases = [
        (
            "fs.stat=/etc/docker/key.pem",
            "was granted fs.stat=/etc/docker/**, of which fs.stat=/etc/docker/key.pem is a part",
        ),
        ("exec=systemctl show docker.service", "of which exec=systemctl show docker.service is a part"),
        ("docker.info=Swarm.NodeID", "is a part: revoke the whole"),
        ("fs.stat=/var/x", "was not granted that; it was granted: "),
        ("fs.list-dir", "was not granted that"),
    ];
    for (capability, expected) in cases {
        place.run(&["revoke", "acme", capability]).assert(64, &[expected]);
        assert_eq!(place.tree(), before, "{capability}");
    }
}

#[test]
fn the_ceiling_of_the_settings_is_above_every_grant() {
    let place = Place::new();
    let settings = place.file("keelmark.toml", "[plugins]\ndeny = [\"fs.stat\", \"process.find\"]\n");
    place.install("acme", "1.0.0");
    let row = place.ok(&["list", "--output", "json", "--config", &settings]).json()[0].clone();
    assert_eq!(super::capabilities(&row["granted"]), [ASKED[0], ASKED[1], ASKED[4]]);
    let forbidden = row["forbidden"].as_array().unwrap();
    assert_eq!(forbidden.len(), 2);
    assert!(forbidden[0]["forbidden"].as_str().unwrap().contains("the settings deny fs.stat"), "{forbidden:?}");
    // Consent says so too.
    let file = place.file("other.wasm", plugin("other", "1.0.0"));
    place.ok(&["install", &file, "--config", &settings]).assert(0, &["but   the settings deny fs.stat"]);
}

#[test]
fn more_programs_run_only_where_the_settings_say_so() {
    let place = Place::new();
    let manifest = super::head("acme", "1.0.0")
        + &super::CAPABILITIES.replace(r#"["systemctl", "show", "{unit}"]"#, r#"["sysctl", "-n", "kernel.panic"]"#);
    let file = place.file("acme.wasm", super::with_manifest(&manifest));
    place
        .ok(&["install", &file, "--grant-all"])
        .assert(0, &["keelmark does not run \"sysctl -n kernel.panic\" unless the settings"]);
    assert!(!place.granted("acme").iter().any(|granted| granted.starts_with("exec")));
    // Two words say nothing about the third, which may be "kernel.panic=1".
    let settings = place.file("keelmark.toml", "[plugins]\nprograms = [\"sysctl -n\"]\n");
    let row = place.ok(&["list", "--output", "json", "--config", &settings]).json()[0].clone();
    assert!(!row["granted"].to_string().contains("sysctl"), "{row}");
    let settings = place.file("keelmark.toml", "[plugins]\nprograms = [\"sysctl -n {name}\"]\n");
    let row = place.ok(&["list", "--output", "json", "--config", &settings]).json()[0].clone();
    assert!(super::capabilities(&row["granted"]).contains(&"exec=sysctl -n kernel.panic".to_owned()), "{row}");
    for wrong in ["programs = [\"bash\"]", "deny = [\"fs.write\"]", "require = \"trusted\"", "allow = []"] {
        let settings = place.file("keelmark.toml", format!("[plugins]\n{wrong}\n"));
        place.run(&["list", "--config", &settings]).assert(64, &["keelmark.toml"]);
    }
}
