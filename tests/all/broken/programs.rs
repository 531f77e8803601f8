//! Programs of the host that are absent, fail, hang or lie: auditctl and systemctl, replaced in a mount namespace.

use std::time::Duration;

use keelmark_report::{Report, Status};

use super::{Audited, SLACK, assert_no_false_verdict, audit, causes, command, sound};
use crate::support::programs::{require_root, with_programs};
use crate::support::wire::WireEngine;

/// What a program may take (`host/docs/security-model.md`).
const PROGRAM: Duration = Duration::from_secs(5);

/// A sound auditctl, as a script: the rules of the recorded host.
fn auditctl() -> String {
    let answers = &sound()["answers"];
    let printed = |key: &str| answers[key]["ok"]["stdout"].as_str().unwrap().to_owned();
    format!(
        "case $1 in -l) cat <<'END'\n{}END\n;; -s) cat <<'END'\n{}END\n;; esac",
        printed("exec auditctl -l"),
        printed("exec auditctl -s")
    )
}

const SYSTEMCTL: &str = "echo FragmentPath=/usr/lib/systemd/system/docker.service";

/// Section 1, which asks programs, on this machine's own files with these programs.
fn run(scripts: &[(&str, &str)], limit: Duration) -> Audited {
    let engine = WireEngine::start(sound(), Box::new(|_, _| None));
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(&engine.address(), None);
    command.args(["--section", "1"]);
    audit(with_programs(&command, scripts, "", folder.path()), limit + SLACK)
}

fn passes(report: &Report) -> usize {
    report.findings().filter(|finding| finding.status == Status::Pass).count()
}

#[test]
fn programs_that_do_not_answer_pass_nothing() {
    require_root();
    let auditctl = auditctl();
    let sound = run(&[("auditctl", &auditctl), ("systemctl", SYSTEMCTL)], Duration::ZERO).report;
    assert!(passes(&sound) > 3, "{:?}", super::verdicts(&sound));
    let cases: [(&str, Option<&str>, &str, Duration); 8] = [
        ("absent", None, "no audit rule records who changes /var/lib/docker", Duration::ZERO),
        ("fails", Some("echo 'You must be root to run this program.' >&2; exit 4"), "You must be root", Duration::ZERO),
        ("says nothing", Some("exit 0"), "", Duration::ZERO),
        ("hangs", Some("sleep 1000"), "auditctl did not end within 5 s and was killed", PROGRAM * 3),
        ("is killed", Some("kill -9 $$"), "", Duration::ZERO),
        ("prints rubbish", Some("head -c 10000 /dev/urandom"), "", Duration::ZERO),
        ("prints for ever", Some("exec yes -- '-w /usr/bin/dockerd -p rwxa'"), "", Duration::ZERO),
        ("is no program", Some("\0\0\0"), "", Duration::ZERO),
    ];
    let failed: Vec<&str> = std::thread::scope(|scope| {
        let running = cases.map(|(name, script, cause, limit)| {
            let sound = &sound;
            let thread = scope.spawn(move || {
                let scripts: Vec<(&str, &str)> =
                    script.map(|script| ("auditctl", script)).into_iter().chain([("systemctl", SYSTEMCTL)]).collect();
                let audited = run(&scripts, limit);
                // Where it is not installed, nothing has loaded rules, and that is no fault but a finding.
                if script.is_some() {
                    assert_no_false_verdict(&audited.report, sound);
                }
                let rules = |finding: &&keelmark_report::Finding| finding.check.starts_with("unaudited-");
                let passed: Vec<_> =
                    audited.report.findings().filter(rules).filter(|finding| finding.status == Status::Pass).collect();
                assert!(passed.is_empty(), "{name}: {passed:#?}");
                let causes = causes(&audited.report);
                assert!(causes.contains(cause), "{name} does not say {cause:?}: {causes}");
            });
            (name, thread)
        });
        running.into_iter().filter_map(|(name, thread)| thread.join().is_err().then_some(name)).collect()
    });
    assert!(failed.is_empty(), "see above: {failed:?}");
}

#[test]
fn a_host_without_systemd_is_audited() {
    require_root();
    let auditctl = auditctl();
    let refuses = "echo \"System has not been booted with systemd as init system (PID 1). Can't operate.\" >&2; exit 1";
    let without = run(&[("auditctl", &auditctl), ("systemctl", refuses)], Duration::ZERO).report;
    let hangs = run(&[("auditctl", &auditctl), ("systemctl", "sleep 1000")], PROGRAM * 8).report;
    for report in [&without, &hangs] {
        assert!(passes(report) > 0 && report.findings().count() > 10);
    }
    assert_no_false_verdict(&hangs, &without);
    assert!(causes(&hangs).contains("systemctl did not end within 5 s"), "{}", causes(&hangs));
}
