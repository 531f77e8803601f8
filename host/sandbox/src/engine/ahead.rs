//! Native code that is loaded before it is known to be needed, while there is nothing else to do.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use keelmark_editions::builtin_plugins;
use wasmtime::component::Component;

use super::Runtime;

/// Loaded once, by whoever comes first; the other one waits.
type Slot = Arc<OnceLock<Option<Component>>>;

/// What is loaded ahead, by the component's digest.
#[derive(Default)]
pub(super) struct Ahead(Mutex<HashMap<String, Slot>>);

impl Ahead {
    fn expect(&self, digest: &str) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(digest.to_owned()).or_default())
    }

    /// What was loaded ahead, or what `find` finds now. Only once: the next one looks for itself.
    pub(super) fn take(&self, digest: &str, find: impl FnOnce() -> Option<Component>) -> Option<Component> {
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(digest);
        match slot {
            Some(slot) => slot.get_or_init(find).clone(),
            None => find(),
        }
    }
}

impl Runtime {
    /// Begins to load native code of a built-in edition, where there is any. Nothing is compiled, and nothing waits.
    pub fn load_ahead(self: &Arc<Self>, benchmark: &str) {
        for plugin in builtin_plugins(benchmark).unwrap_or_default() {
            let (runtime, slot) = (Arc::clone(self), self.ahead.expect(plugin.digest));
            tokio::task::spawn_blocking(move || slot.get_or_init(|| runtime.find(plugin.digest)).is_some());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_loaded_ahead_is_taken_once() {
        let ahead = Ahead::default();
        let looked = |digest: &str| {
            let mut looked = false;
            let found = ahead.take(digest, || {
                looked = true;
                None
            });
            assert!(found.is_none());
            looked
        };
        let _ = ahead.expect("loaded").set(None);
        drop(ahead.expect("late"));
        assert!(!looked("loaded"));
        // Somebody may have written the cache meanwhile.
        assert!(looked("loaded"));
        // Whoever comes first loads it.
        assert!(looked("late"));
        assert!(looked("unexpected"));
    }
}
