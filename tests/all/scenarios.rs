//! Every scenario of every check, through the built Wasm and the real gate, as the section that ships runs it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use keelmark_audit::DescribedPlugin;
use keelmark_checks::catalog;
use keelmark_contract::Recommendation;
use keelmark_contract::settings::Settings;
use keelmark_facts::Recording;
use keelmark_sandbox::api::{Shared, Sink, types};
use keelmark_sandbox::engine::Run;
use keelmark_sdk::fake::FakeHost;
use keelmark_sdk::scenario::{self, Scenario};
use keelmark_sdk::{Check, Evidence, Facts, FieldPlan, Finding, Status, audit_row, row};

use crate::support::{Heard, block_on, catalogs, sandbox};

/// Checks with scenarios for parameters that no edition binds, and why they have them.
const BOUND_BY_NONE: &[(&str, &str)] = &[];

/// A recommendation of a built plugin.
pub struct Built {
    pub plugin: Arc<DescribedPlugin>,
    pub id: String,
}

#[test]
fn every_scenario_holds_in_the_sandbox() {
    let built = built_rows();
    let mut unbound = BTreeSet::new();
    let mut failures = String::new();
    let (mut count, mut refused) = (0, 0);
    block_on(async {
        for (check, scenario) in scenarios() {
            let host = scenario::expand(&scenario.host).unwrap();
            let Ok(settings) = settings(&host) else {
                // No such settings file gets as far as a plugin: only the check's own caution is left to test.
                assert_eq!(scenario.expected.status, "error", "{}: {}", check.slug, scenario.name);
                refused += 1;
                continue;
            };
            let Some(built) = built.get(&(check.slug.to_owned(), bindings(check, &scenario))) else {
                unbound.insert(check.slug);
                continue;
            };
            count += 1;
            if let Err(problem) = hold(check, &scenario, &host, settings, built).await {
                failures.push_str(&format!("# {} ({})\n## {}\n{problem}\n", check.slug, built.id, scenario.name));
            }
        }
    });
    assert!(failures.is_empty(), "{failures}");
    let known: BTreeSet<&str> = BOUND_BY_NONE.iter().map(|(slug, _)| *slug).collect();
    assert_eq!(unbound, known, "checks whose scenarios bind parameters as no edition does");
    assert!(count > 1_000, "only {count} scenarios ran");
    println!("{count} scenarios ran in the sandbox; of {refused} the settings are refused before");
}

/// The operator's settings of a scenario, as keelmark.toml would hold them.
fn settings(host: &FakeHost) -> Result<Settings, toml::de::Error> {
    Settings::parse(&toml::to_string(&host.settings).unwrap())
}

/// Every scenario with the check that it is about.
pub fn scenarios() -> Vec<(&'static Check, Scenario)> {
    let catalog = catalog();
    // A file that a family shares is listed with each of its checks, and names one in each scenario.
    let mut files: BTreeMap<&str, &'static Check> = BTreeMap::new();
    for entry in &catalog {
        files.entry(entry.scenarios).or_insert(entry.check);
    }
    let mut all = Vec::new();
    for (file, first) in files {
        for scenario in scenario::parse(file).unwrap() {
            let named = scenario.check.as_deref().map(|slug| catalog.iter().map(|e| e.check).find(|c| c.slug == slug));
            all.push((named.unwrap_or(Some(first)).expect("a scenario names a check of the catalog"), scenario));
        }
    }
    all
}

/// The recommendations of all editions by check and parameters; of several alike, the newest.
pub fn built_rows() -> HashMap<(String, BTreeMap<String, String>), Built> {
    let mut rows = HashMap::new();
    for plugin in catalogs().iter().flat_map(|catalog| &catalog.plugins) {
        for recommendation in &plugin.section.recommendations {
            let built = Built { plugin: Arc::clone(plugin), id: recommendation.id.clone() };
            rows.insert((recommendation.check.clone(), parameters(recommendation)), built);
        }
    }
    rows
}

fn parameters(recommendation: &Recommendation) -> BTreeMap<String, String> {
    let pairs = recommendation.all("param").filter_map(|param| param.split_once('='));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn bindings(check: &Check, scenario: &Scenario) -> BTreeMap<String, String> {
    let defaults = check.params.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    defaults.chain(scenario.bound.clone()).collect()
}

/// Whether the built plugin says what the scenario expects, and exactly what the check says natively. The second
/// notices a call that the manifest does not grant even where the check makes do without the answer.
async fn hold(
    check: &'static Check,
    scenario: &Scenario,
    host: &FakeHost,
    settings: Settings,
    built: &Built,
) -> Result<(), String> {
    let leak = |text: &str| -> &'static str { text.to_owned().leak() };
    let bound: Vec<(&str, &str)> = scenario.bound.iter().map(|(key, value)| (leak(key), leak(value))).collect();
    let facts = Facts::new(host, FieldPlan::of([check]));
    let native = audit_row(&row(leak(&built.id), "", check).with(bound.leak()), &facts);

    let found = in_sandbox(&scenario.name, host, settings, built).await?;
    scenario.expected.compare(&found)?;
    if format!("{found:?}").contains("denied: needs the capability") {
        return Err(format!("a call was denied: {found:?}"));
    }
    if found == native { Ok(()) } else { Err(format!("natively  {native:?}\nin a sandbox {found:?}")) }
}

/// What the built plugin says of a host, behind the gate.
pub async fn in_sandbox(name: &str, host: &FakeHost, settings: Settings, built: &Built) -> Result<Finding, String> {
    let text = host.to_recording().to_string();
    let recording = Recording::parse(name, text.as_bytes()).map_err(|error| error.to_string())?;
    let shared = Arc::new(Shared::new(Arc::new(recording), settings, Arc::new(Heard::default())));
    let gate = built.plugin.gate.clone();
    let ids = [built.id.clone()];
    let sink = Arc::new(Sink::awaiting(&ids));
    let run = Run { runtime: sandbox(), plugin: &built.plugin.plugin, gate, shared };
    let outcome = run.audit(&ids, &sink).await;
    if let Some((_, cause)) = outcome.broken.first() {
        return Err(cause.clone());
    }
    sink.into_findings().into_iter().next().map(finding).ok_or_else(|| "no finding".to_owned())
}

fn finding(found: types::Finding) -> Finding {
    let status = match found.status {
        types::Status::Pass => Status::Pass,
        types::Status::Fail => Status::Fail,
        types::Status::Manual => Status::Manual,
        types::Status::NotApplicable => Status::NotApplicable,
        types::Status::Error => Status::Error,
    };
    // How the subject crosses is the SDK's to add when it sends; the sentence is what a check says natively.
    let is_said = |(key, _): &(String, String)| !key.starts_with("subject-");
    let evidence = found.evidence.into_iter().map(|evidence| Evidence {
        subject: evidence.subject.to_string(),
        property: evidence.property,
        found: evidence.found,
        expected: evidence.expected,
        info: evidence.info.into_iter().filter(is_said).collect(),
    });
    Finding { id: found.id, status, message: found.message, evidence: evidence.collect() }
}
