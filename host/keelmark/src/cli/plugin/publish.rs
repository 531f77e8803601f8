//! The subcommands of `keelmark plugin` that hand plugins on: to a registry, or into a file.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::manage::ConsentArgs;
use crate::cli::RowFormat;

#[derive(Debug, Args)]
pub struct PushArgs {
    /// The plugin. A signature beside it (FILE.minisig) goes with it.
    pub file: PathBuf,
    /// oci://HOST/NAME:TAG. Credentials are docker's: `docker login HOST`.
    pub destination: String,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

/// `keelmark plugin bundle …`
#[derive(Debug, Subcommand)]
pub enum BundleCommand {
    /// Put installed plugins into a file, with their signatures and without their grants.
    Save(BundleSaveArgs),
    /// Install the plugins of such a file, after showing what each asks for.
    Load(BundleLoadArgs),
}

#[derive(Debug, Args)]
pub struct BundleSaveArgs {
    /// Only these plugins; all that are installed unless given.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// The file to write.
    #[arg(short = 'f', long, value_name = "FILE")]
    pub file: PathBuf,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Debug, Args)]
pub struct BundleLoadArgs {
    /// The file.
    pub file: PathBuf,
    /// Only these plugins; all that are in the file unless given.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// Load only if the file has this SHA-256, which `bundle save` printed; makes the plugins' level "pinned".
    #[arg(long, value_name = "DIGEST")]
    pub sha256: Option<String>,
    #[command(flatten)]
    pub consent: ConsentArgs,
    /// Install versions that are older than ones that were installed before.
    #[arg(long)]
    pub allow_downgrade: bool,
    /// Replace plugins of the same id that somebody else signed, or nobody.
    #[arg(long)]
    pub allow_publisher_change: bool,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}
