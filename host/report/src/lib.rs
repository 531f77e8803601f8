//! Reports: one model, the policy that judges it, and one file per format that prints it.
//!
//! [`model`] holds what was found, [`policy`] decides what of it counts and what the exit code is, [`format`] has the
//! registry of formats. The strings of a report come from plugins and engines: each format escapes them as its readers
//! need it, text by [`keelmark_contract::escape`].

pub mod diagnosis;
pub mod diff;
mod doctor;
pub mod exit;
pub mod explain;
pub mod format;
pub mod layout;
pub mod list;
pub mod model;
mod paint;
pub mod policy;
#[cfg(test)]
mod sample;
mod style;

pub use doctor::doctor_text;
pub use explain::{Explanation, explain_text};
pub use format::{REPORTERS, Reporter, line, pretty, reporter, schema};
pub use layout::plural;
pub use model::{
    Benchmark, BrokenPlugin, Counts, Disposition, Evidence, Finding, Fingerprint, Report, Rule, Section, Status,
    Subject, SubjectKind, ThirdParty, Waived,
};
pub use policy::{Judged, judge};
pub use style::Style;
