//! Attempts to be granted more than a manifest asks for, or more than was granted.

use super::*;
use crate::gate::{Access, Call, Ceiling, Gate, RawCapability};
use crate::ops::{self, Op};

fn capability(op: &Op, args: &[&str]) -> Capability {
    let values = args.iter().map(|arg| (*arg).to_owned()).collect();
    Capability::parse(RawCapability::of(op, "a test", values)).unwrap()
}

fn path(pattern: &str) -> Capability {
    capability(&ops::FS_STAT, &[pattern])
}

fn argv(words: &[&str]) -> Capability {
    capability(&ops::EXEC, words)
}

#[test]
fn paths_cover_what_they_match_and_no_more() {
    let covered = [
        ("/etc/docker/**", "/etc/docker/daemon.json"),
        ("/etc/docker/**", "/etc/docker/certs.d/**"),
        ("/etc/docker/**", "/etc/docker/certs.d/*/ca.crt"),
        ("/etc/docker/**", "/etc/docker/*"),
        ("/etc/**/*.json", "/etc/docker/daemon.json"),
        ("/etc/**/*.json", "/etc/daemon.json"),
        ("/etc/**/*.json", "/etc/a/**/b*.json"),
        ("/run/*.sock", "/run/docker*.sock"),
        ("/**", "/etc/shadow"),
        ("/a/**/b/**", "/a/b/c"),
        ("/a/**/b/**/c", "/a/x/b/y/b/c"),
        ("/etc/??", "/etc/??"),
        ("/etc/??", "/etc/ab"),
    ];
    for (wide, narrow) in covered {
        assert!(path(wide).covers(&path(narrow)), "{wide} covers {narrow}");
    }
    let not = [
        ("/etc/docker/**", "/etc/docker"),
        ("/etc/docker/**", "/etc/**"),
        ("/etc/docker/**", "/etc/*/daemon.json"),
        ("/etc/docker/**", "/etc/docker2/x"),
        ("/etc/docker/*", "/etc/docker/**"),
        ("/etc/docker/*", "/etc/docker/a/b"),
        ("/etc/docker/*", "/etc/docker/**/a"),
        ("/etc/*.json", "/etc/*"),
        ("/etc/*.json", "/etc/*.json5"),
        ("/etc/a*b", "/etc/a*"),
        ("/etc/a*b", "/etc/ab*"),
        ("/etc/**/b", "/etc/**"),
        ("/a/**/b/**", "/a/b"),
        ("/a/b", "/a/*"),
        ("/a/*/b", "/a/**/b"),
        ("/etc/docker", "/etc/docker/x"),
        ("/etc/docker/**", r"/etc/docker/\*"),
        ("/etc/?", "/etc/*"),
        ("/etc/x**y", "/etc/x*y"),
    ];
    for (wide, narrow) in not {
        assert!(!path(wide).covers(&path(narrow)), "{wide} covers {narrow}");
    }
    assert!(!path("/etc/**").covers(&capability(&ops::FS_READ_TEXT, &["/etc/x"])), "another operation");
}

/// What is found to be covered is: no path that the narrow pattern matches escapes the wide one.
#[test]
fn coverage_of_paths_is_never_wrong() {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % u64::try_from(below).unwrap()).unwrap()
    };
    let parts = ["a", "b", "ab", "*", "**", "a*", "*b", "a*b", "*a*", "**", "?", "a**"];
    let names = ["a", "b", "ab", "aab", "ba", "abb"];
    let (mut found, mut matched) = (0, 0);
    for _ in 0..6_000 {
        let mut pattern = |pool: &[&str]| {
            let length = 1 + random(4);
            (0..length).map(|_| format!("/{}", pool[random(pool.len())])).collect::<String>()
        };
        let (wide, narrow) = (pattern(&parts), pattern(&parts));
        let paths: Vec<String> = (0..8).map(|_| pattern(&names)).collect();
        let (wide_cap, narrow_cap) = (path(&wide), path(&narrow));
        if !wide_cap.covers(&narrow_cap) {
            continue;
        }
        found += 1;
        for tried in &paths {
            let call = Call::Fs { op: &ops::FS_STAT, path: tried, is_daemon_config: false };
            if narrow_cap.allows(call) {
                matched += 1;
                assert!(wide_cap.allows(call), "{wide} is said to cover {narrow}, but not {tried}");
            }
        }
    }
    assert!(found > 150 && matched > 100, "too little was tried: {found} pairs, {matched} paths");
}

