//! What a fact is on the other hosts of the same check: values that mean something.

use std::collections::BTreeMap;

use keelmark_sdk::fake::project;
use keelmark_sdk::serde_json::Value;

use super::cases::Case;
use super::json::{field, get, places, set, written};
use super::listening::Scope;
use super::mutants::Mutant;

/// Values by what they are an answer to: a request, or a field of a kind of object.
pub struct Pool(BTreeMap<String, Vec<Value>>);

/// Different values that are kept of each fact: more cost time and move nothing else.
const KEPT: usize = 12;

impl Pool {
    pub fn of(cases: &[Case]) -> Self {
        let mut pool: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut keep = |name: String, value: Value| {
            let values = pool.entry(name).or_default();
            if values.len() < KEPT && !values.contains(&value) {
                values.push(value);
            }
        };
        for case in cases {
            for (key, scope) in case.asked().0 {
                let Some(answer) = case.host.answers.get(&key) else { continue };
                keep(kind(&key), answer.clone());
                let (Scope::Fields(_, fields), Some(ok)) = (&scope, answer.get("ok")) else { continue };
                let seen = project(ok, &fields.iter().map(String::as_str).collect::<Vec<_>>());
                for place in places(&seen) {
                    keep(format!("{} {}", kind(&key), field(&place)), get(&seen, &place).cloned().unwrap_or_default());
                }
            }
        }
        Self(pool)
    }

    /// One answer with each of its places as it is elsewhere, and all of it as it is elsewhere.
    pub fn mutants(&self, key: &str, scope: &Scope, answer: &Value) -> Vec<Mutant> {
        let name = kind(key);
        let whole = self.values(&name).map(|other| Mutant {
            what: "as on another host".into(),
            place: Vec::new(),
            answer: other.clone(),
        });
        // A change of errors says nothing about a fact.
        let mut all: Vec<Mutant> = whole.filter(|mutant| mutant.answer.get("ok").is_some()).collect();
        let (Scope::Fields(_, fields), Some(ok)) = (scope, answer.get("ok")) else { return all };
        let seen = project(ok, &fields.iter().map(String::as_str).collect::<Vec<_>>());
        for place in places(&seen) {
            for value in self.values(&format!("{} {}", kind(key), field(&place))) {
                let what = format!("{} = {value}", written(&place));
                all.extend(set(ok, &place, value).map(|changed| Mutant::new(what, &place, changed)));
            }
        }
        all
    }

    fn values<'p>(&'p self, name: &str) -> impl Iterator<Item = &'p Value> + use<'p> {
        self.0.get(name).into_iter().flatten()
    }
}

/// Objects have other ids on another host: any of its containers will do.
fn kind(key: &str) -> String {
    match key.strip_prefix("docker ") {
        Some(request) => format!("docker {}", request.split(' ').next().unwrap_or_default()),
        None => key.to_owned(),
    }
}
