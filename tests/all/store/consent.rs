//! What is shown before a plugin gets anything, and what each answer does.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::{ASKED, Done, Place, plugin};

/// Runs a command on a terminal of its own, with an answer typed in.
fn on_a_terminal(place: &Place, args: &[&str], typed: &str) -> Done {
    let quoted: Vec<String> = args.iter().map(|arg| format!("'{arg}'")).collect();
    let line = format!("{} plugin {}", env!("CARGO_BIN_EXE_keelmark-under-test"), quoted.join(" "));
    let mut script = Command::new("script");
    script.env_clear().envs(place.environment()).env("SHELL", "/bin/sh").args(["-qec", &line, "/dev/null"]);
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // The terminal keeps what is typed until it is asked for.
    stdin.write_all(typed.as_bytes()).unwrap();
    let done = Done::from(child.wait_with_output().unwrap());
    drop(stdin);
    done
}

#[test]
fn everything_is_shown_with_its_reason_and_its_risk() {
    let place = Place::new();
    let file = place.file("acme.wasm", plugin("acme", "1.4.0"));
    let done = place.run(&["install", &file]);
    done.assert(
        0,
        &[
            "acme 1.4.0",
            "hostile-1, section 9",
            "unknown: nobody signed it",
            "local: nobody vouches for it",
            "exec: systemctl show {unit}",
            "why   \"3.1 finds docker.service\" (the author's words)",
            "risk  runs this program as the user who runs keelmark (often root)",
            "fs.stat: /etc/docker/**, /run/docker.sock",
            "why   \"3.x reads owners and modes\"",
            "docker.info: Swarm",
            "process.find: dockerd",
            "host.facts",
        ],
    );
    assert!(!done.stderr.contains("report.emit"), "what is harmless is not asked for: {}", done.stderr);
}

/// Nobody at a terminal, and nothing on the command line: it is installed, gets nothing, and says how it would.
#[test]
fn without_a_terminal_nothing_is_granted() {
    let place = Place::new();
    let file = place.file("acme.wasm", plugin("acme", "1.0.0"));
    place.ok(&["install", &file]).assert(0, &["installed acme 1.0.0 (local)", "keelmark plugin grant acme --all"]);
    assert_eq!(place.granted("acme"), [""; 0]);
    assert_eq!(place.missing("acme"), ASKED);
    assert_eq!(place.row("acme")["state"], "needs grants");
    place.ok(&["grant", "acme", "--all"]);
    assert_eq!(place.granted("acme"), ASKED);
    assert_eq!(place.row("acme")["state"], "ready");
}

#[test]
fn a_terminal_is_asked() {
    let place = Place::new();
    let file = place.file("acme.wasm", plugin("acme", "1.0.0"));
    for no in ["n\n", "\n", "yup\n", "\u{4}"] {
        on_a_terminal(&place, &["install", &file], no).assert(1, &["grant all of this?", "was not installed"]);
        assert_eq!(place.ok(&["list"]).stdout, "nothing is installed; `keelmark plugin install` installs\n");
    }
    on_a_terminal(&place, &["install", &file], "u\n").assert(0, &["installed acme", "plugin grant acme --all"]);
    assert_eq!(place.granted("acme"), [""; 0]);
    place.ok(&["remove", "acme"]);
    on_a_terminal(&place, &["install", &file], "y\n").assert(0, &["installed acme"]);
    assert_eq!(place.granted("acme"), ASKED);
}

