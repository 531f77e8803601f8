//! Plugins of the store take part like built-in ones: in audits, lists, explanations, reports and exit codes.

use std::process::Command;

use keelmark_bad_plugins::{BAD_ID, BENCHMARK, Behaviour};
use keelmark_report::{Report, Status};
use serde_json::{Value, json};

use super::{everything, write};
use crate::cli::{Done, Recorded, keelmark};
use crate::support::{NEWEST, bad_plugin};

/// A recorded host and a store beside it.
pub struct Host {
    pub recorded: Recorded,
}

impl Host {
    pub fn new() -> Self {
        let containers = json!({"containers": [{"name": "web", "HostConfig": {"Privileged": true}}]});
        Self { recorded: Recorded::new(containers) }
    }

    /// With a plugin that is installed with these arguments.
    pub fn with(behaviour: Behaviour, consent: &[&str]) -> Self {
        let host = Self::new();
        let file = write(&host.recorded, "hostile.wasm", &bad_plugin::plugin(behaviour, &everything()));
        let done = host.run(&[&["plugin", "install", &file], consent].concat());
        assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
        host
    }

    pub fn command(&self) -> Command {
        let mut command = keelmark();
        command.env("KEELMARK_STORE_DIR", self.recorded.join("store"));
        command
    }

    pub fn run(&self, args: &[&str]) -> Done {
        self.command().args(args).output().unwrap().into()
    }

    /// Audits the recording; all that "auto" stands for unless the arguments name a benchmark.
    pub fn audit(&self, args: &[&str]) -> Done {
        self.command().arg("audit").arg("--replay").arg(self.recorded.path()).args(args).output().unwrap().into()
    }

    pub fn report(&self, args: &[&str]) -> (Option<i32>, Report) {
        let done = self.audit(&[args, &["-o", "json"]].concat());
        (done.code, super::report(&done))
    }
}

fn ids(report: &Report) -> Vec<&str> {
    report.findings().map(|finding| finding.id.as_str()).collect()
}

const BOTH: [&str; 4] = ["--check", "hostile", "--check", "privileged-container"];

#[test]
fn an_audit_runs_it_beside_the_edition() {
    let host = Host::with(Behaviour::BehavesWell, &["--grant-all"]);
    let (code, report) = host.report(&BOTH);
    assert_eq!(code, Some(1), "the built-in check fails on this host");
    assert_eq!(report.benchmarks.iter().map(|b| b.id.as_str()).collect::<Vec<_>>(), [NEWEST, BENCHMARK]);
    assert_eq!(ids(&report), ["5.5", "9.1", "9.2", "9.3"]);
    let section = &report.benchmarks[1].sections[0];
    assert!(section.findings.iter().all(|finding| finding.status == Status::Pass));
    let origin = section.third_party.as_ref().unwrap();
    assert_eq!((origin.version.as_str(), origin.level.as_str(), origin.installed), ("1.0.0", "local", true));
    assert!(origin.source.ends_with("hostile.wasm") && origin.publisher.is_none());
    assert!(report.benchmarks[0].sections[0].third_party.is_none());
    let text = host.audit(&BOTH).stdout;
    assert!(
        text.replace("\n  ", " ").contains(&format!("plugin hostile 1.0.0, local, sha256 {}", section.digest)),
        "{text}"
    );
    assert!(!text.contains("Where the editions differ"), "{text}");
}

#[test]
fn benchmarks_select() {
    let host = Host::with(Behaviour::BehavesWell, &["--grant-all"]);
    let (code, theirs) = host.report(&["--benchmark", BENCHMARK]);
    assert_eq!((code, ids(&theirs)), (Some(0), vec!["9.1", "9.2", "9.3"]));
    let (_, ours) = host.report(&["--benchmark", NEWEST, "--section", "5"]);
    assert!(ours.benchmarks.iter().all(|benchmark| benchmark.id == NEWEST));
    let (_, both) = host.report(&[&["-b", NEWEST, "-b", BENCHMARK][..], &BOTH].concat());
    assert_eq!(ids(&both), ["5.5", "9.1", "9.2", "9.3"]);
    let none = host.audit(&["--no-plugins", "--check", "9.1"]);
    assert_eq!(none.code, Some(64));
    let left_out = host.audit(&["--no-plugins", "--benchmark", BENCHMARK]);
    assert_eq!(left_out.code, Some(64), "{}", left_out.stderr);
}

