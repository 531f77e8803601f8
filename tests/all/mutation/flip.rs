//! A fact that changes moves the verdict: from pass to fail, from fail to pass, and no fact is asked for idly.

use std::collections::{BTreeMap, BTreeSet};

use keelmark_sdk::Finding;
use keelmark_sdk::serde_json::{Value, json};

use super::cases::Case;
use super::harmless::{ONE_WAY, covers};
use super::idle::IDLE_FACTS;
use super::json::field;
use super::listening::Scope;
use super::mutants::{Mutant, absences, flips};
use super::pool::Pool;
use super::{Work, each_check};

/// What mutating one check has shown.
struct Shown {
    slug: &'static str,
    /// From which verdict to which other a single fact has led.
    moves: BTreeSet<(&'static str, &'static str)>,
    statuses: BTreeSet<&'static str>,
    /// Facts that the check needs and that moved nothing.
    idle: Vec<String>,
}

#[test]
fn every_verdict_moves_with_a_single_fact() {
    let mut wrong = String::new();
    let (mut one_way, mut idle) = (BTreeSet::new(), BTreeSet::new());
    for shown in each_check(try_all) {
        for way in [("pass", "fail"), ("fail", "pass")] {
            let possible = shown.statuses.contains("pass") && shown.statuses.contains("fail");
            if possible && !shown.moves.contains(&way) {
                let known = ONE_WAY.iter().position(|entry| (entry.0, entry.1, entry.2) == (shown.slug, way.0, way.1));
                match known {
                    Some(entry) => drop(one_way.insert(entry)),
                    None => {
                        wrong.push_str(&format!("{}: no single fact leads from {} to {}\n", shown.slug, way.0, way.1))
                    }
                }
            }
        }
        if shown.moves.is_empty() {
            wrong.push_str(&format!("{}: its verdict never moves\n", shown.slug));
        }
        for fact in shown.idle {
            match IDLE_FACTS.iter().position(|entry| covers(entry.0, shown.slug) && entry.1 == fact) {
                Some(entry) => drop(idle.insert(entry)),
                None => wrong.push_str(&format!("{}: {fact} never moves its verdict\n", shown.slug)),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert_eq!(one_way.len(), ONE_WAY.len(), "nothing needs some of ONE_WAY any more: only {one_way:?}");
    assert_eq!(idle.len(), IDLE_FACTS.len(), "nothing needs some of IDLE_FACTS any more: only {idle:?}");
}

fn try_all(work: &mut Work) -> Shown {
    let statuses = work.cases.iter().map(|case| case.status.as_str()).collect();
    let facts = facts_of(work);
    let pool = Pool::of(&work.cases);
    let mut shown = Tally { moves: BTreeSet::new(), moved: BTreeSet::new(), facts };
    for index in 0..work.cases.len() {
        if shown.is_complete() {
            break;
        }
        of_one(&mut work.cases[index], &pool, &mut shown);
    }
    let idle = shown.facts.difference(&shown.moved).cloned().collect();
    Shown { slug: work.slug, moves: shown.moves, statuses, idle }
}

struct Tally {
    moves: BTreeSet<(&'static str, &'static str)>,
    moved: BTreeSet<String>,
    facts: BTreeSet<String>,
}

impl Tally {
    fn is_complete(&self) -> bool {
        [("pass", "fail"), ("fail", "pass")].iter().all(|way| self.moves.contains(way)) && self.moved == self.facts
    }

    fn note(&mut self, from: &Finding, found: &Finding, facts: &[String]) {
        if from.status != found.status {
            self.moves.insert((from.status.as_str(), found.status.as_str()));
        }
        // A name moves no verdict, but says whom it is about.
        if from != found {
            self.moved.extend(facts.iter().filter(|fact| self.facts.contains(*fact)).cloned());
        }
    }
}

/// The facts that a check says it needs: an operation, with the field or the setting where it names several.
fn facts_of(work: &Work) -> BTreeSet<String> {
    let check = work.cases[0].check;
    let fact = |op: &str, arg: &str| match op {
        "host.setting" => format!("{op} {arg}"),
        "docker.container-processes" => op.to_owned(),
        _ if op.starts_with("docker.") => format!("{op} {arg}"),
        _ => op.to_owned(),
    };
    check
        .needs
        .iter()
        .flat_map(|need| {
            let all: Vec<String> = match need.args {
                [] => vec![need.op.to_owned()],
                args => args.iter().map(|arg| fact(need.op, arg)).collect(),
            };
            all
        })
        .collect()
}

/// Which of them a mutation is about.
fn facts_behind(key: &str, scope: &Scope, mutant: &Mutant) -> Vec<String> {
    match scope {
        Scope::Fields(op, fields) => {
            let changed = field(&mutant.place);
            let below = |name: &&String| changed == **name || changed.starts_with(&format!("{name}."));
            fields.iter().filter(below).map(|name| format!("{op} {name}")).collect()
        }
        Scope::Whole => {
            let op = match key.split(' ').next().unwrap_or_default() {
                "exec" => "exec",
                "stat" | "lstat" => "fs.stat",
                "read" => "fs.read-text",
                "list" => "fs.list-dir",
                "process" => "process.find",
                "facts" => "host.facts",
                "now" => "host.now",
                _ => "docker.container-processes",
            };
            vec![op.to_owned()]
        }
    }
}

/// Every fact of one host, taken away, changed, and made what it is on another host.
fn of_one(case: &mut Case, pool: &Pool, shown: &mut Tally) {
    let (asked, settings) = case.asked();
    let before = case.judge(&case.host);
    for (key, scope) in asked {
        let Some(answer) = case.host.answers.get(&key).cloned() else { continue };
        let others = flips(&key, &scope, &answer).into_iter().chain(pool.mutants(&key, &scope, &answer));
        for mutant in others.chain(absences(&key, &scope, &answer)) {
            let found = case.with(&key, &mutant.answer);
            shown.note(&before, &found, &facts_behind(&key, &scope, &mutant));
        }
    }
    for setting in settings {
        with_setting(case, &before, &setting, None, shown);
        for value in [json!([]), json!(["changed"]), json!("changed"), json!(true), json!(1)] {
            with_setting(case, &before, &setting, Some(value), shown);
        }
    }
}

fn with_setting(case: &mut Case, before: &Finding, setting: &str, value: Option<Value>, shown: &mut Tally) {
    let settings: BTreeMap<String, Value> = case.host.settings.clone();
    match value {
        Some(value) => drop(case.host.settings.insert(setting.to_owned(), value)),
        None => drop(case.host.settings.remove(setting)),
    }
    let found = case.judge(&case.host);
    case.host.settings = settings;
    shown.note(before, &found, &[format!("host.setting {setting}")]);
}
