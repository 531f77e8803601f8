//! Scenarios: a check's specification, test and documentation in one Markdown file.
//!
//! ````markdown
//! ## A privileged container fails and is named
//! Any prose.
//! ```host
//! {"containers": [{"name": "web", "HostConfig": {"Privileged": true}}, {"name": "db"}]}
//! ```
//! ```verdict
//! fail: 1 of 2 containers
//! container web: HostConfig.Privileged = true (expected false)
//! ```
//! ````
//!
//! The `host` block is JSON ([`expand`] says what it may hold); what it does not say is as on a well-kept host. The
//! first line of `verdict` is the status, optionally with a part of the message after a colon. The lines below are
//! the whole evidence, in order; with none of them the evidence is not looked at. A `row` block (JSON object)
//! binds parameters and, for a file shared by a family of checks, names the slug: `{"check": "…", "path": "…"}`.

// Indexing a JSON value gives null where there is nothing; it does not panic. This code runs in tests only.
#![allow(clippy::indexing_slicing)]

mod defaults;
mod expand;
mod parse;

use crate::audit::{Finding, audit_row};
use crate::check::{Check, row};
use crate::facts::{Facts, FieldPlan};

pub use expand::expand;
pub use parse::{Expected, Scenario, parse};

/// Runs a scenario natively.
///
/// `find` gives the check for a scenario's slug; a scenario that names none gets the empty slug.
///
/// # Errors
/// Says what was expected and what came instead.
pub fn run_one(scenario: &Scenario, find: impl Fn(&str) -> Option<&'static Check>) -> Result<(), String> {
    let slug = scenario.check.as_deref().unwrap_or_default();
    let check = find(slug).ok_or_else(|| format!("no check {slug:?}"))?;
    let host = expand(&scenario.host)?;
    let facts = Facts::new(&host, FieldPlan::of([check]));
    // Tests only: a row's bindings are static, and a scenario's come from its file.
    let bound =
        scenario.bound.iter().map(|(k, v)| (&*k.clone().leak(), &*v.clone().leak())).collect::<Vec<(&str, &str)>>();
    let finding = audit_row(&row("0", "", check).with(bound.leak()), &facts);
    scenario.expected.compare(&finding)
}

impl Expected {
    /// Whether a finding is what the scenario says, and if not, both side by side.
    pub fn compare(&self, finding: &Finding) -> Result<(), String> {
        let evidence: Vec<String> = finding.evidence.iter().map(ToString::to_string).collect();
        let as_expected = finding.status.as_str() == self.status
            && finding.message.contains(&self.message)
            && (self.evidence.is_empty() || self.evidence == evidence);
        if as_expected {
            return Ok(());
        }
        let list =
            |status: &str, message: &str, evidence: &[String]| format!("{status}: {message}\n{}", evidence.join("\n"));
        let expected = list(&self.status, &self.message, &self.evidence);
        let found = list(finding.status.as_str(), &finding.message, &evidence);
        Err(format!("expected {expected}\nfound    {found}"))
    }
}
