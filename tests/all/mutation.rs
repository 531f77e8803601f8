//! Verdicts are worth what they notice. Every fact that a verdict rests on is taken away and changed, one at a time,
//! on every host that a scenario describes and on the recorded ones, and the verdict must follow:
//!
//! - a fact that cannot be read leaves neither a pass nor a fail ([`absence`]);
//! - some single fact turns a pass into a fail, and some single fact turns a fail into a pass ([`flip`]);
//! - every fact that a check asks for moves its verdict in some way ([`flip`]);
//! - what is true of the checks natively is true of the built plugins behind the gate ([`sandbox`]).
//!
//! What is known to be otherwise stands with its reason in [`harmless`].

mod absence;
mod cases;
mod flip;
mod harmless;
mod idle;
mod json;
mod listening;
mod mutants;
mod pool;
mod sandbox;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use cases::Case;

/// The cases of one check, worked on by one thread.
struct Work {
    slug: &'static str,
    cases: Vec<Case>,
}

/// Every case, by check.
fn all_work() -> Vec<Work> {
    let mut by_check: BTreeMap<&'static str, Vec<Case>> = BTreeMap::new();
    for case in cases::of_scenarios().into_iter().chain(cases::of_recordings()) {
        by_check.entry(case.check.slug).or_default().push(case);
    }
    by_check.into_iter().map(|(slug, cases)| Work { slug, cases }).collect()
}

/// Runs `job` over all checks on as many threads as there are processors, and returns what it returned.
fn each_check<T: Send>(job: impl Fn(&mut Work) -> T + Sync) -> Vec<T> {
    let work: Vec<Mutex<Work>> = all_work().into_iter().map(Mutex::new).collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(one) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = job(&mut one.lock().unwrap());
                    done.lock().unwrap().push(result);
                }
            });
        }
    });
    done.into_inner().unwrap()
}
