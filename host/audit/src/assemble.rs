//! From the sections' findings to the report.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use keelmark_contract::{Recommendation, SectionInfo};
use keelmark_facts::{Backend as _, Request};
use keelmark_report::model::{Engine, FORMAT, Host};
use keelmark_report::{Benchmark, BrokenPlugin, Counts, Evidence, Finding, Report, Section, Status};
use keelmark_sandbox::api::{Shared, Sink, types};
use keelmark_sandbox::engine::Outcome;

use super::{BenchmarkChoice, SectionResult};

pub(super) async fn report(
    shared: &Shared,
    engine: Engine,
    choices: &[BenchmarkChoice],
    results: Vec<SectionResult>,
    broken_plugins: Vec<BrokenPlugin>,
    started: Instant,
) -> Report {
    let mut benchmarks: Vec<Benchmark> =
        choices.iter().map(|choice| benchmark(choice.edition.id, &choice.edition.title, &choice.reason)).collect();
    for result in results {
        let id = result.described.section.benchmark.clone();
        let is_installed = result.described.third_party.as_ref().is_some_and(|origin| origin.installed);
        let section = section(result);
        let at = benchmarks.iter().position(|benchmark| benchmark.id == id);
        let benchmark = match at.and_then(|at| benchmarks.get_mut(at)) {
            Some(benchmark) => benchmark,
            // A third party's plugin may belong to a benchmark of its own.
            None => {
                let chosen = if is_installed { "an installed plugin's own" } else { "a plugin's own, not installed" };
                benchmarks.push_mut(benchmark(&id, &id, chosen))
            }
        };
        benchmark.counts += section.counts;
        benchmark.sections.push(section);
    }
    benchmarks.retain(|benchmark| !benchmark.sections.is_empty());
    let mut counts = Counts::default();
    benchmarks.iter().for_each(|benchmark| counts += benchmark.counts);
    let mut report = Report {
        format: FORMAT,
        keelmark: env!("CARGO_PKG_VERSION").into(),
        audited_at: audited_at(shared).await,
        host: host(shared).await,
        engine,
        benchmarks,
        broken_plugins,
        notes: Vec::new(),
        counts,
        complete: true,
        milliseconds: started.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
    };
    let is_incomplete = report.findings().any(Finding::is_incomplete);
    report.complete = !is_incomplete && report.broken_plugins.is_empty();
    report
}

fn benchmark(id: &str, title: &str, chosen: &str) -> Benchmark {
    Benchmark {
        id: id.to_owned(),
        title: title.to_owned(),
        chosen: chosen.to_owned(),
        sections: Vec::new(),
        counts: Counts::default(),
    }
}

fn section(result: SectionResult) -> Section {
    let SectionResult { described, ids, sink, outcome } = result;
    let findings = findings(&described.section, &ids, sink, outcome);
    Section {
        number: described.section.number.clone(),
        title: described.section.title.clone(),
        plugin: described.plugin.id.to_string(),
        digest: described.plugin.digest.to_string(),
        third_party: described.third_party.clone(),
        counts: Counts::of(&findings),
        findings,
    }
}

/// One finding for each of the ids, in the section's order: what the plugin said, or why it said nothing.
pub fn findings(section: &SectionInfo, ids: &[String], sink: Arc<Sink>, outcome: Outcome) -> Vec<Finding> {
    let mut found: HashMap<String, types::Finding> =
        sink.into_findings().into_iter().map(|f| (f.id.clone(), f)).collect();
    let mut broken: HashMap<String, String> = outcome.broken.into_iter().collect();
    let recommendations = section.recommendations.iter().filter(|r| ids.contains(&r.id));
    recommendations
        .map(|recommendation| match found.remove(&recommendation.id) {
            Some(finding) => of_plugin(recommendation, finding),
            None => {
                let cause = broken.remove(&recommendation.id);
                let message = cause.unwrap_or_else(|| "the plugin ended without a finding".into());
                Finding { status: Status::Error, message, ..blank(recommendation) }
            }
        })
        .collect()
}

fn blank(recommendation: &Recommendation) -> Finding {
    let text = |key: &str| recommendation.get(key).map(str::to_owned);
    Finding {
        id: recommendation.id.clone(),
        title: recommendation.title.clone(),
        check: recommendation.check.clone(),
        level: recommendation.level(),
        profile: text("profile"),
        assessment: text("assessment"),
        scored: recommendation.scored(),
        status: Status::Error,
        message: String::new(),
        evidence: Vec::new(),
        fix: text("fix").unwrap_or_default(),
    }
}

fn of_plugin(recommendation: &Recommendation, finding: types::Finding) -> Finding {
    let status = match finding.status {
        types::Status::Pass => Status::Pass,
        types::Status::Fail => Status::Fail,
        types::Status::Manual => Status::Manual,
        types::Status::NotApplicable => Status::NotApplicable,
        types::Status::Error => Status::Error,
    };
    let evidence = finding.evidence.into_iter().map(|evidence| {
        let mut info: HashMap<String, String> = evidence.info.into_iter().collect();
        Evidence {
            subject: evidence.subject,
            property: evidence.property,
            found: evidence.found,
            expected: evidence.expected,
            source: info.remove("source"),
            error: info.remove("error"),
            note: info.remove("note"),
        }
    });
    Finding { status, message: finding.message, evidence: evidence.collect(), ..blank(recommendation) }
}

/// The host's own account, as far as it could be read.
async fn host(shared: &Shared) -> Host {
    let Ok(facts) = shared.snapshot.ask(&Request::Facts).await else { return Host::default() };
    let text = |key: &str| facts.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let privileged = facts.get("privileged").and_then(|value| value.as_bool()).unwrap_or(false);
    Host { name: text("hostname"), os: text("os-name"), kernel: text("kernel"), privileged }
}

/// When the facts were read: now, or when the recording was made.
async fn audited_at(shared: &Shared) -> String {
    let seconds = shared.snapshot.ask(&Request::Now).await.ok().and_then(|now| now.as_i64());
    let time = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    time.map(|time| time.to_string()).unwrap_or_default()
}
