//! Reports for tests: a small one with every kind of verdict, and poison for every string in it.

use super::model::{Auditor, Engine, EngineState, Host, Relation, Scope};
use super::{Benchmark, BrokenPlugin, Counts, Evidence, Finding, Report, Section, Status, ThirdParty};

/// What a hostile name may hold: a line break with a forged verdict, colours, a carriage return, bidi, a tag character.
pub const POISON: &str = "x\nPASS    9.9   forged\r\u{1b}[32mgreen\u{9b}0m\u{202e}drow\u{2028}\u{200b}\u{7f}\u{e0041}";

pub fn finding(id: &str, check: &str, title: &str, status: Status, message: &str) -> Finding {
    Finding {
        id: id.into(),
        title: title.into(),
        check: check.into(),
        level: Some(1),
        profile: Some("Docker - Linux".into()),
        assessment: Some("manual".into()),
        scored: None,
        status,
        message: message.into(),
        cause: None,
        evidence: Vec::new(),
        fix: String::new(),
    }
}

pub fn evidence(subject: &str, property: &str, found: &str, expected: &str) -> Evidence {
    Evidence {
        subject: subject.into(),
        property: property.into(),
        found: found.into(),
        expected: expected.into(),
        source: None,
        error: None,
        note: None,
    }
}

fn unread(subject: &str, error: &str) -> Evidence {
    Evidence { error: Some(error.into()), ..evidence(subject, "", "could not be read", "") }
}

fn section(number: &str, title: &str, findings: Vec<Finding>) -> Section {
    let counts = Counts::of(&findings);
    Section {
        number: number.into(),
        title: title.into(),
        plugin: format!("cis-docker-1.8.0-{number}"),
        digest: "9f".repeat(32),
        third_party: None,
        findings,
        counts,
    }
}

fn daemon_section() -> Section {
    let mut icc = finding(
        "2.2",
        "default-bridge-icc",
        "Ensure network traffic is restricted between containers on the default bridge",
        Status::Fail,
        "containers on the default bridge reach each other",
    );
    let network = "com.docker.network.bridge.enable_icc";
    icc.evidence = vec![
        Evidence { source: Some("default, nothing sets it".into()), ..evidence("daemon", "icc", "true", "false") },
        Evidence {
            source: Some("docker network inspect bridge".into()),
            ..evidence("network bridge", network, "true", "false")
        },
    ];
    icc.fix = "Add to /etc/docker/daemon.json and restart the daemon:\n\n{ \"icc\": false }\n\n\
               Containers that must talk to each other belong on a network of their own."
        .into();
    let denied = "needs root: permission denied reading /etc/docker/daemon.json";
    let tls = finding(
        "2.7",
        "daemon-tls",
        "Ensure TLS authentication for Docker daemon is configured",
        Status::Error,
        denied,
    );
    let level =
        finding("2.3", "log-level", "Ensure the logging level is set to 'info'", Status::Pass, "log-level is info");
    section("2", "Docker Daemon Configuration", vec![icc, level, tls])
}

fn runtime_section() -> Section {
    let title = "Ensure that privileged containers are not used";
    let mut privileged = finding("5.5", "privileged-container", title, Status::Fail, "98 of 100 containers");
    let privileged_is = |name: &str| evidence(name, "HostConfig.Privileged", "true", "false");
    privileged.evidence = (1..=97).map(|n| privileged_is(&format!("container web-{n}"))).collect();
    privileged.evidence.push(evidence("container db", "HostConfig.Privileged", "true (as root)", "false"));
    privileged.evidence.push(unread("container slow", "no answer in 5 s"));
    privileged.fix = "Recreate the container without the flag and add only what it needs:\n\n\
                      docker run --cap-add NET_ADMIN --device /dev/net/tun …      instead of --privileged"
        .into();
    let title = "Ensure sensitive host system directories are not mounted on containers";
    let mut mounts = finding("5.6", "sensitive-mount", title, Status::Manual, "11 of 100 containers to judge");
    let mount = |n: usize| {
        let found = format!("/var/lib/tenant-{n}/configuration/secrets -> /run/secrets (read-write, rprivate)");
        evidence(&format!("container tenant-{n}"), "Mounts", &found, "")
    };
    mounts.evidence = (1..=11).map(mount).collect();
    let pass = finding(
        "5.10",
        "host-network",
        "Ensure that the host's network namespace is not shared",
        Status::Pass,
        "100 containers",
    );
    let title = "Ensure that, if applicable, an AppArmor Profile is enabled";
    let skip = finding("5.2", "apparmor-profile", title, Status::NotApplicable, "the host has no AppArmor");
    section("5", "Container Runtime", vec![skip, privileged, mounts, pass])
}

fn benchmark(id: &str, title: &str, sections: Vec<Section>) -> Benchmark {
    let counts = Counts::of(sections.iter().flat_map(|section| &section.findings));
    let chosen = "the newest edition; the engine is 28.5.2, and no edition names that version".into();
    Benchmark { id: id.into(), title: title.into(), chosen, sections, left_out: Vec::new(), counts }
}

pub fn report() -> Report {
    let sections = vec![daemon_section(), runtime_section()];
    report_of(vec![benchmark("cis-docker-1.8.0", "CIS Docker Benchmark v1.8.0", sections)])
}

