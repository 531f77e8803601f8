//! `keelmark plugin`

#[cfg(feature = "author")]
mod author;
mod manage;

use super::Done;
use crate::cli::plugin::PluginCommand;
use crate::cli::{Cli, PluginArgs};

pub async fn run(cli: &Cli, args: &PluginArgs) -> Done {
    match &args.command {
        PluginCommand::Manage(command) => manage::run(cli, command).await,
        #[cfg(feature = "author")]
        PluginCommand::Author(command) => author::run(cli, command).await,
    }
}
