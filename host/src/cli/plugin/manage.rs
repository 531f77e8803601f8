//! `keelmark plugin`, the operator's half.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum ManageCommand {}
