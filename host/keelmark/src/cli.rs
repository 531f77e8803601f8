//! The command line.

pub mod plugin;

use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use keelmark_report::policy::FailOn;
use keelmark_report::{REPORTERS, Reporter, format, reporter};

pub use plugin::PluginArgs;

/// Audits a Docker host against the CIS Docker Benchmarks.
///
/// Every check runs in a WebAssembly sandbox that can ask for the facts its manifest names, and nothing else.
#[derive(Debug, Parser)]
#[command(name = "keelmark", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// When to use colour. NO_COLOR is respected.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
    /// Settings file, instead of /etc/keelmark/keelmark.toml.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Compile the plugins anew instead of keeping their native code.
    #[arg(long, global = true)]
    pub no_cache: bool,
    /// Show all evidence, and what plugins log.
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Audit this host, or a recorded one.
    Audit(Box<AuditArgs>),
    /// List editions, recommendations, checks or plugins.
    List(ListArgs),
    /// Explain a check or recommendation: why it matters, how it is audited, how to fix it.
    Explain(ExplainArgs),
    /// Record every fact that an audit of this host needs, secrets masked.
    ///
    /// The recording can be audited later and elsewhere: `keelmark audit --replay FILE`.
    Record(RecordArgs),
    /// Compare two reports: what is new, what is fixed.
    Diff(DiffArgs),
    /// Write down that a finding is accepted, why, and until when.
    Waive(WaiveArgs),
    /// Install, grant and manage plugins; write, build and test your own.
    Plugin(PluginArgs),
    /// Check what an audit on this host needs, and say what to do about what is missing.
    Doctor(DoctorArgs),
    /// Write a copy of this program that carries native code of its built-in plugins, so that its first audit on a host
    /// compiles nothing. For those who package keelmark.
    #[command(hide = true)]
    Precompile(PrecompileArgs),
    /// Compile the component on standard input, within limits. What keelmark starts for a plugin that is not built in.
    #[command(hide = true)]
    CompilePlugin,
    /// Print what a shell needs to complete keelmark's commands and options.
    ///
    /// For bash: keelmark completions bash > /usr/share/bash-completion/completions/keelmark
    #[command(hide = true)]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write a man page for each command into a directory.
    #[command(hide = true)]
    Man {
        /// The directory, which must exist.
        directory: PathBuf,
    },
    /// Say which version this is; with --verbose also which commit, target and editions.
    #[command(hide = true)]
    Version,
}

#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Benchmark to audit; may be given several times. "auto" takes the newest edition for the engine's version, and all
    /// installed plugins.
    #[arg(short, long = "benchmark", value_name = "ID", default_value = "auto")]
    pub benchmarks: Vec<String>,
    /// Audit only this section, for example 5.
    #[arg(short, long = "section", value_name = "N")]
    pub sections: Vec<String>,
    /// Audit only this recommendation (5.5) or check (privileged-container).
    #[arg(short, long = "check", value_name = "ID")]
    pub checks: Vec<String>,
    /// Leave out this recommendation or check.
    #[arg(long, value_name = "ID")]
    pub skip: Vec<String>,
    /// Audit only recommendations up to this level. Those of unknown level stay in.
    #[arg(short, long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(1..=2))]
    pub level: Option<u8>,
    #[arg(short, long = "output", value_name = "FORMAT[=FILE]", default_value = "text", help = output_help())]
    pub outputs: Vec<Output>,
    /// Show how to fix what failed.
    #[arg(short, long)]
    pub remediation: bool,
    #[command(flatten)]
    pub policy: PolicyArgs,
    /// Audit a recording instead of this host.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["docker_host", "host_root", "local", "remote"])]
    pub replay: Option<PathBuf>,
    /// Run this plugin too, without installing it.
    #[arg(long = "plugin", value_name = "FILE")]
    pub plugins: Vec<PathBuf>,
    /// Grant plugins of --plugin all that their manifests ask for. Without this or --grant, they can report and nothing
    /// else.
    #[arg(long, requires = "plugins")]
    pub grant_all: bool,
    /// Grant plugins of --plugin what this file says: a list of [[capability]] as in a manifest.
    #[arg(long, value_name = "FILE", requires = "plugins", conflicts_with = "grant_all")]
    pub grant: Option<PathBuf>,
    /// Leave out installed plugins.
    #[arg(long)]
    pub no_plugins: bool,
    /// Add a line of JSON to this file for every call that a plugin makes.
    #[arg(long, value_name = "FILE")]
    pub audit_log: Option<PathBuf>,
    /// Look at running containers only, in sections 4 and 5. The benchmark's own audits do that in 4.1, 5.7, 5.8, 5.9,
    /// 5.14 and 5.27 (of cis-docker-1.8.0), and look at all containers in the others.
    #[arg(long)]
    pub running: bool,
    /// What to audit: all, or the engine alone. The latter leaves out what needs the engine's host, so that the audit of
    /// a remote engine can be complete.
    #[arg(long, value_name = "WHAT", default_value = "all")]
    pub scope: Scope,
    /// Audit keelmark's own container and image, too.
    #[arg(long)]
    pub include_self: bool,
    #[command(flatten)]
    pub target: TargetArgs,
}

