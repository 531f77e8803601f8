//! `host/docs/settings.md` is written by hand; that it is complete is not left to hands.

use std::collections::BTreeSet;

use keelmark_contract::settings::Settings;

const PAGE: &str = include_str!("../../../host/docs/settings.md");

/// The part of the page about one key; a table's is called as TOML writes it.
fn part(key: &str) -> &'static str {
    let called = |name: String| PAGE.split_once(&format!("\n## `{name}`\n"));
    let table = || called(format!("[{key}]")).or_else(|| called(format!("[[{key}]]")));
    let found = called(key.to_owned()).or_else(table);
    let after = found.unwrap_or_else(|| panic!("no part about {key}")).1;
    after.split("\n## ").next().unwrap()
}

fn example() -> &'static str {
    PAGE.split_once("```toml\n").unwrap().1.split_once("```").unwrap().0
}

#[test]
fn the_example_is_valid_and_sets_every_key_that_has_a_part() {
    let settings = Settings::parse(example()).unwrap();
    let parts = PAGE.lines().filter_map(|line| line.strip_prefix("## `")?.strip_suffix('`'));
    let (tables, keys): (Vec<&str>, Vec<&str>) = parts.partition(|part| part.starts_with('['));
    for key in &keys {
        assert!(settings.get(key).is_some(), "the example does not set {key}");
    }
    let in_example = example().lines().take_while(|line| !line.starts_with('['));
    let in_example = in_example.filter_map(|line| line.split_once(" = "));
    assert_eq!(in_example.map(|(key, _)| key).collect::<Vec<_>>(), keys);
    assert_eq!(example().lines().filter(|line| line.starts_with('[')).collect::<Vec<_>>(), tables);
}

/// What a misspelt key is answered lists all keys that there are.
#[test]
fn every_key_has_a_part() {
    let error = Settings::parse("no-such-key = 1").unwrap_err().to_string();
    let known = error.split_once("expected one of").unwrap_or_else(|| panic!("{error}")).1;
    let keys: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    assert!(keys.len() > 5, "{error}");
    keys.iter().for_each(|key| assert!(!part(key).is_empty()));
}

#[test]
fn each_part_links_the_checks_that_ask_for_the_key_and_no_others() {
    let mut asked: BTreeSet<(&str, &str)> = BTreeSet::new();
    for check in keelmark_checks::catalog().iter().map(|entry| entry.check) {
        for need in check.needs.iter().filter(|need| need.op == "host.setting") {
            asked.extend(need.args.iter().map(|key| (*key, check.slug)));
        }
    }
    let mut linked = BTreeSet::new();
    for key in PAGE.lines().filter_map(|line| line.strip_prefix("## `")?.strip_suffix('`')) {
        let links = part(key).split("plugins/docs/checks/").skip(1).filter_map(|rest| rest.split_once(".md)"));
        linked.extend(links.map(|(slug, _)| (key, slug)));
    }
    assert_eq!(linked, asked);
}
