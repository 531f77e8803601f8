//! `keelmark plugin …`

pub mod author;
pub mod manage;

use clap::{Args, Subcommand};

pub use author::AuthorCommand;
pub use manage::ManageCommand;

/// Install, inspect and grant plugins of others, and write your own.
#[derive(Debug, Args)]
pub struct PluginArgs {
    #[command(subcommand)]
    pub command: PluginCommand,
}

/// What an operator does with plugins, and what their authors do.
#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    #[command(flatten)]
    Manage(ManageCommand),
    #[command(flatten)]
    Author(AuthorCommand),
}