#[test]
fn a_terminal_is_asked_about_what_is_new() {
    let place = Place::new();
    place.install("acme", "1.0.0");
    place.ok(&["revoke", "acme", "exec"]);
    let wider = super::head("acme", "1.1.0") + super::CAPABILITIES + WIDER;
    let file = place.file("wider.wasm", super::with_manifest(&wider));
    let done = on_a_terminal(&place, &["install", &file], "u\n");
    done.assert(0, &["replaces 1.0.0", "New in this version", "fs.read-text: /etc/docker/daemon.json"]);
    done.assert(0, &["Still not granted, as before", "exec: systemctl show {unit}"]);
    assert!(!done.stdout.contains("why   \"3.x reads owners"), "what it had already is no news:\n{}", done.stdout);
    assert_eq!(place.missing("acme"), [ASKED[1], "fs.read-text=/etc/docker/daemon.json"]);
    on_a_terminal(&place, &["install", &file], "y\n").assert(0, &["installed already"]);
    // What was new has been seen; this version asks for nothing new any more.
    assert_eq!(place.missing("acme"), [ASKED[1], "fs.read-text=/etc/docker/daemon.json"]);
    let again = super::head("acme", "1.2.0") + super::CAPABILITIES + WIDER + WIDEST;
    let file = place.file("again.wasm", super::with_manifest(&again));
    on_a_terminal(&place, &["install", &file], "y\n").assert(0, &["fs.list-dir: /etc/docker", "updated acme 1.2.0"]);
    assert!(place.granted("acme").contains(&"fs.list-dir=/etc/docker".to_owned()));
}

const WIDER: &str = r#"
[[capability]]
op = "fs.read-text"
paths = ["/etc/docker/daemon.json"]
why = "2.x reads the daemon's configuration"
"#;

const WIDEST: &str = r#"
[[capability]]
op = "fs.list-dir"
paths = ["/etc/docker"]
why = "3.x finds certificates"
"#;

/// A reason is the author's text: it can neither recolour the terminal nor forge a line of the question.
#[test]
fn reasons_cannot_speak_to_the_terminal() {
    let place = Place::new();
    let manifest = super::head("acme", "1.0.0")
        + &super::CAPABILITIES.replace("1.x needs the kernel", r"harmless\u001b[2J\u202e\n  risk  none at all");
    let file = place.file("acme.wasm", super::with_manifest(&manifest));
    let done = place.ok(&["install", &file]);
    assert!(!done.stderr.contains('\u{1b}') && !done.stderr.contains('\u{202e}'), "{:?}", done.stderr);
    assert!(!done.stderr.lines().any(|line| line.trim() == "risk  none at all"), "{}", done.stderr);
    let shown = place.ok(&["show", "acme"]);
    assert!(!shown.stdout.contains('\u{1b}') && !shown.stdout.contains('\u{202e}'), "{:?}", shown.stdout);
}

#[test]
fn a_grant_file_narrows_and_never_widens() {
    let place = Place::new();
    let file = place.file("acme.wasm", plugin("acme", "1.0.0"));
    let narrow = "[[capability]]\nop = \"fs.stat\"\npaths = [\"/etc/docker/certs.d/*\"]\n\
                  [[capability]]\nop = \"exec\"\nargv = [\"systemctl\", \"show\", \"docker.service\"]\n";
    let grant = place.file("narrow.toml", narrow);
    place.ok(&["install", &file, "--grant", &grant]);
    let mut granted = place.granted("acme");
    granted.sort();
    assert_eq!(granted, ["exec=systemctl show docker.service", "fs.stat=/etc/docker/certs.d/*"]);
    place.ok(&["remove", "acme"]);
    let wide = [
        ("[[capability]]\nop = \"fs.stat\"\npaths = [\"/etc/**\"]\n", "fs.stat=/etc/**"),
        ("[[capability]]\nop = \"fs.read-text\"\npaths = [\"/etc/docker/x\"]\n", "fs.read-text=/etc/docker/x"),
        ("[[capability]]\nop = \"exec\"\nargv = [\"systemctl\", \"show\", \"{name}\"]\n", "systemctl show {name}"),
        ("[[capability]]\nop = \"docker.info\"\nfields = [\"Name\"]\n", "docker.info=Name"),
        ("[[capabilities]]\nop = \"exec\"\n", "unknown field `capabilities`"),
        ("[[capability]]\nop = \"exec\"\n", "exec needs argv"),
    ];
    for (text, expected) in wide {
        let grant = place.file("wide.toml", text);
        place.run(&["install", &file, "--grant", &grant]).assert(64, &["wide.toml", expected]);
        assert_eq!(place.ok(&["list", "--output", "json"]).json(), serde_json::json!([]));
    }
}
