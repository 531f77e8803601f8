//! A plugin of a stranger, from the first line of its source to its removal: written outside this repository with
//! nothing but the author's commands, pushed to a registry, installed from there on another host, granted less than it
//! asks for, run against a real engine, updated, carried to a third host in a bundle.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use keelmark_report::{Finding, Report, Status};

use crate::hosts::DockerHost;
use crate::program::binary;
use crate::registry::Registry;

const ID: &str = "acme-guard";
const BENCHMARK: &str = "acme-guard-1";

/// A second check beside the one that a new project has; it asks for less.
const LIVE_RESTORE: &str = r#"//! Whether containers outlive a restart of the daemon.
use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

/// The check.
pub static LIVE_RESTORE: Check = Check {
    slug: "live-restore",
    control: "live-restore",
    title: "Containers end with the daemon",
    means: "Live restore is on.",
    why: "An update of the engine takes all containers down.",
    audited: "docker info says so.",
    fix: "\"live-restore\": true in /etc/docker/daemon.json",
    impact: "None.",
    deviates: "",
    default: "Off.",
    references: &[],
    needs: &[Need::new("docker.info", &["LiveRestoreEnabled"], "reads whether live restore is on")],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let is_on = facts.info()?.bool("LiveRestoreEnabled")?;
    let evidence = [Evidence::new("daemon", "LiveRestoreEnabled", is_on).expected(true).source("docker info")];
    Ok(if is_on { Verdict::pass(evidence) } else { Verdict::fail("live restore is off", evidence) })
}
"#;

/// A third, which asks for a file's metadata.
const UNIT_FILE: &str = r#"//! Who can change the unit file that Debian's package brings.
use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

/// The check.
pub static UNIT_FILE: Check = Check {
    slug: "unit-file",
    control: "unit-file",
    title: "Others than root can change the Docker service",
    means: "Only root can write the unit file.",
    why: "Who can write it chooses what root runs.",
    audited: "Its owner and mode.",
    fix: "chown root:root FILE && chmod 644 FILE",
    impact: "None.",
    deviates: "",
    default: "root:root, 0644.",
    references: &[],
    needs: &[Need::new("fs.stat", &["/usr/lib/systemd/system/docker.service"], "reads who may change it")],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let file = facts.stat("/usr/lib/systemd/system/docker.service")?;
    let mode = format!("{} {:04o}", file.ownership(), file.mode);
    let evidence = [Evidence::new("file docker.service", "owner and mode", mode).expected("root:root 0644")];
    let is_guarded = file.uid == 0 && file.gid == 0 && file.mode & 0o022 == 0;
    Ok(if is_guarded { Verdict::pass(evidence) } else { Verdict::fail("others can write it", evidence) })
}
"#;

/// The author's machine: no engine, no store, a toolchain.
struct Author {
    folder: tempfile::TempDir,
}

impl Author {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join(ID)
    }

    /// The program, in `folder`. The crates that the SDK needs are those of this checkout, so no network is asked.
    fn keelmark(&self, folder: &Path, args: &[&str]) -> String {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut command = Command::new(binary());
        command.env_clear().current_dir(folder).args(args);
        for name in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("KEELMARK_SDK_PATH", checkout.join("sdk/rust").canonicalize().unwrap());
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("author"));
        command.env("CARGO_NET_OFFLINE", "true").env("KEELMARK_CACHE_DIR", self.folder.path().join("cache"));
        expect(&mut command, 0).0
    }

    /// Starts the project, with three checks and a publisher.
    fn begin(&self, key: &str) {
        self.keelmark(self.folder.path(), &["plugin", "new", ID, "--lang", "rust"]);
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        std::fs::copy(checkout.join("Cargo.lock"), self.project().join("Cargo.lock")).unwrap();
        std::fs::write(self.project().join("src/live_restore.rs"), LIVE_RESTORE).unwrap();
        std::fs::write(self.project().join("src/unit_file.rs"), UNIT_FILE).unwrap();
        self.edit("src/lib.rs", "mod service_guard;", "mod live_restore;\nmod service_guard;\nmod unit_file;");
        let row = r#"        row("1.2", "Ensure that containers outlive the daemon", &live_restore::LIVE_RESTORE).level(1),
        row("1.3", "Ensure that only root can change the service", &unit_file::UNIT_FILE).level(1),
    ]"#;
        self.edit("src/lib.rs", "    ]", row);
        self.edit("plugin.toml", "schema = 1", &format!("schema = 1\npublisher = \"{key}\""));
    }

    /// Replaces `from`, which stands there once.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.project().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {file}:\n{text}");
        std::fs::write(path, text.replace(from, to)).unwrap();
    }

    /// Builds the plugin, signs it and pushes it; returns what it can be installed by.
    fn publish(&self, keys: &minisign::KeyPair, registry: &Registry, version: &str) -> String {
        self.keelmark(&self.project(), &["plugin", "build"]);
        let component = self.project().join(format!("{ID}.wasm"));
        let bytes = std::fs::read(&component).unwrap();
        let signature = minisign::sign(None, &keys.sk, bytes.as_slice(), None, None).unwrap();
        std::fs::write(component.with_extension("wasm.minisig"), signature.to_string()).unwrap();
        let destination = format!("oci://{}/acme/guard:{version}", registry.host());
        let pushed = self.keelmark(&self.project(), &["plugin", "push", &format!("{ID}.wasm"), &destination]);
        assert!(pushed.starts_with(&format!("{destination}@sha256:")), "{pushed}");
        pushed.trim().to_owned()
    }
}

