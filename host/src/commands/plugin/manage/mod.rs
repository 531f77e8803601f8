//! The operator's half of `keelmark plugin`: one file per subcommand.

mod trust;

use super::super::{Done, Failure};
use crate::cli::Cli;
use crate::cli::plugin::ManageCommand;
use crate::exit;
use crate::store::{Store, StoreError};

pub async fn run(_cli: &Cli, command: &ManageCommand) -> Done {
    match command {
        ManageCommand::Trust(command) => trust::run(command),
        _ => Err(Failure::internal("not there yet")),
    }
}

/// The store, for changing it.
fn open() -> Result<Store, Failure> {
    let path = Store::default_path().map_err(failure)?;
    Store::open(&path).map_err(failure)
}

/// A store that cannot be read or written is the disk's fault or somebody's who changed it; a wrong id is the caller's.
fn failure(error: StoreError) -> Failure {
    match error {
        StoreError::NotInstalled { .. } | StoreError::Refused(_) | StoreError::NoPlace => Failure::usage(error),
        _ => Failure { code: exit::OUTPUT, message: format!("the plugin store: {error}") },
    }
}

/// The moment, as the store writes it.
fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
