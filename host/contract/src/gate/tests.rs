//! Attempts to get past the gate.

use super::*;
use crate::gate::RawCapability;

fn capability(op: &str, key: &str, args: &[&str]) -> Capability {
    let list = |name: &str| (key == name).then(|| args.iter().map(|arg| (*arg).to_owned()).collect());
    let raw = RawCapability {
        op: op.into(),
        why: "a test".into(),
        argv: list("argv"),
        paths: list("paths"),
        names: list("names"),
        fields: list("fields"),
        keys: list("keys"),
    };
    Capability::parse(raw).unwrap()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn kind(gate: &Gate, call: Call) -> Option<ErrorKind> {
    gate.check(call).err().map(|error| error.kind)
}

#[test]
fn a_closed_gate_denies_every_kind_of_call() {
    let gate = Gate::closed();
    let calls = [
        Call::Exec { program: "auditctl", args: &[] },
        Call::Fs { op: FsOp::Stat, path: "/etc" },
        Call::FindProcesses { name: "dockerd" },
        Call::Docker { op: "docker.info", fields: &[] },
        Call::HostFacts,
        Call::Now,
        Call::Setting { key: "trusted-users" },
        Call::Report { op: "report.emit" },
    ];
    for call in calls {
        assert_eq!(kind(&gate, call), Some(ErrorKind::Denied), "{call:?}");
    }
}

#[test]
fn an_argv_is_matched_word_by_word() {
    let gate = Gate::new(vec![capability("exec", "argv", &["systemctl", "show", "{unit}"])]);
    let check = |program: &str, args: &[&str]| kind(&gate, Call::Exec { program, args: &words(args) });
    assert_eq!(check("systemctl", &["show", "docker.service"]), None);
    for args in [&["show", "-H.service"][..], &["show", "--host=x.service"], &["show", "a b.service"], &["show"], &[]] {
        assert_eq!(check("systemctl", args), Some(ErrorKind::Denied), "{args:?}");
    }
    assert_eq!(check("systemctl", &["show", "docker.service", "x.service"]), Some(ErrorKind::Denied));
    assert_eq!(check("systemctl", &["show", "a\n.service"]), Some(ErrorKind::Invalid));
    assert_eq!(check("systemctl", &["show", "a\0.service"]), Some(ErrorKind::Invalid));
    for program in ["/bin/systemctl", "../systemctl", "./systemctl", ""] {
        assert_eq!(check(program, &["show", "docker.service"]), Some(ErrorKind::Invalid), "{program:?}");
    }
}

#[test]
fn a_path_has_one_spelling() {
    let gate = Gate::new(vec![capability("fs.stat", "paths", &["/etc/docker/**", "/run/*.sock"])]);
    let check = |path: &str| kind(&gate, Call::Fs { op: FsOp::Stat, path });
    assert_eq!(check("/etc/docker/certs.d/a/ca.crt"), None);
    assert_eq!(check("/run/docker.sock"), None);
    for path in ["/etc/docker2", "/etc/shadow", "/run/a/b.sock", "/"] {
        assert_eq!(check(path), Some(ErrorKind::Denied), "{path:?}");
    }
    for path in ["/etc/docker/../shadow", "/etc/docker//x", "/etc/docker/./x", "etc/docker", "", "/etc/docker/", "/a\0"]
    {
        assert_eq!(check(path), Some(ErrorKind::Invalid), "{path:?}");
    }
    assert_eq!(kind(&gate, Call::Fs { op: FsOp::ReadText, path: "/etc/docker/x" }), Some(ErrorKind::Denied));
}

#[test]
fn fields_are_granted_by_whole_parts() {
    let gate = Gate::new(vec![capability("docker.info", "fields", &["Swarm", "Plugins.Log"])]);
    let check = |fields: &[&str]| kind(&gate, Call::Docker { op: "docker.info", fields: &words(fields) });
    assert_eq!(check(&["Swarm.NodeID", "Plugins.Log", "Swarm"]), None);
    assert_eq!(check(&[]), None);
    for field in ["SwarmX", "Plugins", "Plugins.Logs", "HttpProxy"] {
        assert_eq!(check(&["Swarm", field]), Some(ErrorKind::Denied), "{field}");
    }
    for field in ["", ".", "Swarm.", "*", "Swarm.*", "a b", "Swarm/NodeID"] {
        assert_eq!(check(&[field]), Some(ErrorKind::Invalid), "{field:?}");
    }
    let other = Call::Docker { op: "docker.version", fields: &words(&["Swarm"]) };
    assert_eq!(kind(&gate, other), Some(ErrorKind::Denied));
}

#[test]
fn a_denial_names_the_line_that_would_allow_it() {
    let error = Gate::closed().check(Call::Fs { op: FsOp::Stat, path: "/etc/\"x" }).unwrap_err();
    assert_eq!(error.message, r#"denied: needs the capability op = "fs.stat", paths = ['/etc/"x']"#);
}

fn parse_argv(argv: &[&str]) -> Result<Capability, CapabilityError> {
    let raw = RawCapability {
        op: "exec".into(),
        why: "x".into(),
        argv: Some(words(argv)),
        paths: None,
        names: None,
        fields: None,
        keys: None,
    };
    Capability::parse(raw)
}

#[test]
fn patterns_that_could_swallow_options_are_refused() {
    let patterns = [
        &["find", "*"][..],
        &["{name}"],
        &["getent", "{anything}"],
        &["bash", "-c", "id"],
        &["nsenter", "-t", "1"],
        &["docker", "exec", "{name}"],
        &["systemctl", "{name}"],
        &["../x"],
    ];
    for argv in patterns {
        assert!(parse_argv(argv).is_err(), "{argv:?}");
    }
}

/// A manifest may ask for a program that only some hosts run; the gate keeps it out of the others.
#[test]
fn programs_that_keelmark_does_not_run_stay_out() {
    for argv in [&["systemctl", "start", "{unit}"][..], &["sysctl", "-n", "kernel.panic"], &["systemctl"]] {
        let gate = Gate::new(vec![parse_argv(argv).unwrap()]);
        let args = words(argv.get(1..).unwrap_or_default())
            .iter()
            .map(|w| w.replace("{unit}", "a.service"))
            .collect::<Vec<_>>();
        let call = Call::Exec { program: argv[0], args: &args };
        assert_eq!(kind(&gate, call), Some(ErrorKind::Denied), "{argv:?}");
    }
}
