//! Programs that a plugin may run, and what somebody made of them: shadowed, flooding, hanging, leaving children.

use std::path::Path;
use std::time::{Duration, Instant};

use keelmark_bad_plugins::{BAD_ID, Behaviour};
use keelmark_report::{Report, Status};

use super::{BYSTANDER, find};
use crate::cli::keelmark;
use crate::support::bad_plugin;
use crate::support::programs::{require_root, with_programs};
use crate::support::wire::{WireEngine, recording};

/// What became of the plugin's one call, on a host whose auditctl is this script.
fn run(script: &str, prepare: &str, folder: &Path) -> String {
    let manifest = bad_plugin::manifest_with(&[("exec", "argv = [\"auditctl\", \"-l\"]")]);
    let plugin = folder.join("plugin.wasm");
    std::fs::write(&plugin, bad_plugin::plugin(Behaviour::RunsPrograms, &manifest)).unwrap();
    let engine = WireEngine::start(&recording("worst-case"), Box::new(|_, _| None));
    // First in the caller's PATH stands another program of that name.
    let shadow = folder.join("shadow");
    std::fs::create_dir(&shadow).unwrap();
    std::fs::write(shadow.join("auditctl"), format!("#!/bin/sh\ntouch {}/was-run\n", folder.display())).unwrap();
    std::fs::set_permissions(shadow.join("auditctl"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut command = keelmark();
    command.env("DOCKER_HOST", engine.address()).env("SECRET", "hunter2").env("LD_PRELOAD_X", "hunter2");
    command.env("PATH", format!("{}:/usr/bin:/bin", shadow.display()));
    command.args([
        "audit",
        "--local",
        "-b",
        crate::support::NEWEST,
        "-o",
        "json",
        "--check",
        BYSTANDER,
        "--check",
        BAD_ID,
    ]);
    command.arg("--plugin").arg(&plugin).arg("--grant-all");
    let output = with_programs(&command, &[("auditctl", script)], prepare, folder).output().unwrap();
    let report: Report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let bystander = report.findings().find(|finding| finding.check == BYSTANDER).unwrap();
    assert_eq!((bystander.status, bystander.is_incomplete()), (Status::Fail, false));
    assert!(!folder.join("was-run").exists(), "the program in PATH was run");
    let finding = find(&report, 0, BAD_ID);
    assert_eq!(finding.evidence.len(), 1, "{}", finding.message);
    finding.evidence[0].found.clone()
}

/// Whether the process whose number is in this file has ended, or does soon.
fn has_ended(pid: &Path) -> bool {
    let pid = std::fs::read_to_string(pid).unwrap();
    let status = format!("/proc/{}/status", pid.trim());
    let runs = || std::fs::read_to_string(&status).is_ok_and(|text| !text.contains("State:\tZ"));
    let deadline = Instant::now() + Duration::from_secs(5);
    while runs() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    !runs()
}

#[test]
fn a_program_is_the_hosts_own_and_ends_with_its_call() {
    require_root();
    let cases: [(&str, &str, fn(&str, &Path)); 7] = [
        ("echo real; env", "", |found, _| {
            assert!(found.starts_with("code Some(0)") && found.contains("real"), "{found}");
            assert!(found.contains("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), "{found}");
            assert!(!found.contains("hunter2"), "{found}");
        }),
        ("sleep 600 & echo $! >FOLDER/pid; echo left", "", |found, folder| {
            assert!(found.starts_with("code Some(0)") && found.contains("left"), "{found}");
            assert!(has_ended(&folder.join("pid")), "the child lives on");
        }),
        ("trap '' TERM INT HUP; echo $$ >FOLDER/pid; while :; do sleep 1; done", "", |found, folder| {
            assert_eq!(found, "ErrorKind::Timeout: auditctl did not end within 5 s and was killed");
            assert!(has_ended(&folder.join("pid")), "it lives on");
        }),
        ("exec yes", "", |found, _| assert!(found.starts_with("code None, 1048576 bytes, truncated true"), "{found}")),
        ("cat; printf 'end\\377'", "", |found, _| assert!(found.contains("end\u{fffd}"), "{found}")),
        ("echo not me", "chmod 777 /usr/sbin/auditctl", |found, _| {
            assert!(found.starts_with("ErrorKind::Unavailable") && found.contains("only root may"), "{found}");
        }),
        ("echo not me", "ln -sf /proc/self/fd/3 /usr/sbin/auditctl", |found, _| {
            assert!(found.starts_with("ErrorKind::Unavailable") && found.contains("is not run"), "{found}");
        }),
    ];
    std::thread::scope(|scope| {
        for (script, prepare, look) in cases {
            scope.spawn(move || {
                let folder = tempfile::tempdir().unwrap();
                let script = script.replace("FOLDER", &folder.path().display().to_string());
                look(&run(&script, prepare, folder.path()), folder.path());
            });
        }
    });
}
