//! This very host, without an engine or without root: what can be read is audited, the rest says why not.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use keelmark_report::{Finding, Report, Status};

use super::{Done, keelmark};

fn json(mut command: Command) -> (Report, Done) {
    let done = Done::from(command.output().unwrap());
    let report = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {}", done.stderr));
    (report, done)
}

fn in_section<'r>(report: &'r Report, number: &str) -> Vec<&'r Finding> {
    let sections = report.benchmarks.iter().flat_map(|benchmark| &benchmark.sections);
    sections.filter(|section| section.number == number).flat_map(|section| &section.findings).collect()
}

#[test]
fn without_an_engine_the_host_is_still_audited() {
    let mut command = keelmark();
    command.args(["audit", "-b", crate::support::NEWEST, "-o", "json"]);
    let (report, done) = json(command);
    assert_eq!(done.code, Some(2));
    assert_eq!(report.findings().count(), 118);
    assert!(!report.is_complete());
    let unreachable = "engine unreachable at unix:///nonexistent/docker.sock";
    assert!(report.engine.error.as_deref().is_some_and(|error| error.starts_with(unreachable)), "{:?}", report.engine);
    // Whatever needs a container is an error that says so, and never a pass; why, is told once.
    for finding in in_section(&report, "5") {
        assert_eq!(finding.status, Status::Error, "{}", finding.id);
        assert!(finding.cause.is_some_and(|cause| finding.message.contains(cause.short())), "{}", finding.message);
    }
    let [cause] = report.causes.as_slice() else { panic!("{:?}", report.causes) };
    assert_eq!(Some(&cause.message), report.engine.error.as_ref());
    assert!(cause.findings > 50, "{cause:?}");
    assert_eq!(done.stdout.matches(&cause.message).count(), 2, "as the cause, and as the engine's error");
    for section in ["1", "3"] {
        let judged = in_section(&report, section).into_iter().filter(|finding| finding.status != Status::Error);
        assert!(judged.count() >= 5, "too little of section {section} is judged without an engine");
    }
}

#[test]
fn auto_without_an_engine_takes_the_newest_edition_and_says_why() {
    let mut command = keelmark();
    command.args(["audit", "--check", "docker-service-wide-mode", "-o", "json"]);
    let (report, _) = json(command);
    assert_eq!(report.benchmarks[0].id, crate::support::NEWEST);
    assert!(report.benchmarks[0].chosen.contains("the engine could not be asked"));
    assert!(report.notes.iter().any(|note| note.contains("the newest edition was taken")), "{:?}", report.notes);
}

/// The program as somebody who is not root.
fn keelmark_as_nobody(folder: &std::path::Path) -> Command {
    let program = keelmark();
    if !rustix::process::geteuid().is_root() {
        return program;
    }
    // Where nobody can reach it; the build may be below a folder that is root's.
    let copy = folder.join("keelmark");
    std::fs::copy(program.get_program(), &copy).unwrap();
    let mut command = Command::new("setpriv");
    command.env_clear().envs(program.get_envs().filter_map(|(key, value)| Some((key, value?))));
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(copy);
    command
}

#[test]
fn without_root_what_needs_it_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    let etc_docker = root.join("etc/docker");
    std::fs::create_dir_all(&etc_docker).unwrap();
    std::fs::create_dir(etc_docker.join("certs.d")).unwrap();
    std::fs::create_dir(root.join("etc/default")).unwrap();
    std::fs::create_dir(root.join("proc")).unwrap();
    std::fs::write(root.join("etc/default/docker"), "").unwrap();
    let mode = |path: &std::path::Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    mode(folder.path(), 0o755);
    mode(&etc_docker, 0o000);

    let mut command = keelmark_as_nobody(folder.path());
    command.args(["--no-cache", "audit", "-b", crate::support::NEWEST, "-o", "json", "--host-root"]).arg(&root);
    command.args([
        "--check",
        "etc-docker-wide-mode",
        "--check",
        "registry-certificate-wide-mode",
        "--check",
        "etc-default-docker-wide-mode",
    ]);
    let (report, done) = json(command);
    mode(&etc_docker, 0o755);
    assert_eq!(done.code, Some(2), "{}", done.stderr);
    assert!(!report.host.privileged);
    let find = |check: &str| report.findings().find(|finding| finding.check == check).unwrap();
    let hidden = find("registry-certificate-wide-mode");
    assert_eq!(hidden.status, Status::Error);
    assert!(hidden.message.contains("needs root"), "{}", hidden.message);
    assert_ne!(find("etc-default-docker-wide-mode").status, Status::Error);
    assert_ne!(find("etc-docker-wide-mode").status, Status::Error);
}
