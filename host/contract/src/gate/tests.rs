//! Attempts to get past the gate.

use super::*;
use crate::gate::RawCapability;
use crate::ops::{self, Op};

fn capability(op: &Op, args: &[&str]) -> Capability {
    let values = args.iter().map(|arg| (*arg).to_owned()).collect();
    Capability::parse(RawCapability::of(op, "a test", values)).unwrap()
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
        Call::Fs { op: &ops::FS_STAT, path: "/etc", is_daemon_config: false },
        Call::FindProcesses { name: "dockerd" },
        Call::Docker { op: &ops::INFO, fields: &[] },
        Call::Plain { op: &ops::HOST_FACTS },
        Call::Plain { op: &ops::HOST_NOW },
        Call::Setting { key: "trusted-users" },
        Call::Plain { op: &ops::REPORT_EMIT },
    ];
    for call in calls {
        assert_eq!(kind(&gate, call), Some(ErrorKind::Denied), "{call:?}");
    }
}

#[test]
fn an_argv_is_matched_word_by_word() {
    let gate = Gate::new(vec![capability(&ops::EXEC, &["systemctl", "show", "{unit}"])]);
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
    let gate = Gate::new(vec![capability(&ops::FS_STAT, &["/etc/docker/**", "/run/*.sock"])]);
    let check = |path: &str| kind(&gate, Call::Fs { op: &ops::FS_STAT, path, is_daemon_config: false });
    assert_eq!(check("/etc/docker/certs.d/a/ca.crt"), None);
    assert_eq!(check("/run/docker.sock"), None);
    for path in ["/etc/docker2", "/etc/shadow", "/run/a/b.sock", "/"] {
        assert_eq!(check(path), Some(ErrorKind::Denied), "{path:?}");
    }
    for path in ["/etc/docker/../shadow", "/etc/docker//x", "/etc/docker/./x", "etc/docker", "", "/etc/docker/", "/a\0"]
    {
        assert_eq!(check(path), Some(ErrorKind::Invalid), "{path:?}");
    }
    assert_eq!(
        kind(&gate, Call::Fs { op: &ops::FS_READ_TEXT, path: "/etc/docker/x", is_daemon_config: false }),
        Some(ErrorKind::Denied)
    );
}

#[test]
fn fields_are_granted_by_whole_parts() {
    let gate = Gate::new(vec![capability(&ops::INFO, &["Swarm", "Plugins.Log"])]);
    let check = |fields: &[&str]| kind(&gate, Call::Docker { op: &ops::INFO, fields: &words(fields) });
    assert_eq!(check(&["Swarm.NodeID", "Plugins.Log", "Swarm"]), None);
    assert_eq!(check(&[]), None);
    for field in ["SwarmX", "Plugins", "Plugins.Logs", "HttpProxy"] {
        assert_eq!(check(&["Swarm", field]), Some(ErrorKind::Denied), "{field}");
    }
    for field in ["", ".", "Swarm.", "*", "Swarm.*", "a b", "Swarm/NodeID"] {
        assert_eq!(check(&[field]), Some(ErrorKind::Invalid), "{field:?}");
    }
    let other = Call::Docker { op: &ops::VERSION, fields: &words(&["Swarm"]) };
    assert_eq!(kind(&gate, other), Some(ErrorKind::Denied));
}

#[test]
fn a_denial_names_the_line_that_would_allow_it() {
    let error =
        Gate::closed().check(Call::Fs { op: &ops::FS_STAT, path: "/etc/\"x", is_daemon_config: false }).unwrap_err();
    assert_eq!(error.message, r#"denied: needs the capability op = "fs.stat", paths = ['/etc/"x']"#);
}

fn parse_argv(argv: &[&str]) -> Result<Capability, CapabilityError> {
    Capability::parse(RawCapability::of(&ops::EXEC, "x", words(argv)))
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

/// The hole stands for one file, which the api layer knows; whatever else a plugin names is as closed as before.
#[test]
fn the_hole_for_a_daemons_configuration_is_that_file_and_nothing_else() {
    let gate = Gate::new(vec![capability(&ops::FS_READ_TEXT, &["/etc/docker/daemon.json", "{dockerd-config}"])]);
    let check = |op, path, is_daemon_config| kind(&gate, Call::Fs { op, path, is_daemon_config });
    assert_eq!(check(&ops::FS_READ_TEXT, "/srv/settings", true), None);
    assert_eq!(check(&ops::FS_READ_TEXT, "/etc/docker/daemon.json", false), None);
    for path in ["/srv/settings", "/etc/shadow", "/etc/docker/config.json"] {
        assert_eq!(check(&ops::FS_READ_TEXT, path, false), Some(ErrorKind::Denied), "{path}");
    }
    assert_eq!(check(&ops::FS_STAT, "/srv/settings", true), Some(ErrorKind::Denied), "another operation");
    assert_eq!(check(&ops::FS_READ_TEXT, "{dockerd-config}", true), Some(ErrorKind::Invalid), "no path is called so");
    let without = Gate::new(vec![capability(&ops::FS_READ_TEXT, &["/etc/docker/daemon.json"])]);
    let refused =
        without.check(Call::Fs { op: &ops::FS_READ_TEXT, path: "/srv/x", is_daemon_config: true }).unwrap_err();
    assert!(refused.message.contains("paths = [\"{dockerd-config}\"]"), "{}", refused.message);
    for odd in ["/{dockerd-config}", "{dockerd-config}/x", "{other}", "{dockerd-config}*"] {
        let raw = RawCapability::of(&ops::FS_STAT, "x", words(&[odd]));
        assert!(Capability::parse(raw).is_err(), "{odd}");
    }
}
