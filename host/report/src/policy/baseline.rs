//! Baselines: what was known to be wrong at some time, so that only what came since needs attention.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bad;
use crate::model::Fingerprint;
use crate::{Report, Status};

/// The version of the file's format.
const FORMAT: u32 = 1;

/// A baseline, as its file has it: sorted, small, and without anything that changes by itself, so that it can be kept
/// under version control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Baseline {
    keelmark_baseline: u32,
    /// The ID of the engine; fingerprints hold it.
    pub engine: String,
    pub known: BTreeSet<Known>,
}

/// One object that was known to be wrong. Who reads the file should see what it is about; the fingerprint decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Known {
    /// The rule's id.
    pub check: String,
    /// "container shop/web"; empty where the finding has no evidence.
    pub subject: String,
    pub property: String,
    pub fingerprint: Fingerprint,
}

/// Why a file is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    #[error("it is not a baseline: {0}")]
    Json(#[from] serde_json::Error),
    #[error("it is a baseline of format {0}; this keelmark reads format {FORMAT}")]
    Format(u32),
}

impl Baseline {
    /// Everything that fails or waits for a person in a report, and is not waived.
    pub fn of(report: &Report) -> Self {
        let mut known = BTreeSet::new();
        for section in report.sections() {
            for finding in &section.findings {
                known.extend(bad(report, section, finding));
            }
        }
        Self { keelmark_baseline: FORMAT, engine: report.host.id.clone(), known }
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// Where it is no baseline, or one of another format.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case")]
        struct Head {
            keelmark_baseline: u32,
        }
        match serde_json::from_str::<Head>(text)?.keelmark_baseline {
            FORMAT => Ok(serde_json::from_str(text)?),
            other => Err(BaselineError::Format(other)),
        }
    }

    /// Whether it has this one.
    pub(super) fn fingerprints(&self) -> BTreeSet<Fingerprint> {
        self.known.iter().map(|known| known.fingerprint).collect()
    }

    /// What it has and `now` has not, of the checks that were judged in full: what was not looked at is not fixed.
    pub(super) fn fixed(&self, now: &Report) -> Vec<Known> {
        let found = Self::of(now).fingerprints();
        let (mut judged, mut doubtful) = (BTreeSet::new(), BTreeSet::new());
        for section in now.sections() {
            for finding in &section.findings {
                let is_in_doubt = finding.is_incomplete() || finding.status == Status::Error;
                let known = if is_in_doubt { &mut doubtful } else { &mut judged };
                known.insert(section.rule_id(&finding.check));
            }
        }
        let waived = now.sections().flat_map(|s| &s.findings).flat_map(|f| &f.evidence);
        let waived: BTreeSet<Fingerprint> =
            waived.filter(|e| e.disposition.waived().is_some()).map(|e| e.fingerprint).collect();
        let is_fixed = |known: &&Known| {
            judged.contains(&known.check)
                && !doubtful.contains(&known.check)
                && !found.contains(&known.fingerprint)
                && !waived.contains(&known.fingerprint)
        };
        self.known.iter().filter(is_fixed).cloned().collect()
    }
}
