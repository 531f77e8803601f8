//! How many recommendations got which verdict: derived wherever it is wanted, and stored nowhere.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::{Benchmark, Disposition, Finding, Section, Status};

/// How many recommendations got which verdict. A waived one is counted as waived, and not by its status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    pub pass: usize,
    pub fail: usize,
    pub manual: usize,
    pub not_applicable: usize,
    pub error: usize,
    /// Failed or for a person to judge, and waived by the operator.
    #[serde(default)]
    pub waived: usize,
}

impl Counts {
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            match finding.disposition {
                Disposition::Waived(_) => counts.waived += 1,
                _ => *counts.slot(finding.status) += 1,
            }
        }
        counts
    }

    pub fn total(&self) -> usize {
        self.pass + self.fail + self.manual + self.not_applicable + self.error + self.waived
    }

    pub fn get(mut self, status: Status) -> usize {
        *self.slot(status)
    }

    fn slot(&mut self, status: Status) -> &mut usize {
        match status {
            Status::Pass => &mut self.pass,
            Status::Fail => &mut self.fail,
            Status::Manual => &mut self.manual,
            Status::NotApplicable => &mut self.not_applicable,
            Status::Error => &mut self.error,
        }
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.manual += other.manual;
        self.not_applicable += other.not_applicable;
        self.error += other.error;
        self.waived += other.waived;
    }
}

/// A part of a report as JSON shows it: with its counts, for those who read it by a line of jq.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Counted{T}")]
pub struct Counted<'a, T> {
    #[serde(flatten)]
    part: &'a T,
    counts: Counts,
}

impl<'a, T> Counted<'a, T> {
    pub fn new(part: &'a T, counts: Counts) -> Self {
        Self { part, counts }
    }
}

/// Writes benchmarks with their counts.
pub(super) fn benchmarks<S: Serializer>(benchmarks: &[Benchmark], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(benchmarks.iter().map(|benchmark| Counted::new(benchmark, benchmark.counts())))
}

/// Writes sections with their counts.
pub(super) fn sections<S: Serializer>(sections: &[Section], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(sections.iter().map(|section| Counted::new(section, section.counts())))
}
