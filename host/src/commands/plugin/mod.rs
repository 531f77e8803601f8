//! `keelmark plugin`

mod author;

use super::Done;
use crate::cli::plugin::PluginCommand;
use crate::cli::{Cli, PluginArgs};

pub async fn run(cli: &Cli, args: &PluginArgs) -> Done {
    match &args.command {
        PluginCommand::Manage(command) => match *command {},
        PluginCommand::Author(command) => author::run(cli, command).await,
    }
}
