//! `cargo xtask`: the project's own chores.

mod bench;
mod bindings;
mod docs;
mod manifests;
mod process;
mod reference;
mod release;
mod scaffold;
mod tree;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use keelmark_audit::catalog::{self, Catalog};
use keelmark_editions::catalog::{EditionCatalog, to_json};
use keelmark_sandbox::engine::{Cache, Runtime};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own chores")]
struct Cli {
    /// Work on this checkout instead of the one that xtask was built in.
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
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
    /// Write plugins/docs (a page for every check and edition, the crosswalk, the index, and the catalog that
    /// `keelmark list` and `explain` read) and sdk/reference.md (every function of the contract).
    Docs {
        /// Write nothing; fail where a file is not current, or should not be there.
        #[arg(long)]
        check: bool,
    },
    /// Write what the SDKs in C and Go generate from wit/, and in all languages the functions that ask the engine.
    Bindings {
        /// Write nothing; fail where a file is not current, or should not be there.
        #[arg(long)]
        check: bool,
    },
    /// Start an edition as a copy of another one.
    NewEdition {
        /// The new edition's id: cis-docker-1.9.0.
        id: String,
        /// The edition to copy.
        #[arg(long, value_name = "ID")]
        from: String,
    },
    /// Start a check whose tests fail until it is written.
    NewCheck {
        /// Names the finding: privileged-container.
        slug: String,
        /// The folder of plugins/checks/src that it belongs to: containers, daemon, files …
        #[arg(long)]
        group: String,
    },
    /// Build what a release offers, below target/dist: the program with native code of its plugins, so that its first
    /// audit on a host compiles nothing.
    Dist {
        /// Make it of this keelmark instead of building the release one.
        #[arg(long, value_name = "PATH")]
        binary: Option<PathBuf>,
    },
    /// Measure against the budgets; exits with 1 where one is exceeded.
    Bench(bench::BenchArgs),
    /// A part of bench that runs inside an xtask built for release.
    #[command(hide = true)]
    BenchSandbox { runs: usize },
}

fn main() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    let root = cli.root.unwrap_or_else(tree::root);
    match cli.command {
        Command::Manifests { check } => tree::finish(manifests::generate(&root, &catalogs()?)?, None, check)?,
        Command::Docs { check } => {
            let catalogs = catalogs()?;
            let mut files = docs::generate(&root, &catalogs)?;
            let described: Vec<EditionCatalog> = catalogs.iter().map(Catalog::described).collect();
            files.push((root.join(docs::FOLDER).join("catalog.json"), to_json(&described)?));
            tree::finish(files, Some(&root.join(docs::FOLDER)), check)?;
            tree::finish(vec![(root.join(reference::FILE), reference::generate()?)], None, check)?;
        }
        Command::Bindings { check } => {
            for bindings in bindings::generate(&root)? {
                tree::finish(bindings.files, bindings.folder.as_deref(), check)?;
            }
        }
        Command::NewEdition { id, from } => print!("{}", scaffold::new_edition(&root, &id, &from)?),
        Command::NewCheck { slug, group } => print!("{}", scaffold::new_check(&root, &slug, &group)?),
        Command::Dist { binary } => println!("{}", release::dist(&root, binary.as_deref())?.display()),
        Command::Bench(args) => return Ok(ExitCode::from(u8::from(!bench::run(&root, &args)?))),
        Command::BenchSandbox { runs } => println!("{}", bench::sandbox(runs)?),
    }
    Ok(ExitCode::SUCCESS)
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
