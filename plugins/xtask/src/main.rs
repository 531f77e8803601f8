//! `cargo xtask`: the project's own chores.

mod docs;
mod manifests;
mod tree;

use std::sync::Arc;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use keelmark::catalog::{self, Catalog};
use keelmark::engine::{Cache, Runtime};

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
    /// Write plugins/docs: a page for every check and edition, the crosswalk and the index.
    Docs {
        /// Write nothing; fail where a file is not current, or should not be there.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Manifests { check } => tree::finish(manifests::generate(&catalogs()?)?, None, check),
        Command::Docs { check } => {
            let root = tree::root();
            tree::finish(docs::generate(&root, &catalogs()?)?, Some(&root.join(docs::FOLDER)), check)
        }
    }
}

/// What the built plugins say of themselves.
fn catalogs() -> anyhow::Result<Vec<Catalog>> {
    let runtime = tokio::runtime::Runtime::new()?;
    // Compiling all editions takes a minute; beside this program the native code goes with the next `cargo clean`.
    let beside = std::env::current_exe()?.parent().map(|folder| folder.join("xtask-native-code"));
    let cache = beside.and_then(|folder| Cache::open(&folder).ok());
    let sandbox: Arc<Runtime> = Runtime::new(cache).map_err(|error| anyhow::anyhow!("{error:#}"))?;
    runtime.block_on(catalog::read(&sandbox, &[])).context("failed to read the built plugins")
}