#[test]
fn sections_checks_levels_and_skips_reach_it() {
    let host = Host::with(Behaviour::BehavesWell, &["--grant-all"]);
    assert_eq!(ids(&host.report(&["--section", "9"]).1), ["9.1", "9.2", "9.3"]);
    assert_eq!(ids(&host.report(&["--check", "9.3"]).1), ["9.3"]);
    assert_eq!(ids(&host.report(&["--section", "9", "--skip", "9.2", "--level", "1"]).1), ["9.1", "9.3"]);
    let unknown = host.audit(&["--check", "9.33"]);
    assert!(unknown.code == Some(64) && unknown.stderr.contains("9.3"), "{}", unknown.stderr);
    let unknown = host.audit(&["--benchmark", "hostile-2"]);
    assert!(unknown.code == Some(64) && unknown.stderr.contains(BENCHMARK), "{}", unknown.stderr);
}

/// The command in the message is the one that helps: it is run as it stands there.
#[test]
fn a_denied_call_names_the_command_that_grants_it() {
    let host = Host::with(Behaviour::AsksForStat, &[]);
    let (code, report) = host.report(&["--check", BAD_ID]);
    let finding = report.findings().next().unwrap();
    assert_eq!((code, finding.status), (Some(2), Status::Error));
    let command = finding.message.split("to allow it: ").nth(1).unwrap_or_else(|| panic!("{}", finding.message));
    assert!(command.starts_with("keelmark plugin grant hostile "), "{command}");
    assert!(report.notes.iter().any(|note| note.contains(command)), "{:?}", report.notes);
    let program = host.command().get_program().to_string_lossy().into_owned();
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command.replacen("keelmark", &program, 1));
    let host_command = host.command();
    shell.env_clear().envs(host_command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    let granted = Done::from(shell.output().unwrap());
    assert_eq!(granted.code, Some(0), "{}{}", granted.stdout, granted.stderr);
    let (_, report) = host.report(&["--check", BAD_ID]);
    let finding = report.findings().next().unwrap();
    assert!(!finding.message.contains("denied"), "{}", finding.message);
}

#[test]
fn the_ceiling_is_above_every_grant() {
    let host = Host::with(Behaviour::AsksForStat, &["--grant-all"]);
    let settings = write(&host.recorded, "keelmark.toml", b"[plugins]\ndeny = [\"fs.stat\"]\n");
    let (code, report) = host.report(&["--check", BAD_ID, "--config", &settings]);
    let message = &report.findings().next().unwrap().message;
    assert_eq!(code, Some(2));
    assert!(message.contains("the settings deny fs.stat") && !message.contains("plugin grant"), "{message}");
    std::fs::write(&settings, "[plugins]\nrequire = \"signed\"\n").unwrap();
    let (code, report) = host.report(&["--check", "privileged-container", "--config", &settings]);
    assert_eq!(code, Some(2));
    let [broken] = report.broken_plugins.as_slice() else { panic!("{:?}", report.broken_plugins) };
    assert!(broken.plugin == "hostile" && broken.problem.contains("its level is local"), "{broken:?}");
}

#[test]
fn a_damaged_store_costs_its_plugins_and_nothing_else() {
    let host = Host::with(Behaviour::BehavesWell, &["--grant-all"]);
    let plugins = host.recorded.join("store").join("plugins");
    let component = std::fs::read_dir(plugins).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&component).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&component, bytes).unwrap();
    let (code, report) = host.report(&["--check", "privileged-container"]);
    assert_eq!((code, report.findings().count()), (Some(2), 1));
    assert!(report.broken_plugins[0].problem.contains("it was changed since it was installed"));
    std::fs::write(host.recorded.join("store").join("keelmark.lock"), "rubbish").unwrap();
    let (code, report) = host.report(&["--check", "privileged-container"]);
    assert_eq!((code, report.findings().count()), (Some(2), 1));
    assert!(report.broken_plugins[0].problem.contains("keelmark.lock"), "{:?}", report.broken_plugins);
    // Who asks for an edition by its name asks for nothing of the store.
    assert_eq!(host.report(&["-b", NEWEST, "--check", "privileged-container"]).0, Some(1));
    assert_eq!(host.report(&["--no-plugins", "--check", "privileged-container"]).0, Some(1));
}

#[test]
fn a_file_takes_the_place_of_the_installed_plugin() {
    let host = Host::with(Behaviour::BehavesWell, &["--grant-all"]);
    let file = write(&host.recorded, "mine.wasm", &bad_plugin::plugin(Behaviour::GivesNoReason, &everything()));
    let (code, report) = host.report(&["--section", "9", "--plugin", &file, "--grant-all"]);
    assert_eq!((code, ids(&report)), (Some(1), vec!["9.1", "9.2", "9.3"]));
    assert!(report.notes.iter().any(|note| note.contains("runs instead of the installed plugin hostile")));
    let text = host.audit(&["--section", "9", "--plugin", &file, "--grant-all"]).stdout;
    assert!(text.contains("not installed: ") && text.contains("mine.wasm"), "{text}");
}

