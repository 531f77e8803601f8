//! `keelmark plugin`: the operator's commands and the author's, side by side.

#[cfg(feature = "author")]
pub mod author;
pub mod manage;
pub mod publish;

use clap::{Args, Subcommand};

#[cfg(feature = "author")]
pub use author::AuthorCommand;
pub use manage::ManageCommand;

#[derive(Debug, Args)]
pub struct PluginArgs {
    #[command(subcommand)]
    pub command: PluginCommand,
}

#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    #[command(flatten)]
    Manage(ManageCommand),
    #[cfg(feature = "author")]
    #[command(flatten)]
    Author(AuthorCommand),
}
