//! The store: who could write it, and whose signatures are trusted.

use keelmark_store::{State, Store, StoreError};

use super::Diagnosis;

const ITEM: &str = "store";

/// The diagnoses, and the store if it can be read.
pub fn examine() -> (Vec<Diagnosis>, Option<Store>) {
    match Store::open_default() {
        Ok(None) => {
            let place = Store::default_path().map(|path| path.display().to_string()).unwrap_or_default();
            (vec![Diagnosis::ok(ITEM, format!("{place}: nothing is installed"))], None)
        }
        Err(error) => (vec![unreadable(&error)], None),
        Ok(Some(store)) => match store.read() {
            Err(error) => (vec![unreadable(&error)], None),
            Ok(state) => {
                let count = state.lock.plugins.len();
                let found = format!("{}: {count} installed", store.path().display());
                (vec![Diagnosis::ok(ITEM, found), trust(&state)], Some(store))
            }
        },
    }
}

fn unreadable(error: &StoreError) -> Diagnosis {
    let advice = match error {
        StoreError::Directory(_) => {
            "make the store and the directories above it root's or yours, writable to nobody else"
        }
        StoreError::Busy { .. } => "end the other keelmark, or wait for it",
        StoreError::Schema { .. } => "use the newer keelmark",
        _ => "restore the file from a backup, or remove it and install the plugins again",
    };
    Diagnosis::problem(ITEM, error.to_string(), advice)
}

fn trust(state: &State) -> Diagnosis {
    let item = "trusted keys";
    let names: Vec<&str> = state.trusted.list().iter().map(|key| key.name.as_str()).collect();
    let unsigned = state.lock.plugins.iter().any(|entry| entry.publisher.is_none());
    match names.as_slice() {
        [] if unsigned => Diagnosis::note(
            item,
            "none, so no plugin can have the level \"signed\"",
            "keelmark plugin trust add KEY, for publishers that sign",
        ),
        [] => Diagnosis::ok(item, "none"),
        names => Diagnosis::ok(item, names.join(", ")),
    }
}
