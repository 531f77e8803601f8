//! The store's state, how it is read, and the one way in which it changes.

use keelmark_contract::digest;
use keelmark_disk::private_dir::PrivateDir;

use super::grants::{self, Grants};
use super::lock::{self, Entry, Lock};
use super::{PLUGINS, Store, StoreError, TrustedKeys, exclusive, trust};

/// What is installed, granted and trusted, at one moment.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub lock: Lock,
    pub grants: Grants,
    pub trusted: TrustedKeys,
}

/// A change of the state that nobody else can see or disturb until it is committed. Dropped, it changes nothing.
pub struct Transaction<'s> {
    store: &'s Store,
    _held: exclusive::Held,
    pub state: State,
}

impl Store {
    /// The state as it is.
    pub fn read(&self) -> Result<State, StoreError> {
        let _held = self.hold_shared()?;
        self.read_held()
    }

    pub(super) fn read_held(&self) -> Result<State, StoreError> {
        let lock = match self.directory.read(lock::NAME, lock::MAX_BYTES)? {
            Some(bytes) => Lock::parse(&bytes, &self.directory.name(lock::NAME))?,
            None => Lock::default(),
        };
        let trusted = match self.directory.read(trust::NAME, trust::MAX_BYTES)? {
            Some(bytes) => TrustedKeys::parse(&bytes, &self.directory.name(trust::NAME))?,
            None => TrustedKeys::default(),
        };
        Ok(State { grants: self.read_grants(&lock)?, lock, trusted })
    }

    /// The grants that the lock names. A process that was killed after it wrote the lock may not have given them
    /// their name yet.
    fn read_grants(&self, lock: &Lock) -> Result<Grants, StoreError> {
        let mut there = false;
        for name in [grants::NAME, grants::NEXT] {
            let Some(bytes) = self.directory.read(name, grants::MAX_BYTES)? else { continue };
            if lock.grants.as_deref() == Some(digest(&bytes).as_str()) {
                return Grants::parse(&bytes, &self.directory.name(name));
            }
            there |= name == grants::NAME;
        }
        let path = self.directory.name(grants::NAME);
        let problem = match (lock.grants.is_some(), there) {
            (false, false) => return Ok(Grants::default()),
            (true, false) => {
                "it is gone: restore it, or remove keelmark.lock beside it too, and install and grant anew"
            }
            (_, true) => {
                "it was changed by something else than keelmark, and is not believed: restore it, or remove it and \
                 keelmark.lock beside it, and install and grant anew"
            }
        };
        Err(StoreError::Damaged { path, problem: problem.to_owned() })
    }

    /// Begins a change: waits until nobody else reads or writes, and clears away what killed processes left behind.
    pub fn begin(&self) -> Result<Transaction<'_>, StoreError> {
        let held = self.hold_exclusive()?;
        let state = self.read_held()?;
        self.finish_grants(&state.lock)?;
        self.sweep(&state.lock)?;
        Ok(Transaction { store: self, _held: held, state })
    }

    /// Gives the grants of the lock their name, where the process that wrote the lock did not get to it.
    fn finish_grants(&self, lock: &Lock) -> Result<(), StoreError> {
        let Some(next) = self.directory.read(grants::NEXT, grants::MAX_BYTES)? else { return Ok(()) };
        if lock.grants.as_deref() == Some(digest(&next).as_str()) {
            self.directory.rename(grants::NEXT, grants::NAME)?;
        } else {
            self.directory.remove(grants::NEXT)?;
        }
        Ok(())
    }

    /// Removes what nothing names: only whoever holds the store alone may do that.
    fn sweep(&self, lock: &Lock) -> Result<(), StoreError> {
        for name in self.directory.names()? {
            if name.ends_with(keelmark_disk::private_dir::TEMPORARY) {
                self.directory.remove(&name)?;
            }
        }
        let Some(plugins) = self.directory.child(PLUGINS, false)? else { return Ok(()) };
        let named = |name: &String| {
            lock.plugins.iter().any(|entry| entry.file() == *name || entry.signature_file().as_ref() == Some(name))
        };
        for name in plugins.names()?.iter().filter(|name| !named(name)) {
            plugins.remove(name)?;
        }
        Ok(())
    }

    pub(super) fn plugins(&self, make: bool) -> Result<Option<PrivateDir>, StoreError> {
        Ok(self.directory.child(PLUGINS, make)?)
    }
}

/// Clears away what is not part of the store: what was replaced, or what was written for a change that failed. Where
/// that fails too, the next one who writes does it.
impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // What the disk says decides: a change may have been made though it could not be confirmed.
        if let Ok(state) = self.store.read_held() {
            let _ = self.store.finish_grants(&state.lock);
            let _ = self.store.sweep(&state.lock);
        }
    }
}

impl Transaction<'_> {
    /// Puts a component, and its signature, where the lock can name them. Until it does they count for nothing.
    pub fn stage(&self, entry: &Entry, component: &[u8], signature: Option<&str>) -> Result<(), StoreError> {
        // `make` is true, so it is there.
        let Some(plugins) = self.store.plugins(true)? else { return Ok(()) };
        plugins.write(&entry.file(), &[component], true)?;
        if let (Some(name), Some(text)) = (entry.signature_file(), signature) {
            plugins.write(&name, &[text.as_bytes()], true)?;
        }
        Ok(())
    }

    /// Makes the new state the state of the store, whole or not at all, and clears away what it no longer names.
    pub fn commit(mut self) -> Result<(), StoreError> {
        let directory = &self.store.directory;
        let damaged = |name: &str, error: toml::ser::Error| StoreError::Damaged {
            path: directory.name(name),
            problem: format!("failed to write it down: {error}"),
        };
        let lock = &mut self.state.lock;
        // Nobody is left behind who could inherit: what is not installed has no grants.
        let installed = lock.plugins.clone();
        self.state
            .grants
            .retain(|grant| installed.iter().any(|entry| entry.id == grant.id && entry.publisher == grant.publisher));
        let grants = self.state.grants.to_text().map_err(|error| damaged(grants::NAME, error))?;
        let is_new = lock.grants.replace(digest(grants.as_bytes())) != lock.grants;
        if is_new {
            directory.write(grants::NEXT, &[grants.as_bytes()], true)?;
        }
        let text = lock.to_text().map_err(|error| damaged(lock::NAME, error))?;
        directory.write(lock::NAME, &[text.as_bytes()], true)?;
        // The change is made. What is left is tidying.
        Ok(())
    }

    /// Makes the new keys the trusted ones. They are one file, which changes on its own.
    pub fn commit_trusted(self) -> Result<(), StoreError> {
        let directory = &self.store.directory;
        let text = self.state.trusted.to_text().map_err(|error| StoreError::Damaged {
            path: directory.name(trust::NAME),
            problem: format!("failed to write it down: {error}"),
        })?;
        Ok(directory.write(trust::NAME, &[text.as_bytes()], true)?)
    }
}
