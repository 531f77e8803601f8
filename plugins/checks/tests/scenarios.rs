//! Every scenario of every check, natively, each a test of its own: `cargo test -p keelmark-checks --features catalog
//! privileged-container` runs those of one check, and `-- --list` shows them all. The same files run through the built
//! Wasm in `tests/all/scenarios.rs`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use keelmark_checks::catalog;
use keelmark_sdk::Check;
use keelmark_sdk::scenario::{parse, run_one};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let catalog = catalog();
    // A file that a family shares is listed with each of its checks: its scenarios run once.
    let files: BTreeMap<&str, &Check> = catalog.iter().rev().map(|entry| (entry.scenarios, entry.check)).collect();
    let mut trials = Vec::new();
    for (file, first) in files {
        match parse(file) {
            Ok(scenarios) => trials.extend(scenarios.into_iter().map(|scenario| {
                let slug = scenario.check.clone().unwrap_or_else(|| first.slug.to_owned());
                let checks: Vec<&'static Check> = catalog.iter().map(|entry| entry.check).collect();
                Trial::test(format!("{slug}::{}", scenario.name), move || {
                    let find = |name: &str| {
                        let name = if name.is_empty() { slug.as_str() } else { name };
                        checks.iter().copied().find(|check| check.slug == name)
                    };
                    run_one(&scenario, find).map_err(Failed::from)
                })
            })),
            Err(problem) => trials.push(Trial::test(first.slug, move || Err(Failed::from(problem)))),
        }
    }
    // No scenario at all would pass as well.
    let count = trials.len();
    let many = move || if count > 1_000 { Ok(()) } else { Err(Failed::from(format!("only {count} scenarios"))) };
    trials.push(Trial::test("there_are_many_scenarios", many));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
