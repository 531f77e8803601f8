//! Which host is audited: an engine behind a socket is this host's only where the facts say so.
//!
//! Real engines are asked in `tests/engine/identity.rs`; here an engine double shows what no engine at hand can.

use std::process::Command;

use keelmark_report::model::{CauseId, EngineState, Relation, Scope};
use keelmark_report::{Finding, Report, Status};
use serde_json::{Value, json};

use super::cli::{Done, keelmark};
use super::support::NEWEST;
use super::support::wire::{Act, WireEngine};

/// What a recording of this name answers.
fn recorded(name: &str) -> Value {
    let path = format!("{}/fixtures/recordings/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// An engine that says that its host has this name and kernel; without them, it does not say.
fn engine_of(host: Option<(&str, &str)>) -> WireEngine {
    let sound = recorded("default-install");
    let mut info = sound["answers"]["docker info"]["ok"].clone();
    let (name, kernel) = host.unwrap_or_default();
    (info["Name"], info["KernelVersion"]) = (name.into(), kernel.into());
    info["OperatingSystem"] = "Docker Desktop".into();
    WireEngine::start(&sound, Box::new(move |path, _| (path == "/info").then(|| Act::json(&info))))
}

fn kernel() -> String {
    rustix::system::uname().release().to_string_lossy().into_owned()
}

fn hostname() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

fn audit(engine: &WireEngine, args: &[&str]) -> (Report, Done) {
    let mut command = keelmark();
    command.env("DOCKER_HOST", engine.address());
    report(command.args(["audit", "-b", NEWEST, "-o", "json"]).args(args))
}

fn report(command: &mut Command) -> (Report, Done) {
    let done = Done::from(command.output().unwrap());
    let report = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {}", done.stderr));
    (report, done)
}

/// The findings of sections that are about the host's files, programs and processes.
fn about_the_host(report: &Report) -> Vec<&Finding> {
    let sections = report.benchmarks.iter().flat_map(|benchmark| &benchmark.sections);
    let sections = sections.filter(|section| ["1", "3"].contains(&section.number.as_str()));
    let findings = sections.flat_map(|section| &section.findings);
    // Whether the engine is up to date and the host hardened is not in a host's files.
    findings.filter(|finding| !["1.2.1", "1.2.2"].contains(&finding.id.as_str())).collect()
}

fn find<'r>(report: &'r Report, id: &str) -> &'r Finding {
    report.findings().find(|finding| finding.id == id).unwrap()
}

#[test]
fn nothing_of_this_host_is_judged_for_an_engine_of_another() {
    for (name, kernel) in [("docker-desktop", "6.12.54-linuxkit".to_owned()), ("another", kernel())] {
        let (report, done) = audit(&engine_of(Some((name, &kernel))), &[]);
        assert_eq!(done.code, Some(2));
        assert_eq!((report.host.name.as_str(), report.host.kernel.as_str()), (name, kernel.as_str()));
        assert_eq!((report.host.os.as_str(), report.host.relation), ("Docker Desktop", Relation::Remote));
        assert!(!report.host.id.is_empty());
        assert_eq!(report.auditor.host, hostname());
        assert!(!report.auditor.user.is_empty() && !report.auditor.keelmark.is_empty());
        for finding in about_the_host(&report) {
            assert_eq!((finding.status, finding.cause), (Status::Error, Some(CauseId::HostRemote)), "{}", finding.id);
            assert!(finding.message.len() < 100, "the sentence is told once: {}", finding.message);
        }
        for id in ["2.3", "2.4", "2.17"] {
            assert_eq!(find(&report, id).status, Status::Error, "{id}");
        }
        // What the engine tells is judged as ever.
        assert_eq!(find(&report, "5.5").status, Status::Pass, "{:?}", find(&report, "5.5"));
        let [cause] = report.causes.as_slice() else { panic!("{:?}", report.causes) };
        assert!(cause.message.contains(name) && cause.message.contains(&hostname()), "both hosts: {}", cause.message);
        assert!(
            report.notes.iter().any(|note| note.contains(name) && note.contains(&hostname())),
            "{:?}",
            report.notes
        );
    }
}

