//! A fact that could not be read is never a pass and never a fail.
//!
//! A pass may survive the loss of a fact that has no part in it. Which those are is not written down but tried out: where
//! no other value of the fact moves this verdict, its absence need not either.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use keelmark_sdk::Status;
use keelmark_sdk::serde_json::Value;

use super::cases::Case;
use super::harmless::{self, ABSENCES};
use super::listening::Scope;
use super::mutants::{Mutant, absences, flips};
use super::pool::Pool;
use super::{Work, each_check};

#[test]
fn a_fact_that_is_taken_away_leaves_neither_a_pass_nor_a_fail() {
    let tried = AtomicUsize::new(0);
    let results = each_check(|work| try_all(work, &tried));
    let (mut wrong, mut used) = (String::new(), BTreeSet::new());
    for (lines, entries) in results {
        wrong.push_str(&lines);
        used.extend(entries);
    }
    assert!(wrong.is_empty(), "verdicts that survive the loss of a fact:\n{wrong}");
    harmless::assert_all_used(ABSENCES, &used);
    let tried = tried.into_inner();
    assert!(tried > 10_000, "only {tried} facts were taken away");
    println!("{tried} facts were taken away");
}

/// The verdicts that should have moved, and the entries of the list that others rest on.
fn try_all(work: &mut Work, tried: &AtomicUsize) -> (String, BTreeSet<usize>) {
    let (mut wrong, mut used) = (String::new(), BTreeSet::new());
    let pool = Pool::of(&work.cases);
    for case in work.cases.iter_mut().filter(|case| case.status == Status::Pass) {
        for (key, scope) in case.asked().0 {
            let Some(answer) = case.host.answers.get(&key).cloned() else { continue };
            for mutant in absences(&key, &scope, &answer) {
                tried.fetch_add(1, Ordering::Relaxed);
                let found = case.with(&key, &mutant.answer);
                // An error says that the fact is missing, and a person who is asked to judge is told what there is.
                if matches!(found.status, Status::Error | Status::Manual) {
                    continue;
                }
                if found.status == Status::Pass && !matters(case, &key, &scope, &answer, &mutant, &pool) {
                    continue;
                }
                match harmless::find(ABSENCES, work.slug, &key, &mutant.what, found.status) {
                    Some(entry) => drop(used.insert(entry)),
                    None => wrong.push_str(&format!(
                        "{} {:?} on {}: {key}: {} leaves {}: {}\n",
                        work.slug,
                        case.bound,
                        case.name,
                        mutant.what,
                        found.status.as_str(),
                        found.message
                    )),
                }
            }
        }
    }
    (wrong, used)
}

/// Whether another value in the place of what was taken away takes the pass away too.
fn matters(case: &mut Case, key: &str, scope: &Scope, answer: &Value, absent: &Mutant, pool: &Pool) -> bool {
    let others = flips(key, scope, answer).into_iter().chain(pool.mutants(key, scope, answer));
    let others: Vec<Mutant> = others.filter(|other| other.place.starts_with(&absent.place)).collect();
    others.iter().any(|other| matches!(case.with(key, &other.answer).status, Status::Fail | Status::Manual))
}