/// Two editions of the same host: one verdict differs, one recommendation is new.
pub fn two_editions() -> Report {
    let mut older = vec![daemon_section(), runtime_section()];
    for section in &mut older {
        section.findings.retain(|finding| finding.check != "daemon-tls");
        for finding in &mut section.findings {
            if finding.check == "host-network" {
                finding.id = "5.9".into();
                finding.status = Status::Fail;
            }
        }
        section.counts = Counts::of(&section.findings);
    }
    let newer = vec![daemon_section(), runtime_section()];
    report_of(vec![
        benchmark("cis-docker-1.6.0", "CIS Docker Benchmark v1.6.0", older),
        benchmark("cis-docker-1.8.0", "CIS Docker Benchmark v1.8.0", newer),
    ])
}

/// A report of these benchmarks.
pub fn report_of(benchmarks: Vec<Benchmark>) -> Report {
    let mut counts = Counts::default();
    for benchmark in &benchmarks {
        counts += benchmark.counts;
    }
    Report {
        format: 1,
        keelmark: "0.1.0".into(),
        audited_at: "2026-11-21T10:15:00Z".into(),
        host: Host {
            name: "host-1".into(),
            os: "Debian GNU/Linux 12 (bookworm)".into(),
            kernel: "6.1.0-30-amd64".into(),
            id: "8b6b5f4e-1111-4222-8333-444455556666".into(),
            relation: Relation::Local,
            privileged: false,
        },
        auditor: Auditor { host: "host-1".into(), user: "ops".into(), keelmark: "0.1.0".into() },
        scope: Scope::All,
        engine: Engine {
            endpoint: "unix:///var/run/docker.sock".into(),
            name: "Docker Engine - Community".into(),
            version: "28.5.2".into(),
            api_version: "1.51".into(),
            state: EngineState::Running,
            error: None,
        },
        causes: Vec::new(),
        benchmarks,
        broken_plugins: Vec::new(),
        notes: vec!["2 containers vanished while they were audited: job-1, job-2".into()],
        counts,
        complete: false,
        milliseconds: 67,
    }
}

/// A report with a third party's section and a plugin that did not take part.
pub fn with_third_party() -> Report {
    let passes = finding("7.1", "acme-nodes", "Ensure that nodes are labelled", Status::Pass, "3 nodes");
    let mut theirs = section("7", "Swarm policy", vec![passes]);
    theirs.plugin = "acme-swarm".into();
    theirs.third_party = Some(ThirdParty {
        version: "1.4.0".into(),
        publisher: Some("RWQf6LRC".into()),
        level: "signed".into(),
        source: "oci://registry.example/acme-swarm:1.4.0".into(),
        installed: true,
    });
    let editions = two_editions().benchmarks.pop();
    let mut report =
        report_of(editions.into_iter().chain([benchmark("acme-docker-1", "acme-docker-1", vec![theirs])]).collect());
    let problem = "it takes longer than 120 s to compile".into();
    report.broken_plugins = vec![BrokenPlugin { plugin: "acme-slow".into(), problem }];
    report
}

/// Appends [`POISON`] to every string of a report.
pub fn poison(report: &mut Report) {
    for_each_text(report, |text| text.push_str(POISON));
}

/// Every string of a report, however deep; `fix` excepted, which has lines of its own.
pub fn for_each_text(report: &mut Report, mut change: impl FnMut(&mut String)) {
    [&mut report.keelmark, &mut report.audited_at].into_iter().for_each(&mut change);
    let host = &mut report.host;
    [&mut host.name, &mut host.os, &mut host.kernel, &mut host.id].into_iter().for_each(&mut change);
    let auditor = &mut report.auditor;
    [&mut auditor.host, &mut auditor.user, &mut auditor.keelmark].into_iter().for_each(&mut change);
    report.causes.iter_mut().for_each(|cause| change(&mut cause.message));
    let engine = &mut report.engine;
    [&mut engine.endpoint, &mut engine.name, &mut engine.version, &mut engine.api_version]
        .into_iter()
        .for_each(&mut change);
    engine.error.iter_mut().chain(&mut report.notes).for_each(&mut change);
    for broken in &mut report.broken_plugins {
        [&mut broken.plugin, &mut broken.problem].into_iter().for_each(&mut change);
    }
    for benchmark in &mut report.benchmarks {
        [&mut benchmark.id, &mut benchmark.title, &mut benchmark.chosen].into_iter().for_each(&mut change);
        benchmark.left_out.iter_mut().for_each(&mut change);
        for section in &mut benchmark.sections {
            let texts = [&mut section.number, &mut section.title, &mut section.plugin, &mut section.digest];
            texts.into_iter().for_each(&mut change);
            if let Some(origin) = &mut section.third_party {
                let texts = [&mut origin.version, &mut origin.level, &mut origin.source];
                texts.into_iter().chain(&mut origin.publisher).for_each(&mut change);
            }
            for finding in &mut section.findings {
                let texts = [&mut finding.id, &mut finding.title, &mut finding.check, &mut finding.message];
                texts.into_iter().chain(&mut finding.profile).chain(&mut finding.assessment).for_each(&mut change);
                for evidence in &mut finding.evidence {
                    let texts =
                        [&mut evidence.subject, &mut evidence.property, &mut evidence.found, &mut evidence.expected];
                    texts
                        .into_iter()
                        .chain(&mut evidence.source)
                        .chain(&mut evidence.error)
                        .chain(&mut evidence.note)
                        .for_each(&mut change);
                }
            }
        }
    }
}
