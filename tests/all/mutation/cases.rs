//! What is mutated: every check on every host that its scenarios describe, and on the recorded ones.

use std::collections::BTreeMap;

use keelmark_sdk::fake::FakeHost;
use keelmark_sdk::serde_json::Value;
use keelmark_sdk::{Check, Facts, FieldPlan, Finding, Host, Status, audit_row, row, scenario};

use super::listening::{Asked, Listening};
use crate::scenarios::scenarios;
use crate::support::{catalogs, root};

/// Parameters as a row binds them.
pub type Bound = &'static [(&'static str, &'static str)];

/// A check, its parameters, and a host.
pub struct Case {
    pub name: String,
    pub check: &'static Check,
    pub bound: Bound,
    pub host: FakeHost,
    pub status: Status,
}

impl Case {
    fn new(name: String, check: &'static Check, bound: Bound, host: FakeHost) -> Self {
        let status = judge(check, bound, &host).status;
        Self { name, check, bound, host, status }
    }

    /// The finding on a host that may have been mutated since.
    pub fn judge(&self, host: &dyn Host) -> Finding {
        judge(self.check, self.bound, host)
    }

    /// The facts that the verdict can depend on, and the settings.
    pub fn asked(&self) -> (Asked, Vec<String>) {
        let listening = Listening::to(&self.host);
        self.judge(&listening);
        listening.heard()
    }

    /// The finding with one answer replaced, which is put back afterwards.
    pub fn with(&mut self, key: &str, answer: &Value) -> Finding {
        let before = self.host.answers.insert(key.to_owned(), answer.clone());
        let finding = judge(self.check, self.bound, &self.host);
        match before {
            Some(before) => self.host.answers.insert(key.to_owned(), before),
            None => self.host.answers.remove(key),
        };
        finding
    }
}

fn judge(check: &'static Check, bound: Bound, host: &dyn Host) -> Finding {
    audit_row(&row("0", "", check).with(bound), &Facts::new(host, FieldPlan::of([check])))
}

/// The bindings live as long as the test: rows are static, and what a file says is not.
pub fn leak(bound: &BTreeMap<String, String>) -> Bound {
    let text = |text: &String| -> &'static str { text.clone().leak() };
    bound.iter().map(|(key, value)| (text(key), text(value))).collect::<Vec<_>>().leak()
}

/// Every scenario of every check.
pub fn of_scenarios() -> Vec<Case> {
    let case = |(check, scenario): (&'static Check, scenario::Scenario)| {
        let host = scenario::expand(&scenario.host).unwrap();
        Case::new(format!("scenario \"{}\"", scenario.name), check, leak(&scenario.bound), host)
    };
    scenarios().into_iter().map(case).collect()
}

/// The recordings that are small enough: the hundred containers of the other one are all alike.
const RECORDED: [&str; 5] = ["default-install", "hardened", "worst-case", "no-containers", "swarm-manager"];

/// Every check, with each set of parameters that an edition binds, on every recorded host.
pub fn of_recordings() -> Vec<Case> {
    let catalog = keelmark_checks::catalog();
    let checks: BTreeMap<&str, &'static Check> = catalog.iter().map(|entry| (entry.check.slug, entry.check)).collect();
    let mut rows: BTreeMap<(String, BTreeMap<String, String>), ()> = BTreeMap::new();
    for plugin in catalogs().iter().flat_map(|catalog| &catalog.plugins) {
        for recommendation in &plugin.section.recommendations {
            let bound = recommendation.all("param").filter_map(|param| param.split_once('='));
            let bound = bound.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
            rows.insert((recommendation.check.clone(), bound), ());
        }
    }
    let mut cases = Vec::new();
    for name in RECORDED {
        let text = std::fs::read_to_string(root().join(format!("tests/fixtures/recordings/{name}.json"))).unwrap();
        let host = FakeHost::from_recording(&text).unwrap();
        for (slug, bound) in rows.keys() {
            cases.push(Case::new(format!("recording {name}"), checks[slug.as_str()], leak(bound), host.clone()));
        }
    }
    cases
}
