//! Reports for tests: a small one with every kind of verdict, and poison for every string in it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::model::{Auditor, Engine, EngineState, Host, LABELS, Relation, Scope, Selection, SettingsUsed};
use super::{
    Benchmark, BrokenPlugin, Disposition, Evidence, Finding, Fingerprint, Report, Rule, Section, Status, Subject,
    ThirdParty,
};

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
        disposition: Disposition::Counts,
        evidence: Vec::new(),
    }
}

pub fn evidence(subject: &str, property: &str, found: &str, expected: &str) -> Evidence {
    Evidence {
        subject: Arc::new(Subject::parse(subject)),
        property: property.into(),
        found: found.into(),
        expected: expected.into(),
        source: None,
        error: None,
        note: None,
        fingerprint: Fingerprint::of_rule("", ""),
        disposition: Disposition::Counts,
    }
}

/// A container of a Compose application, with all that a report can say of one.
fn in_compose(name: &str, project: &str, service: &str) -> Arc<Subject> {
    let labels = [(LABELS[0], project), (LABELS[1], service)];
    Arc::new(Subject {
        id: "4f".repeat(32),
        image: "registry.example:5000/shop/db:16".into(),
        labels: labels.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        ..Subject::parse(&format!("container {name}"))
    })
}

fn unread(subject: &str, error: &str) -> Evidence {
    Evidence { error: Some(error.into()), ..evidence(subject, "", "could not be read", "") }
}

fn section(number: &str, title: &str, findings: Vec<Finding>) -> Section {
    Section {
        number: number.into(),
        title: title.into(),
        plugin: format!("cis-docker-1.8.0-{number}"),
        digest: "9f".repeat(32),
        third_party: None,
        findings,
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
    let db = evidence("", "HostConfig.Privileged", "true (as root)", "false");
    privileged.evidence.push(Evidence { subject: in_compose("db", "shop", "db"), ..db });
    privileged.evidence.push(unread("container slow", "no answer in 5 s"));
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
    let chosen = "the newest edition; the engine is 28.5.2, and no edition names that version".into();
    Benchmark { id: id.into(), title: title.into(), chosen, sections, left_out: Vec::new() }
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
    }
    let newer = vec![daemon_section(), runtime_section()];
    report_of(vec![
        benchmark("cis-docker-1.6.0", "CIS Docker Benchmark v1.6.0", older),
        benchmark("cis-docker-1.8.0", "CIS Docker Benchmark v1.8.0", newer),
    ])
}

/// A report of these benchmarks.
pub fn report_of(benchmarks: Vec<Benchmark>) -> Report {
    let mut report = Report {
        format: 2,
        keelmark: "0.1.0".into(),
        audited_at: "2026-11-21T10:15:00Z".into(),
        duration: Duration::from_millis(67),
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
        selection: Selection::default(),
        settings: SettingsUsed {
            file: Some("/etc/keelmark/keelmark.toml".into()),
            sha256: Some("ab".repeat(32)),
            used: vec!["trusted-users".into()],
        },
        benchmarks,
        rules: rules(),
        broken_plugins: Vec::new(),
        notes: vec!["2 containers vanished while they were audited: job-1, job-2".into()],
    };
    fingerprint(&mut report);
    report
}

/// What the checks of the samples say about themselves.
fn rules() -> BTreeMap<String, Rule> {
    let icc = Rule {
        title: "Containers reach each other on the default bridge".into(),
        control: "daemon-restrict-default-bridge".into(),
        means: "Containers on the default bridge cannot reach each other unless they are linked.".into(),
        why: "One container that was broken into reaches all others.".into(),
        fix: "Add to /etc/docker/daemon.json and restart the daemon:\n\n{ \"icc\": false }\n\n\
              Containers that must talk to each other belong on a network of their own."
            .into(),
        references: vec!["https://docs.docker.com/engine/network/drivers/bridge/".into()],
        ..Rule::default()
    };
    let privileged = Rule {
        title: "Container runs privileged".into(),
        control: "runtime-no-privileged-containers".into(),
        fix: "Recreate the container without the flag and add only what it needs:\n\n\
              docker run --cap-add NET_ADMIN --device /dev/net/tun …      instead of --privileged"
            .into(),
        ..Rule::default()
    };
    let rules = [("default-bridge-icc", icc), ("privileged-container", privileged)];
    rules.into_iter().map(|(id, rule)| (id.to_owned(), rule)).collect()
}

/// Gives each piece of evidence its fingerprint, as an audit does.
pub fn fingerprint(report: &mut Report) {
    for section in report.benchmarks.iter_mut().flat_map(|benchmark| &mut benchmark.sections) {
        let plugin = section.third_party_plugin();
        for finding in &mut section.findings {
            let rule = super::model::rule_id(plugin.as_deref(), &finding.check);
            for one in &mut finding.evidence {
                one.fingerprint = Fingerprint::new(&report.host.id, &rule, &one.subject, &one.property);
            }
        }
    }
}

/// Every sample.
pub fn all() -> Vec<Report> {
    let mut empty = report();
    empty.benchmarks.clear();
    empty.engine = Engine { error: Some("nothing listens there".into()), ..Engine::default() };
    vec![report(), two_editions(), with_third_party(), empty]
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

/// Every string of a report, however deep; the texts of rules excepted, which have lines of their own.
pub fn for_each_text(report: &mut Report, mut change: impl FnMut(&mut String)) {
    let host = &mut report.host;
    let auditor = &mut report.auditor;
    [&mut auditor.host, &mut auditor.user, &mut auditor.keelmark].into_iter().for_each(&mut change);
    report.causes.iter_mut().for_each(|cause| change(&mut cause.message));
    let engine = &mut report.engine;
    let own =
        [&mut report.keelmark, &mut report.audited_at, &mut host.name, &mut host.os, &mut host.kernel, &mut host.id];
    own.into_iter().for_each(&mut change);
    let engines = [&mut engine.endpoint, &mut engine.name, &mut engine.version, &mut engine.api_version];
    engines.into_iter().chain(&mut engine.error).chain(&mut report.notes).for_each(&mut change);
    let selection = &mut report.selection;
    let names = selection.sections.iter_mut().chain(&mut selection.checks).chain(&mut selection.skip);
    names.chain(&mut report.settings.file).chain(&mut report.settings.used).for_each(&mut change);
    for (mut id, mut rule) in std::mem::take(&mut report.rules) {
        let texts = [&mut id, &mut rule.title, &mut rule.control];
        texts.into_iter().chain(&mut rule.references).for_each(&mut change);
        report.rules.insert(id, rule);
    }
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
                    let subject = Arc::make_mut(&mut evidence.subject);
                    let about = [&mut subject.name, &mut subject.id, &mut subject.image];
                    let texts = [&mut evidence.property, &mut evidence.found, &mut evidence.expected];
                    let texts = about.into_iter().chain(subject.labels.values_mut()).chain(texts);
                    texts
                        .chain(&mut evidence.source)
                        .chain(&mut evidence.error)
                        .chain(&mut evidence.note)
                        .for_each(&mut change);
                }
            }
        }
    }
}
