//! Many may read the store at once, or one may write it.

use std::fs::{File, TryLockError};
use std::time::{Duration, Instant};

use super::{Store, StoreError};

/// What processes lock. It stays empty; the kernel gives the lock back when its holder ends, however it ends.
const NAME: &str = "exclusive";
/// Writers hold the lock for as long as a few files take to reach the disk.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often is looked whether the other one is done.
const PAUSE: Duration = Duration::from_millis(20);

/// Keeps others out for as long as it lives.
#[derive(Debug)]
pub struct Held {
    _file: Option<File>,
}

impl Store {
    /// Keeps writers out. Where nobody has ever written there is nothing to keep them from.
    pub(super) fn hold_shared(&self) -> Result<Held, StoreError> {
        let Some(file) = self.directory.open_lockable(NAME, false)? else { return Ok(Held { _file: None }) };
        self.wait(file, File::try_lock_shared)
    }

    /// Keeps everybody out.
    pub(super) fn hold_exclusive(&self) -> Result<Held, StoreError> {
        let Some(file) = self.directory.open_lockable(NAME, true)? else { return Ok(Held { _file: None }) };
        self.wait(file, File::try_lock)
    }

    fn wait(&self, file: File, lock: fn(&File) -> Result<(), TryLockError>) -> Result<Held, StoreError> {
        let path = || self.directory.name(NAME);
        let started = Instant::now();
        loop {
            match lock(&file) {
                Ok(()) => return Ok(Held { _file: Some(file) }),
                Err(TryLockError::Error(source)) => return Err(StoreError::Lock { path: path(), source }),
                Err(TryLockError::WouldBlock) if started.elapsed() > PATIENCE => {
                    return Err(StoreError::Busy { path: path(), seconds: PATIENCE.as_secs() });
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            }
        }
    }
}
