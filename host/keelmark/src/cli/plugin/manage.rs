//! The subcommands of `keelmark plugin` for those who run plugins of others.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::publish::{BundleCommand, PushArgs};
use crate::cli::RowFormat;

/// What an operator does with plugins.
#[derive(Debug, Subcommand)]
pub enum ManageCommand {
    /// Install a plugin, after showing what it asks for.
    Install(InstallArgs),
    /// List the installed plugins: level, grants, and what keeps one from running.
    List(ListArgs),
    /// Show what a plugin asks for and what it imports. Runs none of its code.
    Show(ShowArgs),
    /// Check the installed plugins' files and signatures.
    Verify(VerifyArgs),
    /// Fetch plugins again from where they came from, and install what is newer.
    Update(UpdateArgs),
    /// Remove plugins with their grants.
    Remove(RemoveArgs),
    /// Let a plugin do more of what its manifest asks for.
    Grant(GrantArgs),
    /// Take back what a plugin was granted.
    Revoke(RevokeArgs),
    /// Say whose signatures are trusted.
    #[command(subcommand)]
    Trust(TrustCommand),
    /// Publish a plugin to an OCI registry.
    Push(PushArgs),
    /// Carry plugins to hosts without a network, in one file.
    #[command(subcommand)]
    Bundle(BundleCommand),
}

#[derive(Debug, Args)]
pub struct InstallArgs {
    /// A file, an https URL, or oci://HOST/NAME:TAG (or @sha256:DIGEST).
    pub source: String,
    /// Install only what has this SHA-256; makes the plugin's level "pinned".
    #[arg(long, value_name = "DIGEST")]
    pub sha256: Option<String>,
    #[command(flatten)]
    pub consent: ConsentArgs,
    /// Install a version that is older than one that was installed before.
    #[arg(long)]
    pub allow_downgrade: bool,
    /// Replace a plugin of the same id that somebody else signed, or nobody.
    #[arg(long)]
    pub allow_publisher_change: bool,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

/// What the plugin gets of what it asks for, where nobody sits at a terminal to say so.
#[derive(Clone, Debug, Default, Args)]
pub struct ConsentArgs {
    /// Grant what this file lists: [[capability]] tables as in a manifest, which may be narrower.
    #[arg(long, value_name = "FILE", conflicts_with = "grant_all")]
    pub grant: Option<PathBuf>,
    /// Grant all that the manifest asks for.
    #[arg(long)]
    pub grant_all: bool,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// An installed plugin's id, or a file.
    pub plugin: String,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Only these plugins.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Only these plugins.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// Fetch from here instead of where the plugin came from; needs one ID.
    #[arg(long, value_name = "SOURCE")]
    pub from: Option<String>,
    /// Install only what has this SHA-256; needs one ID.
    #[arg(long, value_name = "DIGEST")]
    pub sha256: Option<String>,
    #[command(flatten)]
    pub consent: ConsentArgs,
    /// Install a version that is older than one that was installed before.
    #[arg(long)]
    pub allow_downgrade: bool,
    /// Replace a plugin of the same id that somebody else signed, or nobody.
    #[arg(long)]
    pub allow_publisher_change: bool,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Debug, Args)]
pub struct RemoveArgs {
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Debug, Args)]
pub struct GrantArgs {
    pub id: String,
    /// Capabilities: OP for all that the manifest asks for of it, or OP=VALUE ("fs.stat=/etc/docker/**",
    /// "docker.info=Swarm", "exec=systemctl show docker.service").
    #[arg(value_name = "CAPABILITY", required_unless_present_any = ["all", "file"])]
    pub capabilities: Vec<String>,
    /// Grant all that the manifest asks for.
    #[arg(long, conflicts_with_all = ["capabilities", "file"])]
    pub all: bool,
    /// Grant what this file lists: [[capability]] tables as in a manifest, which may be narrower.
    #[arg(long, value_name = "FILE", conflicts_with = "capabilities")]
    pub file: Option<PathBuf>,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Debug, Args)]
pub struct RevokeArgs {
    pub id: String,
    /// Capabilities: OP for all that was granted of it, or OP=VALUE.
    #[arg(value_name = "CAPABILITY", required_unless_present = "all")]
    pub capabilities: Vec<String>,
    /// Take back everything.
    #[arg(long, conflicts_with = "capabilities")]
    pub all: bool,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

/// `keelmark plugin trust …`
#[derive(Debug, Subcommand)]
pub enum TrustCommand {
    /// Trust a minisign public key: what it signed has the level "signed".
    Add(TrustAddArgs),
    /// List the trusted keys.
    List(ListArgs),
    /// Trust a key no longer. Plugins that it signed do not run any more.
    Remove(TrustRemoveArgs),
}

#[derive(Debug, Args)]
pub struct TrustAddArgs {
    /// The key ("RW…"), or the file that `minisign -G` wrote it to.
    pub key: String,
    /// Whose key it is, for your own eyes.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Debug, Args)]
pub struct TrustRemoveArgs {
    /// The key, or its name.
    pub key: String,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}
