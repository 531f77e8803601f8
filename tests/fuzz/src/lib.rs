//! What keelmark does with bytes that nobody meant: one function per reader, which must neither panic nor accept what
//! it cannot print again.
//!
//! `cargo fuzz` drives them by coverage (`fuzz_targets/`), and `tests/all/fuzzing.rs` with the committed corpora and a
//! few thousand mutations of each, on every run of the tests.

mod checks;
mod parsers;
mod reports;

pub use checks::{audit_rules, engine_answers, history};
pub use parsers::{command_lines, component, grants, lock, manifest, picked_fields, recording, settings};
pub use reports::guest_values;

/// A target: its name, which is its corpus' too, and what it does with some bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("manifest", manifest),
    ("component", component),
    ("command_lines", command_lines),
    ("settings", settings),
    ("recording", recording),
    ("lock", lock),
    ("grants", grants),
    ("history", history),
    ("audit_rules", audit_rules),
    ("engine_answers", engine_answers),
    ("guest_values", guest_values),
    ("picked_fields", picked_fields),
];
