//! The one step between what was found and what it means: which findings count, whether the audit is complete, and the
//! exit code. Nothing else in keelmark decides any of the three.

mod baseline;
mod gating;
#[cfg(test)]
mod tests;
mod waiver;
mod waivers;
mod write;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

pub use baseline::{Baseline, BaselineError, Known};
pub use gating::FailOn;
pub use waiver::{Expiry, Waiver};
pub use waivers::Waivers;
pub use write::{NewWaiver, with_waiver};

use crate::model::{Disposition, Fingerprint, Waived, rule_id};
use crate::{Finding, Report, Section, Status, exit};

/// What makes the exit code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gating {
    pub fail_on: FailOn,
}

/// A report, judged: what every format prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Judged {
    /// Its findings and their evidence have their dispositions.
    #[serde(flatten)]
    pub report: Report,
    /// Whether every fact could be read, and anything was judged at all.
    pub complete: bool,
    /// What `keelmark audit` exits with, unless it is interrupted.
    pub exit_code: u8,
    pub fail_on: FailOn,
    /// The operator's waivers, and what became of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<WaiverUse>,
    /// The comparison with a baseline; absent where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Compared>,
}

/// A waiver, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct WaiverUse {
    /// A slug, or a recommendation with its edition.
    pub check: String,
    /// What it is about: "engine-socket-mount for container agent*".
    pub name: String,
    #[serde(flatten)]
    pub waived: Waived,
    pub state: WaiverState,
    /// How many findings and pieces of evidence it waives, or would.
    pub matches: usize,
}

/// What became of a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaiverState {
    Active,
    /// Its day is over: what it waived counts again.
    Expired,
    /// Nothing is wrong that it is about.
    Unused,
}

/// What became of a baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Compared {
    /// Pieces of evidence that it has.
    pub known: usize,
    /// Pieces of evidence that it does not have.
    pub new: usize,
    /// What it has and is no longer wrong, of the checks that were judged in full.
    pub fixed: Vec<Known>,
}

/// Judges a report: says of each finding whether it counts, and what follows.
///
/// What could not be read cannot be waived, and is in no baseline.
pub fn judge(mut report: Report, waivers: &Waivers, baseline: Option<&Baseline>, gating: &Gating) -> Judged {
    let waivers = waive(&mut report, waivers);
    let baseline = baseline.map(|baseline| compare(&mut report, baseline));
    let complete = report.is_complete();
    let exit_code = exit_code(report.findings(), complete, gating.fail_on);
    Judged { report, complete, exit_code, fail_on: gating.fail_on, waivers, baseline }
}

/// The exit code of findings. Incomplete wins over failed: whoever reads only the code must learn that the list of
/// failures may be too short.
pub fn exit_code<'f>(mut findings: impl Iterator<Item = &'f Finding>, complete: bool, fail_on: FailOn) -> u8 {
    match complete {
        false => exit::INCOMPLETE,
        true if findings.any(|finding| fail_on.covers(finding)) => exit::FINDINGS,
        true => exit::CLEAN,
    }
}

/// Whether anything was judged, and every fact behind it could be read.
pub fn judged_in_full<'f>(findings: impl Iterator<Item = &'f Finding>) -> bool {
    let mut findings = findings.peekable();
    findings.peek().is_some() && !findings.any(Finding::is_incomplete)
}

impl Report {
    /// Whether every fact could be read and every plugin took part, and anything was judged at all.
    pub fn is_complete(&self) -> bool {
        self.broken_plugins.is_empty() && judged_in_full(self.findings())
    }

    /// Judged without waivers and without a baseline.
    pub fn judged(self) -> Judged {
        judge(self, &Waivers::default(), None, &Gating::default())
    }

    /// The day on which it was audited: what expires, expires by it, so that a recording gives the same report for ever.
    fn day(&self) -> Date {
        let audited_at = self.audited_at.get(..10).and_then(|day| day.parse().ok());
        audited_at.unwrap_or_else(|| jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date())
    }
}

/// Whether a policy can be about a finding at all: the others do not count, or are not known.
fn can_count(finding: &Finding) -> bool {
    matches!(finding.status, Status::Fail | Status::Manual)
}

/// A waiver while it is applied.
struct Applied<'w> {
    waiver: &'w Waiver,
    waived: Arc<Waived>,
    holds: bool,
    matches: usize,
}

/// Marks what is waived, and notes what the operator should know about the waivers.
fn waive(report: &mut Report, waivers: &Waivers) -> Vec<WaiverUse> {
    let day = report.day();
    let apply_later =
        |waiver| Applied { waiver, waived: Arc::new(waiver.waived()), holds: waiver.holds_on(day), matches: 0 };
    let mut applied: Vec<Applied> = waivers.0.iter().map(apply_later).collect();
    for benchmark in &mut report.benchmarks {
        for section in &mut benchmark.sections {
            let plugin = section.third_party_plugin();
            for finding in section.findings.iter_mut().filter(|finding| can_count(finding)) {
                let rule = rule_id(plugin.as_deref(), &finding.check);
                for one in &mut applied {
                    if one.waiver.is_about(&report.host.name, &benchmark.id, &rule, &finding.id) {
                        one.apply(finding);
                    }
                }
                if let Some(waived) = all_waived(finding) {
                    finding.disposition = waived;
                }
            }
        }
    }
    let uses: Vec<WaiverUse> = applied.into_iter().map(Applied::done).collect();
    report.notes.extend(uses.iter().filter_map(WaiverUse::note));
    uses
}