/// A host with an empty store.
struct Operator {
    folder: tempfile::TempDir,
}

impl Operator {
    fn new() -> Self {
        // Not below /tmp: namespaces of hosts may have another.
        Self { folder: tempfile::Builder::new().prefix("keelmark-operator-").tempdir_in("/var/tmp").unwrap() }
    }

    fn arm<'c>(&self, command: &'c mut Command, args: &[&str]) -> &'c mut Command {
        command.env("KEELMARK_STORE_DIR", self.folder.path().join("store"));
        command.env("KEELMARK_CACHE_DIR", self.folder.path().join("cache")).args(args)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", self.folder.path());
        self.arm(&mut command, args);
        command
    }

    /// Runs it without a terminal; what it printed, and complained.
    fn run(&self, args: &[&str], code: i32) -> (String, String) {
        expect(&mut self.command(args), code)
    }

    /// Runs it at a terminal whose user types `line`; what the terminal showed.
    fn run_at_terminal(&self, args: &[&str], line: &str) -> String {
        let words: Vec<String> = args.iter().map(|word| format!("'{word}'")).collect();
        let command = format!("'{}' {}", binary().display(), words.join(" "));
        let mut script = Command::new("script");
        script.args(["--quiet", "--command", &command, "/dev/null"]);
        script.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", self.folder.path());
        self.arm(&mut script, &[]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = script.spawn().expect("script, of Debian's bsdutils");
        child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
        texts(&child.wait_with_output().unwrap()).0
    }

    /// Audits `host` with the installed plugins' benchmark alone.
    fn audit(&self, host: &DockerHost, code: i32) -> Report {
        let mut command = host.namespace().command_of_host(binary());
        self.arm(&mut command, &["audit", "--benchmark", BENCHMARK, "--output", "json"]);
        let (stdout, stderr) = expect(&mut command, code);
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}\n{stderr}"))
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[track_caller]
fn expect(command: &mut Command, code: i32) -> (String, String) {
    let output = command.output().unwrap();
    let (stdout, stderr) = texts(&output);
    assert_eq!(output.status.code(), Some(code), "{command:?}\n{stdout}\n{stderr}");
    (stdout, stderr)
}

fn finding<'r>(report: &'r Report, id: &str) -> &'r Finding {
    report.findings().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no {id} in {report:#?}"))
}

/// All that a finding says of errors.
fn errors(finding: &Finding) -> String {
    let causes = finding.evidence.iter().filter_map(|evidence| evidence.error.as_deref());
    causes.chain([finding.message.as_str()]).collect::<Vec<_>>().join("\n")
}

/// What the checks say when nothing is denied.
fn assert_all_granted(report: &Report) {
    assert_eq!(finding(report, "1.3").status, Status::Pass, "{report:#?}");
    assert_eq!(finding(report, "1.2").status, Status::Fail, "{report:#?}");
    let said = errors(finding(report, "1.1"));
    assert!(said.contains("systemctl") && !said.contains("denied"), "{said}");
}

