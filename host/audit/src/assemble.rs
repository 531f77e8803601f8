//! From the sections' findings to the report.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant;

use keelmark_contract::{Recommendation, SectionInfo};
use keelmark_facts::identity::{self as facts, Identity, Presence};
use keelmark_facts::{Backend as _, Request};
use keelmark_report::model::{
    Auditor, Engine, EngineState, FORMAT, Host, Relation, Scope, Selection, SettingsUsed, rule_id,
};
use keelmark_report::{
    Benchmark, BrokenPlugin, Disposition, Evidence, Finding, Fingerprint, Report, Rule, Section, Status,
};
use keelmark_sandbox::api::{Shared, Sink, types};
use keelmark_sandbox::engine::Outcome;

use super::{BenchmarkChoice, SectionResult, Subjects, causes};

/// What an audit came to.
pub(super) struct Parts<'a> {
    /// Who and what was audited; none where the audit was interrupted before that was known.
    pub identity: Option<&'a Identity>,
    /// By which words a finding is known that an audit of the engine alone leaves out; none in any other audit.
    pub out_of_scope: Option<&'a str>,
    pub engine: Engine,
    pub choices: &'a [BenchmarkChoice],
    pub selection: Selection,
    pub results: Vec<SectionResult>,
    pub broken: Vec<BrokenPlugin>,
    pub started: Instant,
}

/// Puts the report together. Whether it is complete, and what counts, is judged later.
pub(super) async fn report(shared: &Shared, parts: Parts<'_>) -> Report {
    let Parts { identity, out_of_scope, mut engine, choices, selection, results, broken, started } = parts;
    let mut benchmarks: Vec<Benchmark> =
        choices.iter().map(|choice| benchmark(choice.edition.id, &choice.edition.title, &choice.reason)).collect();
    let host = host(shared, identity).await;
    let mut subjects = Subjects::of(shared);
    let mut rules = BTreeMap::new();
    for result in results {
        let described = Arc::clone(&result.described);
        let id = described.section.benchmark.clone();
        let is_installed = described.third_party.as_ref().is_some_and(|origin| origin.installed);
        let mut section = section(result, &mut subjects);
        let left_out = out_of_scope.map(|words| causes::leave_out(&mut section, words)).unwrap_or_default();
        fingerprint(&mut section, &host.id);
        add_rules(&mut rules, &section, &described.section);
        let at = benchmarks.iter().position(|benchmark| benchmark.id == id);
        let benchmark = match at.and_then(|at| benchmarks.get_mut(at)) {
            Some(benchmark) => benchmark,
            // A third party's plugin may belong to a benchmark of its own.
            None => {
                let chosen = if is_installed { "an installed plugin's own" } else { "a plugin's own, not installed" };
                benchmarks.push_mut(benchmark(&id, &id, chosen))
            }
        };
        benchmark.left_out.extend(left_out);
        benchmark.sections.push(section);
    }
    benchmarks.retain(|benchmark| !benchmark.sections.is_empty());
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
        duration: started.elapsed(),
        host,
        auditor: identity.map(auditor).unwrap_or_default(),
        scope: if out_of_scope.is_some() { Scope::Engine } else { Scope::All },
        engine,
        causes: Vec::new(),
        selection,
        settings: settings(shared),
        benchmarks,
        rules,
        broken_plugins: broken,
        notes: shared.remarks.notes(),
    };
    causes::tell_once(&mut report, causes);
    report
}

/// What the checks of a section say about themselves, where nobody has said it yet.
fn add_rules(rules: &mut BTreeMap<String, Rule>, section: &Section, info: &SectionInfo) {
    let is_used = |one: &&Recommendation| section.findings.iter().any(|finding| finding.id == one.id);
    for one in info.recommendations.iter().filter(is_used) {
        rules.entry(section.rule_id(&one.check)).or_insert_with(|| Rule::of(one));
    }
}

fn fingerprint(section: &mut Section, engine: &str) {
    let plugin = section.third_party_plugin();
    for finding in &mut section.findings {
        let rule = rule_id(plugin.as_deref(), &finding.check);
        for evidence in &mut finding.evidence {
            evidence.fingerprint = Fingerprint::new(engine, &rule, &evidence.subject, &evidence.property);
        }
    }
}

/// The settings file, and what of it was asked for.
fn settings(shared: &Shared) -> SettingsUsed {
    let file = shared.settings.file();
    SettingsUsed {
        file: file.map(|file| file.path.clone()),
        sha256: file.map(|file| file.sha256.clone()),
        used: shared.remarks.settings(),
    }
}

fn benchmark(id: &str, title: &str, chosen: &str) -> Benchmark {
    Benchmark {
        id: id.to_owned(),
        title: title.to_owned(),
        chosen: chosen.to_owned(),
        sections: Vec::new(),
        left_out: Vec::new(),
    }
}

fn section(result: SectionResult, subjects: &mut Subjects) -> Section {
    let SectionResult { described, ids, sink, outcome } = result;
    let findings = findings(&described.section, &ids, sink, outcome, subjects);
    Section {
        number: described.section.number.clone(),
        title: described.section.title.clone(),
        plugin: described.plugin.id.to_string(),
        digest: described.plugin.digest.to_string(),
        third_party: described.third_party.clone(),
        findings,
    }
}

/// One finding for each of the ids, in the section's order: what the plugin said, or why it said nothing.
pub fn findings(
    section: &SectionInfo,
    ids: &[String],
    sink: Arc<Sink>,
    outcome: Outcome,
    subjects: &mut Subjects,
) -> Vec<Finding> {
    let mut found: HashMap<String, types::Finding> =
        sink.into_findings().into_iter().map(|f| (f.id.clone(), f)).collect();
    let mut broken: HashMap<String, String> = outcome.broken.into_iter().collect();
    let recommendations = section.recommendations.iter().filter(|r| ids.contains(&r.id));
    recommendations
        .map(|recommendation| match found.remove(&recommendation.id) {
            Some(finding) => of_plugin(recommendation, finding, subjects),
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
        disposition: Disposition::Counts,
        evidence: Vec::new(),
    }
}

fn of_plugin(recommendation: &Recommendation, finding: types::Finding, subjects: &mut Subjects) -> Finding {
    let status = match finding.status {
        types::Status::Pass => Status::Pass,
        types::Status::Fail => Status::Fail,
        types::Status::Manual => Status::Manual,
        types::Status::NotApplicable => Status::NotApplicable,
        types::Status::Error => Status::Error,
    };
    let evidence = finding.evidence.into_iter().map(|evidence| {
        let mut info: HashMap<String, String> = evidence.info.into_iter().collect();
        let (kind, id) = (info.remove("subject-kind"), info.remove("subject-id"));
        Evidence {
            subject: subjects.named(evidence.subject, kind.as_deref(), id),
            property: evidence.property,
            found: evidence.found,
            expected: evidence.expected,
            source: info.remove("source"),
            error: info.remove("error"),
            note: info.remove("note"),
            // It follows when the audit's engine and the rule are known.
            fingerprint: Fingerprint::of_rule("", ""),
            disposition: Disposition::Counts,
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
