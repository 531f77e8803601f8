//! Verdict by verdict beside docker-bench-security, the script that Docker publishes for cis-docker-1.6.0.
//!
//! It ran on the hosts from which our recordings come; what it said is kept in `tests/fixtures/docker-bench/HOST.json`,
//! without its texts. Every verdict in which it and keelmark differ stands in `divergences.toml` with the reason and who
//! is right. A difference that nobody explained fails here, and so does an explanation that nothing needs.
//!
//! To run it again, get its source and name the directory:
//! `KEELMARK_DOCKER_BENCH=DIR cargo test --test engine -- --ignored docker_bench`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::hosts::{self, DockerHost, RECORDED};
use crate::program;
use crate::record;

/// The edition that the script implements.
const EDITION: &str = "cis-docker-1.6.0";

/// What the script said of a host.
#[derive(Serialize, Deserialize)]
struct Said {
    /// The script's own version.
    version: String,
    commit: String,
    /// How long it took, and how long keelmark took on the same host a moment later, with native code cached.
    milliseconds: u128,
    keelmark_milliseconds: u128,
    results: BTreeMap<String, Result>,
}

#[derive(Serialize, Deserialize)]
struct Result {
    /// PASS, WARN, INFO or NOTE.
    result: String,
    /// What it blames.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    items: Vec<String>,
}

/// A row of `divergences.toml`: the same difference on these hosts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Divergence {
    ids: Vec<String>,
    hosts: Vec<String>,
    theirs: String,
    ours: String,
    right: Right,
    reason: String,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Right {
    Keelmark,
    DockerBench,
    /// Each is right by its own reading of the recommendation.
    Both,
}

#[derive(Deserialize)]
struct Divergences {
    divergence: Vec<Divergence>,
}

fn file(host: &str) -> PathBuf {
    hosts::fixtures().join("docker-bench").join(format!("{host}.json"))
}

#[test]
fn every_difference_from_docker_bench_is_explained() {
    let text = std::fs::read_to_string(hosts::fixtures().join("docker-bench/divergences.toml")).expect("divergences");
    let known: Divergences = toml::from_str(&text).expect("divergences that parse");
    let mut used = BTreeSet::new();
    let (mut unexplained, mut agreed, mut differed) = (Vec::new(), 0, 0);
    for host in RECORDED {
        let text = std::fs::read_to_string(file(host)).expect("what docker-bench-security said");
        let theirs: Said = serde_json::from_str(&text).expect("a recorded run");
        let report = program::audit_recording(&record::path(host), &[EDITION]);
        for (id, finding) in program::verdicts(&report, EDITION) {
            let ours = program::word(finding.status);
            // Without a running container it says nothing at all about most of section 5.
            let said = theirs.results.get(id).map_or("silent", |found| &found.result);
            if agree(said, &ours) {
                agreed += 1;
                continue;
            }
            differed += 1;
            let is_it = |(_, known): &(usize, &Divergence)| {
                known.theirs == said && known.ours == ours && has(&known.ids, id) && has(&known.hosts, host)
            };
            match known.divergence.iter().enumerate().find(is_it) {
                Some((row, _)) => drop(used.insert((row, id.to_owned(), host))),
                None => unexplained.push(format!("{host} {id} {}: theirs {said}, ours {ours}", finding.check)),
            }
        }
    }
    assert!(unexplained.is_empty(), "differences without a row:\n{}", unexplained.join("\n"));
    let mut stale = Vec::new();
    for (row, divergence) in known.divergence.iter().enumerate() {
        assert!(divergence.reason.len() > 20, "{:?}: no reason worth the name", divergence.ids);
        for id in &divergence.ids {
            let is_used = |host: &&str| used.contains(&(row, id.clone(), *host));
            let named: Vec<&str> =
                RECORDED.into_iter().filter(|host| divergence.hosts.iter().any(|h| h == host)).collect();
            // Every id must differ on some of the row's hosts; every host must be one.
            if named.len() != divergence.hosts.len() || !named.iter().any(is_used) {
                stale.push(format!("{id}: theirs {}, ours {}", divergence.theirs, divergence.ours));
            }
        }
        for host in &divergence.hosts {
            if !used.iter().any(|(used_row, _, used_host)| *used_row == row && used_host == host) {
                stale.push(format!("{:?} on {host}", divergence.ids));
            }
        }
    }
    assert!(stale.is_empty(), "rows that nothing needs any more:\n{}", stale.join("\n"));
    let count = |right: Right| known.divergence.iter().filter(|row| row.right == right).count();
    println!("{agreed} verdicts agree, {differed} differ in {} ways", known.divergence.len());
    println!(
        "right: keelmark {}, docker-bench-security {}, both {}",
        count(Right::Keelmark),
        count(Right::DockerBench),
        count(Right::Both)
    );
}