impl Applied<'_> {
    /// Marks what the waiver covers of a finding that it is about, unless it has expired. The first waiver that covers a
    /// thing is the one that is named.
    fn apply(&mut self, finding: &mut Finding) {
        let mark = |disposition: &mut Disposition| {
            if self.holds && disposition.is_counts() {
                *disposition = Disposition::Waived(Arc::clone(&self.waived));
            }
        };
        if finding.evidence.is_empty() && !self.waiver.is_scoped() {
            self.matches += 1;
            mark(&mut finding.disposition);
        }
        for evidence in &mut finding.evidence {
            if evidence.error.is_none() && self.waiver.covers(evidence) {
                self.matches += 1;
                mark(&mut evidence.disposition);
            }
        }
    }

    fn done(self) -> WaiverUse {
        let state = match (self.matches, self.holds) {
            (0, _) => WaiverState::Unused,
            (_, true) => WaiverState::Active,
            (_, false) => WaiverState::Expired,
        };
        WaiverUse {
            check: self.waiver.check.clone(),
            name: self.waiver.name(),
            waived: Arc::unwrap_or_clone(self.waived),
            state,
            matches: self.matches,
        }
    }
}

impl WaiverUse {
    /// What the report has to say of it.
    fn note(&self) -> Option<String> {
        let Self { name, waived, .. } = self;
        match self.state {
            WaiverState::Active => None,
            WaiverState::Expired => Some(format!("the waiver of {name} ended on {}: it counts again", waived.until)),
            WaiverState::Unused => Some(format!("the waiver of {name} waives nothing")),
        }
    }
}

/// What waives the whole finding: every piece of its evidence is waived. What could not be read is not, so that a
/// finding of which a part is unknown is never waived as a whole.
fn all_waived(finding: &Finding) -> Option<Disposition> {
    let first = finding.evidence.first()?;
    let is_waived = finding.evidence.iter().all(|evidence| evidence.disposition.waived().is_some());
    is_waived.then(|| first.disposition.clone())
}

/// Marks what is known and what is new.
fn compare(report: &mut Report, baseline: &Baseline) -> Compared {
    let mut compared = Compared { fixed: baseline.fixed(report), ..Compared::default() };
    let fingerprints = baseline.fingerprints();
    let engine = report.host.id.clone();
    if engine != baseline.engine {
        report.notes.push("the baseline is another engine's: everything counts as new".to_owned());
    }
    let mut mark = |fingerprint: &Fingerprint| {
        let is_known = fingerprints.contains(fingerprint);
        *(if is_known { &mut compared.known } else { &mut compared.new }) += 1;
        if is_known { Disposition::Known } else { Disposition::New }
    };
    for section in report.benchmarks.iter_mut().flat_map(|benchmark| &mut benchmark.sections) {
        let plugin = section.third_party_plugin();
        let counting = |finding: &&mut Finding| can_count(finding) && finding.disposition.is_counts();
        for finding in section.findings.iter_mut().filter(counting) {
            let (mut any, mut any_new) = (false, false);
            for evidence in &mut finding.evidence {
                if evidence.error.is_none() && evidence.disposition.is_counts() {
                    evidence.disposition = mark(&evidence.fingerprint);
                    any = true;
                    any_new |= evidence.disposition == Disposition::New;
                }
            }
            finding.disposition = match (any, any_new) {
                (true, true) => Disposition::New,
                (true, false) => Disposition::Known,
                (false, _) => mark(&Fingerprint::of_rule(&engine, &rule_id(plugin.as_deref(), &finding.check))),
            };
        }
    }
    compared
}

/// What is wrong in a finding and not waived, as baselines hold it.
fn bad(report: &Report, section: &Section, finding: &Finding) -> BTreeSet<Known> {
    let mut found = BTreeSet::new();
    if !can_count(finding) || finding.disposition.waived().is_some() {
        return found;
    }
    let check = section.rule_id(&finding.check);
    if finding.evidence.is_empty() {
        let fingerprint = Fingerprint::of_rule(&report.host.id, &check);
        found.insert(Known { check, subject: String::new(), property: String::new(), fingerprint });
        return found;
    }
    let counting = finding.evidence.iter().filter(|e| e.error.is_none() && e.disposition.waived().is_none());
    found.extend(counting.map(|evidence| {
        let subject = crate::Subject { name: evidence.subject.stable_name(), ..(*evidence.subject).clone() };
        Known {
            check: check.clone(),
            subject: subject.to_string(),
            property: evidence.property.clone(),
            fingerprint: evidence.fingerprint,
        }
    }));
    found
}
