//! What is wrong now, for `--baseline` later.

use super::{Reporter, pretty};
use crate::policy::Baseline;
use crate::{Judged, Style};

/// `--output baseline`
pub struct BaselineFile;

impl Reporter for BaselineFile {
    fn name(&self) -> &'static str {
        "baseline"
    }

    fn extension(&self) -> &'static str {
        "json"
    }

    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn help(&self) -> &'static str {
        "what fails or waits for a person now, for `--baseline` in later audits"
    }

    fn render(&self, judged: &Judged, _: &Style) -> String {
        pretty(&Baseline::of(&judged.report))
    }
}