/// What counts of what is found.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// What makes the exit code 1.
    #[arg(long, value_name = "WHAT", default_value = "fail", value_parser = fail_on())]
    pub fail_on: FailOn,
    /// Waivers, beside those of the settings file; may be given several times.
    #[arg(long, value_name = "FILE")]
    pub waivers: Vec<PathBuf>,
    /// Waive nothing, whatever the settings say.
    #[arg(long, conflicts_with = "waivers")]
    pub no_waivers: bool,
    /// Say of each finding whether it is known from this file, which an earlier `--output baseline=FILE` wrote.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
}

/// Which host, and which engine on it.
#[derive(Debug, Args)]
pub struct TargetArgs {
    /// The engine's endpoint, instead of DOCKER_HOST, DOCKER_CONTEXT or the default socket.
    #[arg(long, value_name = "URL")]
    pub docker_host: Option<String>,
    /// Where the audited host's / is mounted, when keelmark runs in a container. There, /host is taken by itself if
    /// something is mounted at it.
    #[arg(long, value_name = "DIR")]
    pub host_root: Option<PathBuf>,
    /// The engine runs on this host, whatever keelmark finds out.
    #[arg(long, conflicts_with = "remote")]
    pub local: bool,
    /// The engine runs on another host: read nothing of this one.
    #[arg(long)]
    pub remote: bool,
}

/// What is audited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scope {
    /// The engine and its host.
    All,
    /// What the engine tells.
    Engine,
}

#[derive(Debug, Args)]
pub struct PrecompileArgs {
    /// The program to write.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only the plugins of these editions; all of them unless given.
    #[arg(short, long = "benchmark", value_name = "ID")]
    pub benchmarks: Vec<String>,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// What to list.
    pub what: Listing,
    /// Only of this benchmark; may be given several times.
    #[arg(short, long = "benchmark", value_name = "ID")]
    pub benchmarks: Vec<String>,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listing {
    /// The editions in this binary, and the benchmarks of installed plugins.
    #[value(alias = "benchmarks")]
    Editions,
    /// Recommendations, edition by edition.
    Recommendations,
    /// Checks, with the editions that use them.
    Checks,
    /// Plugins: one per section of an edition, and the installed ones.
    Plugins,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A recommendation's id (5.5) or a check's slug (privileged-container).
    pub name: String,
    /// The edition that an id belongs to; the newest unless given.
    #[arg(short, long, value_name = "ID")]
    pub benchmark: Option<String>,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Debug, Args)]
pub struct RecordArgs {
    /// The recording to write; "-" is standard output.
    pub file: PathBuf,
    /// Record what this edition needs; all editions unless given.
    #[arg(short, long = "benchmark", value_name = "ID")]
    pub benchmarks: Vec<String>,
    /// Leave out what installed plugins need.
    #[arg(long)]
    pub no_plugins: bool,
    /// Add a line of JSON to this file for every call that a plugin makes.
    #[arg(long, value_name = "FILE")]
    pub audit_log: Option<PathBuf>,
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The older report, of `audit --output json`.
    pub old: PathBuf,
    /// The newer one.
    pub new: PathBuf,
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Debug, Args)]
pub struct WaiveArgs {
    /// A check (privileged-container), a recommendation of the newest edition (5.5), or EDITION/ID.
    pub check: String,
    /// Why it is accepted.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The last day on which it holds (2027-03-31), or "never".
    #[arg(long, value_name = "DAY")]
    pub expires: String,
    /// Who answers for it.
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// Where it was decided.
    #[arg(long, value_name = "TEXT")]
    pub ticket: Option<String>,
    /// Only these containers: a name with * and ?, or an id.
    #[arg(long, value_name = "GLOB")]
    pub container: Option<String>,
    /// Only these images, and containers of them.
    #[arg(long, value_name = "GLOB")]
    pub image: Option<String>,
    /// Only these files.
    #[arg(long = "path", value_name = "GLOB")]
    pub subject_file: Option<String>,
    /// Only on these hosts.
    #[arg(long, value_name = "GLOB")]
    pub host: Option<String>,
    /// Only containers with this label; may be given several times.
    #[arg(long = "label", value_name = "KEY[=VALUE]")]
    pub labels: Vec<String>,
    /// The file to write to, instead of the settings file.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
    #[command(flatten)]
    pub target: TargetArgs,
}

/// How rows are printed: what is no report has these two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    Text,
    Json,
}

impl RowFormat {
    /// The rows in this form.
    pub fn print<T: serde::Serialize + ?Sized>(self, rows: &T, as_text: impl FnOnce(&T) -> String) -> String {
        match self {
            RowFormat::Text => as_text(rows),
            RowFormat::Json => keelmark_report::pretty(rows),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

/// One `--output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    pub format: &'static dyn Reporter,
    /// None is standard output.
    pub file: Option<PathBuf>,
}

/// Every format with what it is for, as the registry has them.
fn output_help() -> String {
    let mut help = "How to report, to standard output or to a file. May be given several times:".to_owned();
    for reporter in REPORTERS {
        help.push_str(&format!("\n{:<10} {}", reporter.name(), reporter.help()));
    }
    help
}

/// The values of `--fail-on`.
fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    let names = PossibleValuesParser::new(FailOn::ALL.map(FailOn::name));
    names.map(|name| FailOn::ALL.into_iter().find(|value| value.name() == name).unwrap_or_default())
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err("the file's name is missing after \"=\"".into()),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let known = reporter(format);
        let format = known.ok_or_else(|| format!("unknown format {format:?}: it is {}", format::names()))?;
        Ok(Self { format, file })
    }
}
