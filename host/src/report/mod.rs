//! Reports: one model, and one file per format that prints it.

mod json;
pub mod model;
mod text;

pub use json::{schema, to_json};
pub use model::{Benchmark, Counts, Evidence, Finding, Report, Section, Status};
pub use text::{TextOptions, to_text};