#[test]
fn a_strangers_plugin_from_its_source_to_its_removal() {
    let registry = Registry::open();
    let keys = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let author = Author::new();
    author.begin(&keys.pk.to_base64());
    let first = author.publish(&keys, &registry, "0.1.0");

    // Installed by its digest on a host that has nothing: nobody is at a terminal, so it gets nothing.
    let operator = Operator::new();
    let (installed, shown) = operator.run(&["plugin", "install", &first], 0);
    assert!(installed.contains(&format!("installed {ID} 0.1.0 (pinned)")), "{installed}");
    assert!(installed.contains(&format!("keelmark plugin grant {ID}")), "the command that grants: {installed}");
    assert!(shown.contains("(the author's words)") && shown.contains("risk"), "{shown}");

    // Granted less than it asks for: one field of the engine's own account.
    operator.run(&["plugin", "grant", ID, "docker.info"], 0);
    let host = DockerHost::start("default-install");
    let report = operator.audit(&host, 2);
    let granted = finding(&report, "1.2");
    assert_eq!(granted.status, Status::Fail, "{granted:#?}");
    for id in ["1.1", "1.3"] {
        let denied = finding(&report, id);
        assert_eq!(denied.status, Status::Error, "{denied:#?}");
        let said = errors(denied);
        assert!(said.contains("denied") && said.contains(&format!("keelmark plugin grant {ID}")), "{said}");
    }

    // With all of it granted the same checks decide; only systemctl has nothing to say where no systemd runs.
    operator.run(&["plugin", "grant", ID, "--all"], 0);
    assert_all_granted(&operator.audit(&host, 2));

    // The next version asks for more. What it had it keeps; what is new is asked for.
    author.edit("plugin.toml", "version = \"0.1.0\"", "version = \"0.2.0\"");
    author.edit("plugin.toml", "fields = [\"LiveRestoreEnabled\"]", "fields = [\"LiveRestoreEnabled\", \"Swarm\"]");
    let second = author.publish(&keys, &registry, "0.2.0");
    let again = ["plugin", "update", ID, "--from", &second];
    let declined = operator.run_at_terminal(&again, "n\n");
    assert!(declined.contains("New in this version") && declined.contains("Swarm"), "{declined}");
    assert!(!declined.contains("systemctl"), "what it had is not asked again: {declined}");
    assert!(operator.run(&["plugin", "list"], 0).0.contains("0.1.0"), "declined, it stays as it was");
    let accepted = operator.run_at_terminal(&again, "u\n");
    assert!(accepted.contains("updated acme-guard 0.2.0"), "{accepted}");
    let (list, _) = operator.run(&["plugin", "show", ID, "--output", "json"], 0);
    let shown: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert!(shown["missing"].to_string().contains("Swarm"), "{shown:#}");
    assert!(!shown["granted"].to_string().contains("Swarm"), "{shown:#}");

    // Its key is trusted: from now on the signature decides.
    operator.run(&["plugin", "trust", "add", &keys.pk.to_base64(), "--name", "acme"], 0);
    operator.run(&["plugin", "verify"], 0);

    // Carried to a host that no registry reaches, and that trusts nobody yet.
    let bundle = operator.file("plugins.tar");
    operator.run(&["plugin", "bundle", "save", "--file", &bundle], 0);
    drop(registry);
    let isolated = Operator::new();
    let (loaded, _) = isolated.run(&["plugin", "bundle", "load", &bundle], 0);
    assert!(loaded.contains(&format!("installed {ID} 0.2.0 (local)")), "{loaded}");
    let (grants, _) = isolated.run(&["plugin", "show", ID, "--output", "json"], 0);
    let grants: serde_json::Value = serde_json::from_str(&grants).unwrap();
    assert_eq!(grants["granted"].as_array().map(Vec::len).unwrap_or_default(), harmless(&grants), "{grants:#}");
    isolated.run(&["plugin", "trust", "add", &keys.pk.to_base64()], 0);
    let (loaded, _) = isolated.run(&["plugin", "bundle", "load", &bundle, "--grant-all"], 0);
    assert!(loaded.contains("(signed)"), "{loaded}");
    assert_all_granted(&isolated.audit(&host, 2));

    // Gone, with its grants.
    isolated.run(&["plugin", "remove", ID], 0);
    let (list, _) = isolated.run(&["plugin", "list", "--output", "json"], 0);
    assert_eq!(list.trim(), "[]");
    let (_, unknown) = {
        let mut command = host.namespace().command_of_host(binary());
        isolated.arm(&mut command, &["audit", "--benchmark", BENCHMARK]);
        expect(&mut command, 64)
    };
    assert!(unknown.contains(BENCHMARK), "{unknown}");
}

/// How many of the granted capabilities are those that every plugin has: reporting.
fn harmless(shown: &serde_json::Value) -> usize {
    let granted = shown["granted"].as_array().cloned().unwrap_or_default();
    granted.iter().filter(|row| row["op"].as_str().is_some_and(|op| op.starts_with("report."))).count()
}
