//! Where a section's findings go, and where its limits are counted.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keelmark_contract::{escape, limits};

use super::types;

/// The findings of one section, and what it has used up of its limits: kept outside the plugin's store, so that a
/// retry in a fresh one starts neither from nothing nor anew.
pub struct Sink {
    state: Mutex<SinkState>,
    /// What the findings may take of memory.
    most: usize,
}

impl Default for Sink {
    fn default() -> Self {
        Self::awaiting(&[])
    }
}

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
        let state = Mutex::new(SinkState { awaited: ids.iter().cloned().collect(), ..SinkState::default() });
        Self { state, most: limits::FINDINGS_BYTES }
    }

    /// The same for one of `plugins` that are not built in, which share what all of them may take.
    pub fn sharing_with(self, plugins: usize) -> Self {
        let share = limits::THIRD_PARTY_FINDINGS_BYTES / plugins.max(1);
        Self { most: self.most.min(share), ..self }
    }

    /// Whether there is no finding about `id` yet.
    pub fn awaits(&self, id: &str) -> bool {
        self.lock().awaited.contains(id)
    }

    /// Takes a finding; false where none about its id was asked for, there is one already, or all of them together
    /// grow too large.
    pub fn take(&self, finding: types::Finding) -> bool {
        let mut state = self.lock();
        let bytes = state.bytes.saturating_add(held(&finding));
        if bytes > self.most || !state.awaited.remove(&finding.id) {
            return false;
        }
        state.bytes = bytes;
        state.findings.push(finding);
        true
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
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The memory that a finding holds, and what escaping adds to its texts when they are written.
fn held(finding: &types::Finding) -> usize {
    let of_info = |info: &Vec<(String, String)>| {
        info.capacity() * size_of::<(String, String)>()
            + info.iter().map(|(key, value)| of_text(key) + of_text(value)).sum::<usize>()
    };
    let of_evidence = |e: &types::Evidence| {
        of_text(&e.subject) + of_text(&e.property) + of_text(&e.found) + of_text(&e.expected) + of_info(&e.info)
    };
    size_of::<types::Finding>()
        + of_text(&finding.id)
        + of_text(&finding.message)
        + of_info(&finding.info)
        + finding.evidence.capacity() * size_of::<types::Evidence>()
        + finding.evidence.iter().map(of_evidence).sum::<usize>()
}

/// What a text takes in memory, however little of it is left, and in a report, however little it is before.
fn of_text(text: &String) -> usize {
    text.capacity().max(escape::line(text).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(id: &str, message: String, info: Vec<(String, String)>) -> types::Finding {
        let evidence = types::Evidence {
            subject: String::new(),
            property: String::new(),
            found: String::new(),
            expected: String::new(),
            info,
        };
        let (status, evidence) = (types::Status::Fail, vec![evidence]);
        types::Finding { id: id.to_owned(), status, message, evidence, info: Vec::new() }
    }

    #[test]
    fn memory_is_counted_as_it_is_held() {
        let mut long = String::with_capacity(1_000_000);
        long.push('x');
        assert!(held(&finding("1", long, Vec::new())) > 1_000_000);
        let empty = vec![(String::new(), String::new()); 1_000];
        assert!(held(&finding("1", String::new(), empty)) >= 48_000);
        // One byte that becomes seven in a report.
        assert!(held(&finding("1", "\u{7f}".repeat(1_000), Vec::new())) >= 6_000);
    }

    #[test]
    fn plugins_that_are_not_built_in_share_what_all_of_them_may_hold() {
        let ids: Vec<String> = (0..10).map(|n| n.to_string()).collect();
        let taken = |plugins: usize| {
            let sink = Sink::awaiting(&ids).sharing_with(plugins);
            let half = limits::THIRD_PARTY_FINDINGS_BYTES / 4;
            ids.iter().filter(|id| sink.take(finding(id, "x".repeat(half), Vec::new()))).count()
        };
        assert_eq!((taken(1), taken(3), taken(100)), (1, 1, 0));
    }
}
