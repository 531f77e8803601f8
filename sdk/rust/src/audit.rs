//! From a row to its finding.

use crate::check::Row;
use crate::facts::Facts;
use crate::verdict::{Evidence, Status};

/// The verdict on one recommendation; the WIT's `types.finding`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The recommendation's id.
    pub id: String,
    /// The verdict.
    pub status: Status,
    /// One sentence; empty for a pass that has nothing to add.
    pub message: String,
    /// What the verdict rests on.
    pub evidence: Vec<Evidence>,
}

/// Runs a row's check. A fact that could not be read becomes the status `error`, with its cause as the message.
pub fn audit_row(row: &Row, facts: &Facts) -> Finding {
    let id = row.id.to_owned();
    match (row.check.audit)(facts, &row.params()) {
        Ok(verdict) => Finding { id, status: verdict.status, message: verdict.message, evidence: verdict.evidence },
        Err(error) => {
            let status = if error.inapplicable { Status::NotApplicable } else { Status::Error };
            Finding { id, status, message: error.message, evidence: Vec::new() }
        }
    }
}