#[test]
fn a_file_is_granted_what_a_grant_file_says() {
    let host = Host::new();
    let plugin = write(&host.recorded, "mine.wasm", &bad_plugin::plugin(Behaviour::AsksForStat, &everything()));
    let run = |paths: &str| {
        let grant = format!("[[capability]]\nop = \"fs.stat\"\npaths = [\"{paths}\"]\nwhy = \"a test\"\n");
        let grant = write(&host.recorded, "grant.toml", grant.as_bytes());
        host.report(&["--check", BAD_ID, "--plugin", &plugin, "--grant", &grant]).1
    };
    assert!(!run("/etc/docker/daemon.json").findings().next().unwrap().message.contains("denied"));
    assert!(run("/etc/docker/other.json").findings().next().unwrap().message.contains("denied"));
    let wrong = host.audit(&["--check", BAD_ID, "--plugin", &plugin, "--grant", "/nonexistent/grant.toml"]);
    assert!(wrong.code == Some(64) && wrong.stderr.contains("/nonexistent/grant.toml"), "{}", wrong.stderr);
}

#[test]
fn a_recording_holds_what_it_asks_for() {
    let host = Host::with(Behaviour::AsksForStat, &["--grant-all"]);
    let file = host.recorded.join("recorded.json").display().to_string();
    let log = host.recorded.join("calls.jsonl").display().to_string();
    let done = host.run(&["record", &file, "-b", BENCHMARK, "--audit-log", &log]);
    assert!(matches!(done.code, Some(0 | 2)), "{}", done.stderr);
    let recording: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert!(recording["answers"]["stat /etc/docker/daemon.json"].is_object(), "{recording}");
    assert!(super::lines(&host.recorded, "calls.jsonl").iter().any(|line| line["plugin"] == "hostile"));
}

#[test]
fn lists_and_explanations_have_it() {
    let host = Host::with(Behaviour::BehavesWell, &[]);
    let list = |args: &[&str]| {
        let done = host.run(&[&["list"], args].concat());
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        done.stdout
    };
    let rows: Value = serde_json::from_str(&list(&["plugins", "-o", "json"])).unwrap();
    let row = rows.as_array().unwrap().iter().find(|row| row["id"] == "hostile").unwrap();
    assert_eq!((&row["origin"], &row["level"]), (&json!("installed"), &json!("local")));
    assert!(row["state"].as_str().unwrap().ends_with("not granted"), "{row}");
    assert!(list(&["plugins"]).contains("hostile"));
    assert!(list(&["editions"]).contains(BENCHMARK));
    let recommendations = list(&["recommendations", "-b", BENCHMARK]);
    assert_eq!(recommendations.lines().count(), 4, "{recommendations}");
    assert!(list(&["checks"]).lines().any(|line| line.starts_with("hostile ")));
    assert!(!list(&["recommendations"]).contains("hostile"), "only the newest edition unless asked");
    let explained = host.run(&["explain", "9.1", "-o", "json"]);
    let explained: Value = serde_json::from_str(&explained.stdout).unwrap();
    assert_eq!(explained["editions"][0]["benchmark"], BENCHMARK);
    // One that cannot say what it audits is complained of, and hides nobody else.
    let broken = host.recorded.join("store").join("keelmark.lock");
    std::fs::write(broken, "rubbish").unwrap();
    let done = host.run(&["explain", "5.5"]);
    assert!(done.code == Some(0) && done.stderr.contains("keelmark.lock"), "{}", done.stderr);
    assert!(host.run(&["list", "plugins"]).stdout.contains("does not run"));
}

/// A folder that others can write is no place for plugins; where there are none, that is no reason to be incomplete.
#[test]
fn a_place_where_nothing_was_installed_needs_no_guarding() {
    let host = Host::new();
    let shared = host.recorded.join("shared");
    std::fs::create_dir(&shared).unwrap();
    std::fs::set_permissions(&shared, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let audit = || {
        let mut command = host.command();
        command.env("KEELMARK_STORE_DIR", shared.join("store")).arg("audit").arg("--replay").arg(host.recorded.path());
        Done::from(command.args(["--check", "privileged-container", "-o", "json"]).output().unwrap())
    };
    assert_eq!(audit().code, Some(1));
    std::fs::create_dir(shared.join("store")).unwrap();
    let done = audit();
    assert_eq!(done.code, Some(2));
    assert!(super::report(&done).broken_plugins[0].problem.contains("can be written by others"), "{}", done.stdout);
}
