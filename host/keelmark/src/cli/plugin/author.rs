//! `keelmark plugin`, the author's half: write a plugin, build it, test it, try it, measure it.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use keelmark_author as author;

use crate::cli::{RowFormat, TargetArgs};

#[derive(Debug, Subcommand)]
pub enum AuthorCommand {
    /// Start a plugin: a small project that builds, and passes its test, as it is.
    New(NewArgs),
    /// Build a project's plugin with its language's own toolchain, and check it.
    Build(BuildArgs),
    /// Run a project's plugin in the sandbox over its recordings, and compare the verdicts with the expected ones.
    Test(TestArgs),
    /// Build and run a project's plugin on this host or a recording, showing every host call; again on every save.
    Dev(DevArgs),
    /// Measure a project's plugin: compiling, starting, running, host calls, memory.
    Bench(BenchArgs),
}

#[derive(Debug, Args)]
pub struct NewArgs {
    /// The plugin's id: lower-case letters, digits and dashes, for example acme-swarm.
    pub name: String,
    /// The language to write it in.
    #[arg(short, long, value_name = "LANGUAGE", value_parser = PossibleValuesParser::new(author::language_names()))]
    pub lang: String,
    /// The folder to make; the plugin's id unless given.
    #[arg(long, value_name = "DIR")]
    pub path: Option<PathBuf>,
    /// Rust: the folder of the crate keelmark-sdk, instead of its release on crates.io.
    #[arg(long, value_name = "DIR", env = "KEELMARK_SDK_PATH")]
    pub sdk_path: Option<PathBuf>,
}

/// Which project.
#[derive(Debug, Args)]
pub struct ProjectArgs {
    /// The project's folder: the one that holds plugin.toml.
    #[arg(long = "path", value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// Build for debugging: quicker to build, larger, slower.
    #[arg(long)]
    pub debug: bool,
}

#[derive(Debug, Args)]
pub struct BuildArgs {
    #[command(flatten)]
    pub project: ProjectArgs,
}

#[derive(Debug, Args)]
pub struct TestArgs {
    /// Only the recordings whose name contains this.
    pub filter: Option<String>,
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Write down what was found as what is expected. Read the difference before you keep it.
    #[arg(long)]
    pub bless: bool,
    /// Make tests/NAME.json from what the plugin asks of this host, secrets masked.
    #[arg(long, value_name = "NAME", conflicts_with = "filter")]
    pub record: Option<String>,
    /// Test the plugin that was built last.
    #[arg(long)]
    pub no_build: bool,
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Args)]
pub struct DevArgs {
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Run a recording instead of this host.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["docker_host", "host_root"])]
    pub replay: Option<PathBuf>,
    /// Build and run again whenever a file of the project changes.
    #[arg(short, long)]
    pub watch: bool,
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Args)]
pub struct BenchArgs {
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How often each step is measured; the median counts.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub runs: u32,
    /// The recording to run over; the first of tests/ unless given.
    #[arg(long, value_name = "FILE")]
    pub replay: Option<PathBuf>,
    /// How to print the figures.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}
