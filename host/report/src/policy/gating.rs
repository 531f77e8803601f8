//! Which findings make the exit code 1.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{Disposition, Finding, Status};

/// Which verdicts make `keelmark audit` exit with [`FINDINGS`](crate::exit::FINDINGS). None of them hides an incomplete
/// audit, and none counts what is waived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// No verdict.
    Never,
    /// A failed recommendation that the baseline does not have.
    New,
    /// A failed Level 1 recommendation, or a failed one whose level is not established.
    Level1,
    /// Any failed recommendation.
    #[default]
    Fail,
    /// Any failed recommendation, and any that a person must judge.
    Manual,
}

impl FailOn {
    /// Every one of them, as `--help` lists them.
    pub const ALL: [Self; 5] = [Self::Never, Self::New, Self::Level1, Self::Fail, Self::Manual];

    /// As the command line writes it.
    pub fn name(self) -> &'static str {
        match self {
            FailOn::Never => "never",
            FailOn::New => "new",
            FailOn::Level1 => "level1",
            FailOn::Fail => "fail",
            FailOn::Manual => "manual",
        }
    }

    /// Whether the finding, with what the policy made of it, is one.
    pub fn covers(self, finding: &Finding) -> bool {
        if finding.disposition.waived().is_some() {
            return false;
        }
        match (self, finding.status) {
            (FailOn::New, Status::Fail) => finding.disposition == Disposition::New,
            // An unknown level may be 1: what is not known must not look like a pass.
            (FailOn::Level1, Status::Fail) => finding.level.is_none_or(|level| level <= 1),
            (FailOn::Fail | FailOn::Manual, Status::Fail) | (FailOn::Manual, Status::Manual) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_documented() {
        let documented = include_str!("../../../docs/exit-codes.md");
        for value in FailOn::ALL {
            assert!(documented.contains(&format!("| `{}` |", value.name())), "{value:?}");
        }
    }
}