#[test]
fn what_cannot_be_told_is_an_error_until_somebody_says_it() {
    for host in [Some((hostname(), kernel())), None] {
        let engine = engine_of(host.as_ref().map(|(name, kernel)| (name.as_str(), kernel.as_str())));
        let (report, done) = audit(&engine, &[]);
        assert_eq!((done.code, report.host.relation), (Some(2), Relation::Undecided), "{host:?}");
        for finding in about_the_host(&report) {
            assert_eq!(
                (finding.status, finding.cause),
                (Status::Error, Some(CauseId::HostUndecided)),
                "{}",
                finding.id
            );
        }
        let [cause] = report.causes.as_slice() else { panic!("{:?}", report.causes) };
        assert!(cause.message.contains("--local or --remote"), "{}", cause.message);

        let (report, _) = audit(&engine, &["--local"]);
        assert_eq!(report.host.relation, Relation::Local);
        let judged = about_the_host(&report).into_iter().filter(|finding| finding.status != Status::Error);
        assert!(judged.count() >= 5, "{:?}", report.counts());
        let (report, _) = audit(&engine, &["--remote"]);
        assert_eq!(report.host.relation, Relation::Remote);
    }
    let both = Done::from(keelmark().args(["audit", "--local", "--remote"]).output().unwrap());
    assert_eq!(both.code, Some(64), "{}", both.stderr);
}

#[test]
fn an_audit_of_the_engine_alone_can_be_complete() {
    let engine = engine_of(Some(("far", "5.4.0")));
    let (report, done) = audit(&engine, &["--scope", "engine", "--fail-on", "never"]);
    let unread: Vec<_> = report.findings().filter(|finding| finding.is_incomplete()).collect();
    assert_eq!((done.code, report.is_complete(), report.scope), (Some(0), true, Scope::Engine), "{unread:#?}");
    let [benchmark] = report.benchmarks.as_slice() else { panic!("one edition") };
    assert!(benchmark.left_out.contains(&"1.1.3".to_owned()), "{:?}", benchmark.left_out);
    assert_eq!(benchmark.left_out.len() + report.findings().count(), 118, "nothing is lost");
    assert!(report.findings().count() >= 60, "{:?}", report.counts());
    let mut command = keelmark();
    command.env("DOCKER_HOST", engine.address());
    let text = Done::from(command.args(["audit", "-b", NEWEST, "--scope", "engine"]).output().unwrap());
    assert!(text.stdout.contains("Left out, because it needs the engine's host"), "{}", text.stdout);
    // What the engine fails to tell is as missing as ever.
    let silent = WireEngine::start(
        &recorded("default-install"),
        Box::new(|path, _| {
            (path == "/networks")
                .then(|| Act::refusal(500, "this needs the engine's host, which --scope engine leaves out"))
        }),
    );
    let (report, done) = audit(&silent, &["--scope", "engine", "--check", "2.2", "--check", "5.5"]);
    assert_eq!((done.code, report.is_complete()), (Some(2), false), "{:?}", report.findings().collect::<Vec<_>>());
}

#[test]
fn an_old_recording_of_two_hosts_is_not_taken_for_one() {
    let mut recording = recorded("default-install");
    recording["answers"]["docker info"]["ok"]["Name"] = "docker-desktop".into();
    recording["answers"]["docker info"]["ok"]["KernelVersion"] = "6.12.54-linuxkit".into();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), recording.to_string()).unwrap();
    let replay = |args: &[&str]| {
        let mut command = keelmark();
        report(command.args(["audit", "-b", NEWEST, "-o", "json", "--replay"]).arg(file.path()).args(args))
    };
    let (found, _) = replay(&[]);
    assert_eq!((found.host.name.as_str(), found.host.relation), ("docker-desktop", Relation::Remote));
    for id in ["2.3", "2.4", "2.17", "3.15"] {
        assert_eq!(find(&found, id).status, Status::Error, "{id}");
    }
    let (scoped, done) = replay(&["--scope", "engine", "--fail-on", "never"]);
    assert_eq!((done.code, scoped.is_complete()), (Some(0), true));
}

