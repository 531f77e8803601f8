//! From the sections' findings to the report.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use keelmark_contract::{Recommendation, SectionInfo};
use keelmark_facts::identity::{self as facts, Identity, Presence};
use keelmark_facts::{Backend as _, Request};
use keelmark_report::model::{Auditor, Engine, EngineState, FORMAT, Host, Relation, Scope};
use keelmark_report::{Benchmark, BrokenPlugin, Counts, Evidence, Finding, Report, Section, Status};
use keelmark_sandbox::api::{Shared, Sink, types};
use keelmark_sandbox::engine::Outcome;

use super::{BenchmarkChoice, SectionResult, causes};

/// Who and what was audited.
#[derive(Clone, Copy)]
pub(super) struct Subject<'g> {
    /// None where the audit was interrupted before that was known.
    pub identity: Option<&'g Identity>,
    /// By which words a finding is known that an audit of the engine alone leaves out; none in any other audit.
    pub out_of_scope: Option<&'g str>,
}

pub(super) async fn report(
    shared: &Shared,
    Subject { identity, out_of_scope }: Subject<'_>,
    mut engine: Engine,
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
        let mut section = section(result);
        let left_out = out_of_scope.map(|words| causes::leave_out(&mut section, words)).unwrap_or_default();
        section.counts = Counts::of(&section.findings);
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
        benchmark.left_out.extend(left_out);
        benchmark.sections.push(section);
    }
    benchmarks.retain(|benchmark| !benchmark.sections.is_empty());
    let mut counts = Counts::default();
    benchmarks.iter().for_each(|benchmark| counts += benchmark.counts);
    engine.state = match (&engine.error, identity.map(|identity| identity.engine)) {
        (None, _) => EngineState::Running,
        (Some(_), Some(Presence::Absent)) => EngineState::Absent,
        (Some(_), _) => EngineState::Unreachable,
    };
    let causes = causes::of(identity, &engine);
    let mut report = Report {
        format: FORMAT,
        keelmark: env!("CARGO_PKG_VERSION").into(),
        audited_at: audited_at(shared).await,
        host: host(shared, identity).await,
        auditor: identity.map(auditor).unwrap_or_default(),
        scope: if out_of_scope.is_some() { Scope::Engine } else { Scope::All },
        engine,
        causes: Vec::new(),
        benchmarks,
        broken_plugins,
        notes: Vec::new(),
        counts,
        complete: true,
        milliseconds: started.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
    };
    let is_incomplete = report.findings().any(Finding::is_incomplete);
    report.complete = !is_incomplete && report.broken_plugins.is_empty();
    causes::tell_once(&mut report, causes);
    report
}

fn benchmark(id: &str, title: &str, chosen: &str) -> Benchmark {
    Benchmark {
        id: id.to_owned(),
        title: title.to_owned(),
        chosen: chosen.to_owned(),
        sections: Vec::new(),
        left_out: Vec::new(),
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
        cause: None,
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

/// The audited host: its engine's account, and of what that does not tell, the host's own. A host whose files are read
/// knows its operating system better than an engine that may take it for a container.
async fn host(shared: &Shared, identity: Option<&Identity>) -> Host {
    let Some(identity) = identity else { return Host::default() };
    let own = shared.snapshot.ask(&Request::Facts).await.unwrap_or_default();
    let text = |key: &str| own.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let told = identity.host.clone().unwrap_or_default();
    let first = |one: String, other: String| if one.is_empty() { other } else { one };
    Host {
        name: first(told.name, text("hostname")),
        os: first(text("os-name"), told.os),
        kernel: first(told.kernel, text("kernel")),
        id: told.id,
        relation: match identity.relation {
            facts::Relation::Local => Relation::Local,
            facts::Relation::Remote => Relation::Remote,
            facts::Relation::Undecided => Relation::Undecided,
        },
        privileged: own.get("privileged").and_then(|value| value.as_bool()).unwrap_or(false),
    }
}

fn auditor(identity: &Identity) -> Auditor {
    let facts::Auditor { host, user, keelmark } = identity.auditor.clone();
    Auditor { host, user, keelmark }
}

/// When the facts were read: now, or when the recording was made.
async fn audited_at(shared: &Shared) -> String {
    let seconds = shared.snapshot.ask(&Request::Now).await.ok().and_then(|now| now.as_i64());
    let time = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    time.map(|time| time.to_string()).unwrap_or_default()
}
