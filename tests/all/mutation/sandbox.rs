//! What ships moves as the checks do natively: for each check one fact taken away and one changed, through the built
//! plugin and the real gate.

use std::collections::{BTreeMap, HashMap};

use keelmark_contract::settings::Settings;
use keelmark_sdk::fake::FakeHost;
use keelmark_sdk::serde_json::Value;
use keelmark_sdk::{Finding, Status};

use super::cases::Case;
use super::mutants::{absences, flips};
use super::{Work, all_work};
use crate::scenarios::{Built, built_rows, in_sandbox};
use crate::support::block_on;

#[test]
fn the_built_plugins_move_as_the_checks_do() {
    let built = built_rows();
    let mut wrong = String::new();
    let mut count = 0;
    for mut work in all_work() {
        for (host, name, native, built) in samples(&mut work, &built) {
            count += 1;
            let settings = Settings::parse(&toml::to_string(&host.settings).unwrap()).unwrap();
            match block_on(in_sandbox(&name, &host, settings, built)) {
                Ok(found) if found.status == native.status && found.evidence == native.evidence => {}
                other => {
                    wrong.push_str(&format!("{} {name}: natively {native:?}\nin a sandbox {other:?}\n", work.slug))
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 200, "only {count} mutants ran in the sandbox");
}

/// Of a check's first pass that an edition's row can give: a host with one fact less, and one with another fact.
fn samples<'b>(
    work: &mut Work,
    built: &'b HashMap<(String, BTreeMap<String, String>), Built>,
) -> Vec<(FakeHost, String, Finding, &'b Built)> {
    let row_of = |case: &Case| {
        let params = case.check.params.iter().chain(case.bound);
        let params = params.map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        built.get(&(case.check.slug.to_owned(), params))
    };
    let Some((case, row)) = work
        .cases
        .iter_mut()
        .filter(|case| case.status == Status::Pass)
        .find_map(|case| row_of(case).map(|row| (case, row)))
    else {
        return Vec::new();
    };
    let mut samples = Vec::new();
    for (wanted, absent) in [(Status::Error, true), (Status::Fail, false)] {
        let found = case.asked().0.into_iter().find_map(|(key, scope)| {
            let answer = case.host.answers.get(&key).cloned()?;
            // A process without a pid is nothing that a host can answer; the fake host is not so strict.
            if !absent && key.starts_with("process ") {
                return None;
            }
            let all = if absent { absences(&key, &scope, &answer) } else { flips(&key, &scope, &answer) };
            all.into_iter().find_map(|mutant| {
                let finding = case.with(&key, &mutant.answer);
                (finding.status == wanted).then(|| (key.clone(), mutant, finding))
            })
        });
        if let Some((key, mutant, finding)) = found {
            samples.push((mutated(&case.host, &key, &mutant.answer), format!("{key}: {}", mutant.what), finding, row));
        }
    }
    samples
}

fn mutated(host: &FakeHost, key: &str, answer: &Value) -> FakeHost {
    let mut host = host.clone();
    host.answers.insert(key.to_owned(), answer.clone());
    host
}