#[test]
fn a_root_that_is_none_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = keelmark();
    let done = Done::from(command.args(["audit", "--host-root"]).arg(folder.path()).output().unwrap());
    assert_eq!(done.code, Some(64));
    assert!(done.stderr.contains("is no host's root") && done.stderr.contains("mount the host's /"), "{}", done.stderr);
}

#[test]
fn ssh_is_told_the_right_way() {
    for address in ["ssh://root@host", "ssh://host", "ssh://user:hunter2@host:22"] {
        let done = Done::from(keelmark().env("DOCKER_HOST", address).arg("audit").output().unwrap());
        assert_eq!(done.code, Some(64), "{address}");
        assert!(done.stderr.contains("keelmark record") && done.stderr.contains("--replay"), "{}", done.stderr);
        assert!(!done.stderr.contains("forward") && !done.stderr.contains("hunter2"), "{}", done.stderr);
    }
}

#[test]
fn running_narrows_what_is_about_containers_and_nothing_else() {
    let mut recording = recorded("default-install");
    // One of two containers has stopped; it is the only one of its image.
    let answers = &mut recording["answers"];
    let image = "sha256:feedfeedfeedfeedfeedfeedfeedfeedfeedfeedfeedfeedfeedfeedfeedfeed";
    let stopped = answers["docker containers"]["ok"][0]["Id"].as_str().unwrap().to_owned();
    let entry = &mut answers["docker containers"]["ok"][0];
    (entry["State"], entry["Status"], entry["ImageID"]) = ("exited".into(), "Exited (0)".into(), image.into());
    answers[&format!("docker container {stopped}")]["ok"]["HostConfig"]["Privileged"] = true.into();
    let mut second = answers["docker images"]["ok"][0].clone();
    second["Id"] = image.into();
    answers["docker images"]["ok"].as_array_mut().unwrap().push(second);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), recording.to_string()).unwrap();
    let replay = |args: &[&str]| {
        let mut command = keelmark();
        command.args(["audit", "-b", NEWEST, "-o", "json", "--replay"]).arg(file.path()).args(args);
        report(command.args(["--check", "5.5", "--check", "6.1", "--check", "6.2"])).0
    };
    let (all, running) = (replay(&[]), replay(&["--running"]));
    let statuses = |report: &Report| ["5.5", "6.1", "6.2"].map(|id| find(report, id).status);
    assert_eq!(statuses(&all), [Status::Fail, Status::Pass, Status::Manual], "{all:#?}");
    assert_eq!(statuses(&running), [Status::Pass, Status::Pass, Status::Manual], "{running:#?}");
}

#[test]
fn a_host_without_an_engine_is_a_class_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    for name in ["etc", "proc/1"] {
        std::fs::create_dir_all(root.join(name)).unwrap();
    }
    std::fs::write(root.join("proc/1/comm"), "init\n").unwrap();
    let other = folder.path().join("other.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&other).unwrap();
    let mut command = keelmark();
    command.args(["audit", "-b", NEWEST, "-o", "json", "--host-root"]).arg(&root);
    let (report, _) = report(&mut command);
    assert_eq!(report.engine.state, EngineState::Absent);
    let [cause] = report.causes.as_slice() else { panic!("{:?}", report.causes) };
    assert_eq!(cause.id, CauseId::NoEngine);
    assert_eq!(json!(report)["causes"][0]["id"], "no-engine");
    assert_eq!(find(&report, "5.5").message, "no engine runs on this host");
}
