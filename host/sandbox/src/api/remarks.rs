//! What an audit has to say beside its findings, and by which settings it was decided: collected while plugins run, for
//! the report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use keelmark_contract::limits::clamp_text;

/// Notes that one plugin can cause: it must not bury the report in them, nor take the room of the others'.
const NOTES_PER_PLUGIN: usize = 20;

/// Texts, each once and in order, of several threads.
#[derive(Debug, Default)]
pub struct Remarks {
    notes: Mutex<Notes>,
    settings: Mutex<BTreeSet<String>>,
}

#[derive(Debug, Default)]
struct Notes {
    kept: BTreeSet<String>,
    /// How many were kept of each plugin, and how many left out.
    of_plugins: BTreeMap<String, (usize, usize)>,
}

impl Remarks {
    /// Notes something, and the plugin whose call it came from, if it was one.
    pub fn note(&self, plugin: Option<&str>, note: String) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        match plugin {
            Some(plugin) => notes.take(plugin, note),
            None => _ = notes.kept.insert(note),
        }
    }

    /// Remembers a setting that was asked for and is set.
    pub(super) fn used(&self, key: &str) {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned());
    }

    /// What was noted until now, in order and once, and how many are missing.
    pub fn notes(&self) -> Vec<String> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).all()
    }

    /// The settings that were asked for and are set.
    pub fn settings(&self) -> Vec<String> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Notes {
    fn take(&mut self, plugin: &str, note: String) {
        if self.kept.contains(&note) {
            return;
        }
        let (kept, left_out) = self.of_plugins.entry(plugin.to_owned()).or_default();
        if *kept < NOTES_PER_PLUGIN {
            *kept += 1;
            self.kept.insert(clamp_text(note));
        } else {
            *left_out = left_out.saturating_add(1);
        }
    }

    fn all(&self) -> Vec<String> {
        let missing = self.of_plugins.iter().filter(|(_, (_, left_out))| *left_out > 0);
        let missing = missing
            .map(|(plugin, (_, left_out))| format!("{plugin}: {left_out} further notes about its calls are left out"));
        self.kept.iter().cloned().chain(missing).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_takes_no_more_than_its_share_of_the_notes() {
        let remarks = Remarks::default();
        for number in 0..1_000 {
            remarks.note(Some("greedy"), format!("greedy: refused {number}"));
            remarks.note(Some("greedy"), "greedy: refused 0".to_owned());
        }
        remarks.note(Some("modest"), "modest: vanished".to_owned());
        remarks.note(None, "the engine is old".to_owned());
        let notes = remarks.notes();
        assert_eq!(notes.len(), NOTES_PER_PLUGIN + 3);
        assert!(notes.contains(&"modest: vanished".to_owned()) && notes.contains(&"the engine is old".to_owned()));
        assert_eq!(notes.last().unwrap(), "greedy: 980 further notes about its calls are left out");
    }
}
