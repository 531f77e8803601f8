//! Where a section's findings go, and where its limits are counted.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keelmark_contract::limits;

use super::types;

/// The findings of one section, and what it has used up of its limits: kept outside the plugin's store, so that a
/// retry in a fresh one starts neither from nothing nor anew.
#[derive(Default)]
pub struct Sink(Mutex<SinkState>);

#[derive(Default)]
struct SinkState {
    awaited: HashSet<String>,
    findings: Vec<types::Finding>,
    bytes: usize,
    /// What all attempts at the section have spent on calls.
    spent: u64,
    log_lines: usize,
    peak_memory: usize,
}

impl Sink {
    /// A sink for one finding about each of `ids`.
    pub fn awaiting(ids: &[String]) -> Self {
        Self(Mutex::new(SinkState { awaited: ids.iter().cloned().collect(), ..SinkState::default() }))
    }

    /// Whether there is no finding about `id` yet.
    pub fn awaits(&self, id: &str) -> bool {
        self.lock().awaited.contains(id)
    }

    /// Takes a finding; false where none about its id was asked for, there is one already, or all of them together
    /// grow too large.
    pub fn take(&self, finding: types::Finding) -> bool {
        let mut state = self.lock();
        state.bytes = state.bytes.saturating_add(size(&finding));
        let is_awaited = state.bytes <= limits::FINDINGS_BYTES && state.awaited.remove(&finding.id);
        if is_awaited {
            state.findings.push(finding);
        }
        is_awaited
    }

    /// Counts what a call costs; false where the section has spent all that it may.
    pub(super) fn spend(&self, cost: u64) -> bool {
        let mut state = self.lock();
        state.spent = state.spent.saturating_add(cost);
        state.spent <= limits::SECTION_CALLS
    }

    /// Notes the linear memory that an attempt had in the end.
    pub(crate) fn grew(&self, memory: usize) {
        let mut state = self.lock();
        state.peak_memory = state.peak_memory.max(memory);
    }

    /// The most linear memory that an attempt had, in bytes; of one that ran out of time nothing is known.
    pub fn peak_memory(&self) -> usize {
        self.lock().peak_memory
    }

    /// Counts a log line of the section, and says which one it is.
    pub(super) fn count_log_line(&self) -> usize {
        let mut state = self.lock();
        state.log_lines = state.log_lines.saturating_add(1);
        state.log_lines
    }

    /// Everything that was found.
    pub fn into_findings(self: Arc<Self>) -> Vec<types::Finding> {
        std::mem::take(&mut self.lock().findings)
    }

    fn lock(&self) -> MutexGuard<'_, SinkState> {
        // A panic between two field updates would at worst lose a finding, which then counts as missing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes of a finding's texts.
fn size(finding: &types::Finding) -> usize {
    let of_info = |info: &[(String, String)]| info.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
    let of_evidence = |e: &types::Evidence| {
        e.subject.len()
            + e.property.len()
            + e.found.len()
            + e.expected.len()
            + of_info(&e.info)
            + size_of::<types::Evidence>()
    };
    finding.message.len() + of_info(&finding.info) + finding.evidence.iter().map(of_evidence).sum::<usize>()
}
