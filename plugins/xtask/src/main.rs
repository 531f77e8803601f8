//! `cargo xtask`: the project's own chores.

mod manifests;
mod tree;

use std::sync::Arc;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use keelmark::catalog::{self, Catalog};
use keelmark::engine::Runtime;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own chores")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write every section's plugin.toml from what its checks need.
    Manifests {
        /// Write nothing; fail where a file is not current.
        #[arg(long)]
        check: bool,
    },
    /// Write down what the built plugins say that they audit, for `keelmark list` and `explain`.
    Catalog {
        /// Write nothing; fail where the file is not current.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Manifests { check } => tree::finish(manifests::generate(&catalogs()?)?, check),
        Command::Catalog { check } => {
            let file = tree::root().join("plugins/docs/catalog.json");
            tree::finish(vec![(file, catalog::to_json(&catalogs()?)?)], check)
        }
    }
}

/// What the built plugins say of themselves.
fn catalogs() -> anyhow::Result<Vec<Catalog>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let sandbox: Arc<Runtime> = Runtime::new(None).map_err(|error| anyhow::anyhow!("{error:#}"))?;
    runtime.block_on(catalog::read(&sandbox, &[])).context("failed to read the built plugins")
}
