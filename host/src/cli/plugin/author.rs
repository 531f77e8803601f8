//! The subcommands of `keelmark plugin` for those who write plugins.

use clap::Subcommand;

/// What an author does with a plugin.
#[derive(Debug, Subcommand)]
pub enum AuthorCommand {}