#[test]
fn a_pattern_made_of_stars_costs_no_time() {
    let wide = format!("/{}", "*a".repeat(1000));
    let narrow = format!("/{}b", "a".repeat(2000));
    let deep = format!("{}/x", "/**/a".repeat(400));
    let path_of_a = "/a".repeat(1000);
    let started = std::time::Instant::now();
    assert!(!paths::covers(&wide, &narrow));
    assert!(!paths::covers(&deep, &path_of_a));
    assert!(started.elapsed() < std::time::Duration::from_secs(30), "{:?}", started.elapsed());
}

/// The longest manifest against the longest list of grants, of the kind that is slowest to compare.
#[test]
fn long_lists_are_compared_in_time() {
    let list = |name: &str| (0..500).map(|n| format!("/x*/**/{n}*{name}/**")).collect::<Vec<_>>();
    let capability =
        |paths: &[String]| capability(&ops::FS_STAT, &paths.iter().map(String::as_str).collect::<Vec<_>>());
    let (asked, granted) = (capability(&list("a")), capability(&list("b")));
    let started = std::time::Instant::now();
    let (asked, granted) = ([asked], [granted]);
    assert!(intersection(&asked, &granted).is_empty());
    assert_eq!(difference(&asked, &granted).len(), 1);
    assert!(started.elapsed() < std::time::Duration::from_secs(60), "{:?}", started.elapsed());
}

#[test]
fn command_lines_are_covered_word_by_word() {
    let unit = argv(&["systemctl", "show", "{unit}"]);
    for narrow in [&["systemctl", "show", "docker.service"][..], &["systemctl", "show", "{unit}"]] {
        assert!(unit.covers(&argv(narrow)), "{narrow:?}");
    }
    assert!(argv(&["getent", "group", "{name}"]).covers(&argv(&["getent", "group", "{number}"])));
    let not = [
        &["systemctl", "show", "{name}"][..],
        &["systemctl", "show", "--all"],
        &["systemctl", "show"],
        &["systemctl", "show", "docker.service", "x.service"],
        &["systemctl", "is-active", "docker.service"],
        &["auditctl", "-l"],
    ];
    for narrow in not {
        assert!(!unit.covers(&argv(narrow)), "{narrow:?}");
    }
}

#[test]
fn fields_names_and_keys_are_covered_by_whole_parts() {
    let fields = |list: &[&str]| capability(&ops::INFO, list);
    assert!(fields(&["Swarm", "Name"]).covers(&fields(&["Swarm.NodeID", "Name"])));
    assert!(!fields(&["Swarm.NodeID"]).covers(&fields(&["Swarm"])));
    assert!(!fields(&["Swarm"]).covers(&fields(&["SwarmX"])));
    assert!(!fields(&["Swarm"]).covers(&capability(&ops::VERSION, &["Swarm"])));
    let keys = |list: &[&str]| capability(&ops::HOST_SETTING, list);
    assert!(keys(&["a", "b"]).covers(&keys(&["b"])));
    assert!(!keys(&["a"]).covers(&keys(&["a", "b"])));
    let names = |list: &[&str]| capability(&ops::PROCESS_FIND, list);
    assert!(!names(&["dockerd"]).covers(&names(&["sshd"])));
}

fn may(gate: &Gate, path: &str) -> bool {
    gate.check(Call::Fs { op: &ops::FS_STAT, path, is_daemon_config: false }).is_ok()
}

