//! Reports: one model, and one file per format that prints it.
//!
//! The strings of a report come from plugins and engines. Text output passes every one of them through
//! [`keelmark_contract::escape::line`]; JSON output escapes in [`json`].

pub mod diagnosis;
mod doctor;
pub mod exit;
pub mod explain;
mod json;
pub mod layout;
pub mod list;
pub mod model;
mod paint;
#[cfg(test)]
mod sample;
mod text;

pub use doctor::doctor_text;
pub use explain::{Explanation, explain_text};
pub use json::{line, pretty, schema, to_json};
pub use layout::plural;
pub use model::{Benchmark, BrokenPlugin, Counts, Evidence, Finding, Report, Section, Status, ThirdParty};
pub use text::{TextOptions, to_text};
