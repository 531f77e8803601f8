//! The operator's half of `keelmark plugin`: one file per subcommand, and what they share.

mod bundle;
mod consent;
mod grant;
mod install;
mod list;
mod push;
mod remove;
mod revoke;
mod row;
mod show;
mod spec;
mod trust;
mod update;
mod verify;

use keelmark_contract::settings::Settings;
use keelmark_report::exit;
use keelmark_store::{Store, StoreError};

use super::super::{Done, Failure, output};
use crate::cli::plugin::ManageCommand;
use crate::cli::{Cli, RowFormat};

pub async fn run(cli: &Cli, command: &ManageCommand) -> Done {
    match command {
        ManageCommand::Install(args) => install::run(cli, args).await,
        ManageCommand::List(args) => list::run(cli, args),
        ManageCommand::Show(args) => show::run(cli, args),
        ManageCommand::Verify(args) => verify::run(cli, args),
        ManageCommand::Update(args) => update::run(cli, args).await,
        ManageCommand::Remove(args) => remove::run(args),
        ManageCommand::Grant(args) => grant::run(cli, args),
        ManageCommand::Revoke(args) => revoke::run(cli, args),
        ManageCommand::Trust(command) => trust::run(command),
        ManageCommand::Push(args) => push::run(args).await,
        ManageCommand::Bundle(command) => bundle::run(cli, command).await,
    }
}

/// The store, for changing it.
fn open() -> Result<Store, Failure> {
    let path = Store::default_path().map_err(failure)?;
    Store::open(&path).map_err(failure)
}

fn settings(cli: &Cli) -> Result<Settings, Failure> {
    Settings::load(cli.config.as_deref()).map_err(Failure::usage)
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

/// What was asked for is wrong, or what is asked cannot be reached.
fn source_failure(error: keelmark_store::source::SourceError) -> Failure {
    if error.is_unreachable() { Failure::missing(error) } else { Failure::usage(error) }
}

/// Prints what was done, in words or as rows.
fn print<T: serde::Serialize>(format: RowFormat, rows: &T, text: &str) -> Result<(), Failure> {
    output::write(None, &format.print(rows, |_| text.to_owned()))
}
