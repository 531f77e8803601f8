//! compose-hygiene: whether Compose projects are kept as their authors meant them, read from what Compose itself writes
//! on every container.

mod compose;
mod dependencies;
mod drift;
mod healthcheck;
mod pinned;
mod restart;
mod strangers;

use keelmark_sdk::{row, section};

section! {
    benchmark: "compose-hygiene-1",
    number: "1",
    title: "Compose projects",
    rows: [
        row("1.1", "Ensure that services come back after a restart", &restart::CHECK).level(1).automated(),
        row("1.2", "Ensure that services say whether they are healthy", &healthcheck::CHECK).level(1).automated(),
        row("1.3", "Ensure that services name the version of their image", &pinned::CHECK).level(1).automated(),
        row("1.4", "Ensure that the replicas of a service are alike", &drift::CHECK).level(1).automated(),
        row("1.5", "Ensure that a project has one origin", &strangers::CHECK).level(1).automated(),
        row("1.6", "Ensure that what a service depends on is running", &dependencies::CHECK).level(1).automated(),
    ]
}

/// Without Wasm: `cargo test`. The recordings are those of `keelmark plugin test`, which compares the evidence too.
#[cfg(test)]
mod tests {
    use keelmark_sdk::fake::FakeHost;
    use keelmark_sdk::{Facts, FieldPlan, audit_row};

    use super::SECTION;

    fn statuses(recording: &str) -> Vec<&'static str> {
        let host = FakeHost::from_recording(recording).unwrap();
        let facts = Facts::new(&host, FieldPlan::of_section(&SECTION));
        SECTION.rows.iter().map(|row| audit_row(row, &facts).status.as_str()).collect()
    }

    #[test]
    fn a_kept_project_passes_a_neglected_one_fails_and_none_is_none() {
        assert_eq!(statuses(include_str!("../tests/kept.json")), ["pass"; 6]);
        assert_eq!(statuses(include_str!("../tests/neglected.json")), ["fail"; 6]);
        assert_eq!(statuses(include_str!("../tests/without-compose.json")), ["not-applicable"; 6]);
    }
}
