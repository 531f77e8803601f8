//! `tests/bad-plugins/README.md` lists every behaviour, and what becomes of it.

use keelmark_bad_plugins::Behaviour;

use crate::support::root;

#[test]
fn every_behaviour_is_listed() {
    let page = std::fs::read_to_string(root().join("tests/bad-plugins/README.md")).unwrap();
    let listed: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let all: Vec<&str> = Behaviour::ALL.iter().map(|behaviour| behaviour.name()).collect();
    assert_eq!(listed, all);
    assert!(all.len() >= 40, "{} behaviours", all.len());
}