#[test]
fn what_both_sides_allow_is_what_is_allowed() {
    let manifest = [capability(&ops::FS_STAT, &["/etc/docker/**", "/run/docker.sock"]), argv(&["auditctl", "-l"])];
    let none = Ceiling::default();
    let gate = |grants: &[Capability]| Access::of(&manifest, grants, &none).gate();
    // Nothing granted, and a grant that the manifest does not ask for.
    for grants in [&[][..], &[path("/etc/shadow"), path("/run/*")], &[capability(&ops::FS_READ_TEXT, &["/**"])]] {
        let gate = gate(grants);
        for asked in ["/etc/docker/x", "/etc/shadow", "/run/x"] {
            assert!(!may(&gate, asked), "{asked}");
        }
    }
    // A grant that is wider than the manifest, as an older version's may be.
    let wide = gate(&[path("/**")]);
    assert!(may(&wide, "/etc/docker/x") && may(&wide, "/run/docker.sock") && !may(&wide, "/etc/shadow"));
    // One that is narrower.
    let narrow = gate(&[path("/etc/docker/certs.d/*")]);
    assert!(
        may(&narrow, "/etc/docker/certs.d/a") && !may(&narrow, "/etc/docker/a") && !may(&narrow, "/run/docker.sock")
    );
}

#[test]
fn what_is_missing_is_what_was_not_granted() {
    let manifest = [capability(&ops::FS_STAT, &["/etc/docker/**", "/run/docker.sock"]), argv(&["auditctl", "-l"])];
    let access = Access::of(&manifest, &[path("/etc/docker/**")], &Ceiling::default());
    let written: Vec<&[String]> = access.missing.iter().map(Capability::args).collect();
    assert_eq!(written, [&["/run/docker.sock".to_owned()][..], &["auditctl".to_owned(), "-l".to_owned()]]);
    // A narrower grant leaves the whole pattern missing: what it lacks has no name.
    let access = Access::of(&manifest, &[path("/etc/docker/a")], &Ceiling::default());
    assert_eq!(access.missing[0].args(), ["/etc/docker/**", "/run/docker.sock"]);
}

#[test]
fn the_ceiling_is_above_every_grant() {
    let list = |entries: &[&str]| entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>();
    let manifest = [path("/etc/docker/**"), argv(&["sysctl", "-n", "{name}"]), argv(&["auditctl", "-l"])];
    let sysctl = ["kernel.panic"].map(str::to_owned);
    let allows =
        |gate: &Gate, program: &str, args: &[&str]| gate.check(Call::Exec { program, args: &list(args) }).is_ok();
    let closed = Access::of(&manifest, &manifest, &Ceiling::new(&list(&["fs.stat"]), &[]).unwrap());
    assert!(!may(&closed.gate(), "/etc/docker/x") && allows(&closed.gate(), "auditctl", &["-l"]));
    assert!(!allows(&closed.gate(), "sysctl", &["-n", &sysctl[0]]), "no setting lets sysctl run");
    assert_eq!(closed.forbidden.len(), 2);
    let wider = Access::of(&manifest, &manifest, &Ceiling::new(&[], &list(&["sysctl -n {name}"])).unwrap());
    assert!(allows(&wider.gate(), "sysctl", &["-n", &sysctl[0]]) && may(&wider.gate(), "/etc/docker/x"));
    assert!(!allows(&wider.gate(), "sysctl", &["-w", &sysctl[0]]));
    assert!(!allows(&wider.gate(), "sysctl", &["-n", "kernel.panic=1"]));
    assert_eq!(wider.forbidden.len(), 0);
    for (denied, programs) in [
        (&["fs.write"][..], &[][..]),
        (&[], &["bash"]),
        (&[], &["/bin/lsmod"]),
        (&[], &["sysctl {name}"]),
        (&[], &[""]),
    ] {
        assert!(Ceiling::new(&list(denied), &list(programs)).is_err(), "{denied:?} {programs:?}");
    }
}