/// INFO and NOTE are what it says where it decides nothing.
fn agree(theirs: &str, ours: &str) -> bool {
    matches!((theirs, ours), ("PASS", "pass") | ("WARN", "fail") | ("INFO" | "NOTE", "manual" | "not-applicable"))
}

fn has(list: &[String], wanted: &str) -> bool {
    list.iter().any(|one| one == wanted)
}

#[test]
#[ignore = "rewrites what docker-bench-security said; needs its source"]
fn record_docker_bench() {
    let source = std::env::var("KEELMARK_DOCKER_BENCH").expect("KEELMARK_DOCKER_BENCH names its directory");
    let commit = std::env::var("KEELMARK_DOCKER_BENCH_COMMIT").expect("KEELMARK_DOCKER_BENCH_COMMIT names its commit");
    let only = std::env::var("KEELMARK_RECORD").ok();
    std::fs::create_dir_all(hosts::fixtures().join("docker-bench")).expect("a directory");
    for name in RECORDED.into_iter().filter(|name| only.as_deref().is_none_or(|only| only == *name)) {
        let host = DockerHost::start(name);
        let _rules = (name == "hardened").then(|| record::AuditRules::load(&host));
        let said = run(&host, Path::new(&source), &commit);
        let text = serde_json::to_string_pretty(&said).expect("JSON");
        std::fs::write(file(name), format!("{text}\n")).expect("the file can be written");
    }
}

/// Runs the script, and then keelmark, on a host.
fn run(host: &DockerHost, source: &Path, commit: &str) -> Said {
    let log = tempfile::tempdir().expect("a directory");
    let log = log.path().join("log");
    let mut script = host.namespace().command_of_host("bash");
    script.arg("-c").arg(format!(
        "cd '{}' && bash docker-bench-security.sh -b -l '{}'",
        source.display(),
        log.display()
    ));
    let start = Instant::now();
    let output = script.output().expect("bash runs");
    let milliseconds = start.elapsed().as_millis();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let audit = || {
        let mut command = host.namespace().command_of_host(program::binary());
        program::audit(program::arm(&mut command).arg("audit"), &[EDITION]);
    };
    audit();
    let start = Instant::now();
    audit();
    let keelmark_milliseconds = start.elapsed().as_millis();
    let text = std::fs::read_to_string(log.with_extension("json")).expect("its JSON");
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("its JSON: {error}\n{text}"));
    let tests = report["tests"].as_array().expect("sections").iter();
    let results = tests.flat_map(|section| section["results"].as_array().into_iter().flatten()).map(|found| {
        let items = found["items"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        let result = found["result"].as_str().unwrap_or_default().to_owned();
        (found["id"].as_str().unwrap_or_default().to_owned(), Result { result, items: items.collect() })
    });
    let version = report["dockerbenchsecurity"].as_str().unwrap_or_default().to_owned();
    Said { version, commit: commit.to_owned(), milliseconds, keelmark_milliseconds, results: results.collect() }
}
