//! The subcommands, one file each, and what they share.

mod audit;
mod benchmarks;
mod console;
mod diff;
mod doctor;
mod explain;
mod list;
mod output;
mod packaging;
mod plugin;
mod plugins;
mod policy;
mod precompile;
mod record;
mod waive;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use keelmark_report::exit;
use keelmark_sandbox::engine::{self, Cache, Compiler, LoadError, Runtime, RuntimeOptions, ShippedCode, Uncached};

use crate::cli::{Cli, Command};

/// What ends a subcommand before its work is done: the message for standard error, and the exit code.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// The command line or a file that it names is wrong.
    fn usage(message: impl ToString) -> Self {
        Self { code: exit::USAGE, message: message.to_string() }
    }

    /// A plugin's project does not build, or what it builds is not a plugin.
    #[cfg(feature = "author")]
    fn broken(message: impl ToString) -> Self {
        Self { code: exit::BROKEN, message: message.to_string() }
    }

    /// A program that is needed is not installed, or a server cannot be reached.
    fn missing(message: impl ToString) -> Self {
        Self { code: exit::MISSING, message: message.to_string() }
    }

    /// keelmark itself could not do its work.
    fn internal(message: impl ToString) -> Self {
        Self { code: exit::INTERNAL, message: message.to_string() }
    }

    /// The operator ended it before there was anything to report.
    fn interrupted(message: impl ToString) -> Self {
        Self { code: exit::INTERRUPTED, message: message.to_string() }
    }

    /// A report or recording could not be written.
    fn output(message: impl ToString) -> Self {
        Self { code: exit::OUTPUT, message: message.to_string() }
    }
}

type Done = Result<u8, Failure>;

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(packaging::asks_for_version(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { exit::USAGE } else { exit::CLEAN };
            // A closed pipe is no reason to fail.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    // A child that compiles needs no threads of its own, and begins with its limits.
    let done = if matches!(cli.command, Command::CompilePlugin) { compile_plugin() } else { run_to_end(&cli) };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            console::complain("error", &failure.message);
            ExitCode::from(failure.code)
        }
    }
}

fn run_to_end(cli: &Cli) -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::internal(format!("failed to start: {error}")))?;
    let done = runtime.block_on(run(cli));
    // A read that hangs in the kernel must not keep the program from ending.
    runtime.shutdown_background();
    done
}

async fn run(cli: &Cli) -> Done {
    match &cli.command {
        Command::Audit(args) => audit::run(cli, args).await,
        Command::List(args) => list::run(cli, args).await,
        Command::Explain(args) => explain::run(cli, args).await,
        Command::Record(args) => record::run(cli, args).await,
        Command::Diff(args) => diff::run(cli, args),
        Command::Waive(args) => waive::run(cli, args).await,
        Command::Plugin(args) => plugin::run(cli, args).await,
        Command::Doctor(args) => doctor::run(cli, args).await,
        Command::Precompile(args) => precompile::run(args).await,
        Command::Completions { shell } => packaging::completions(*shell),
        Command::Man { directory } => packaging::man(directory),
        Command::Version => packaging::version(cli.verbose),
        Command::CompilePlugin => compile_plugin(),
    }
}

/// What the parent reads as the reason stands on standard error, as it is.
fn compile_plugin() -> Done {
    match engine::compile_for_parent() {
        Ok(()) => Ok(exit::CLEAN),
        Err(LoadError::Compile(problem)) => {
            console::say(&problem);
            Ok(engine::DOES_NOT_COMPILE)
        }
        Err(error) => {
            console::say(&error.to_string());
            Ok(exit::INTERNAL)
        }
    }
}

/// The sandbox, with the native code that this program carries and the cache that it may use, unless the command line
/// wants everything compiled anew. A cache that is not safe is not used, and said so where it is missed.
fn sandbox(cli: &Cli) -> Result<Arc<Runtime>, Failure> {
    let cache = Cache::default_path().filter(|_| !cli.no_cache).map(|path| Cache::open(&path)).transpose();
    let (cache, uncached) = match cache {
        Ok(cache) => (cache, None),
        Err(error) => {
            let once = std::sync::Once::new();
            let complain = move || console::complain("warning", &format!("native code is not cached: {error}"));
            (None, Some(Box::new(move || once.call_once(&complain)) as Uncached))
        }
    };
    let shipped = if cli.no_cache { None } else { ShippedCode::of_this_program() };
    let options = RuntimeOptions { shipped, uncached, ..RuntimeOptions::new(cache, Compiler::of_this_program()) };
    Runtime::start(options).map_err(|error| Failure::internal(format!("failed to start the sandbox: {error:#}")))
}
