//! What the operator's policy makes of a finding: whether it counts, and why not.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether a finding, or one piece of its evidence, counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// It counts, and nothing was said about it before.
    #[default]
    Counts,
    /// The operator accepts it, for a reason and for a time.
    Waived(Arc<Waived>),
    /// It is in the baseline.
    Known,
    /// It is not in the baseline.
    New,
}

/// Why a finding is waived, and until when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Waived {
    pub reason: String,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Where it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The last day on which it holds: "2027-03-31", or "never".
    pub until: String,
}

impl Disposition {
    /// Whether nothing was said about it.
    pub fn is_counts(&self) -> bool {
        *self == Self::Counts
    }

    /// Why it is waived; none where it is not.
    pub fn waived(&self) -> Option<&Waived> {
        match self {
            Self::Waived(waived) => Some(waived),
            Self::Counts | Self::Known | Self::New => None,
        }
    }
}
