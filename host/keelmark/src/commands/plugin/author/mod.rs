//! The author's half of `keelmark plugin`, one file per subcommand, and what they share.

mod bench;
mod build;
mod dev;
mod new;
mod test;

use std::path::Path;
use std::sync::Arc;

use keelmark_author::session::{Session, SessionError};
use keelmark_author::toolchain::ToolchainError;
use keelmark_author::{
    BuildError, Built, Project, ProjectError, build as build_project, carry_description, require_built,
};
use keelmark_contract::digest;
use keelmark_sandbox::api::Events;

use crate::cli::Cli;
use crate::cli::plugin::AuthorCommand;
use crate::cli::plugin::author::ProjectArgs;
use crate::commands::{Done, Failure, console, sandbox};

pub async fn run(cli: &Cli, command: &AuthorCommand) -> Done {
    match command {
        AuthorCommand::New(args) => new::run(args),
        AuthorCommand::Build(args) => build::run(cli, args).await,
        AuthorCommand::Test(args) => test::run(cli, args).await,
        AuthorCommand::Dev(args) => dev::run(cli, args).await,
        AuthorCommand::Bench(args) => bench::run(cli, args).await,
    }
}

fn project(args: &ProjectArgs) -> Result<Project, Failure> {
    Project::read(&args.folder).map_err(|error: ProjectError| Failure::usage(error))
}

/// The project's plugin, built where it is older than its sources.
fn built(project: &Project, args: &ProjectArgs) -> Result<Built, Failure> {
    if !project.language.is_incremental && project.is_built() {
        return told(require_built(project));
    }
    told(build_project(project, args.debug))
}

/// What is worth saying beside the result goes to standard error.
fn told(built: Result<Built, BuildError>) -> Result<Built, Failure> {
    let built = built.map_err(failure)?;
    for warning in &built.warnings {
        console::complain("warning", &warning.message);
    }
    Ok(built)
}

fn failure(error: BuildError) -> Failure {
    match error {
        BuildError::Toolchain(ToolchainError::Missing { .. }) => Failure::missing(error),
        BuildError::Write { .. } => Failure::output(error),
        BuildError::NotBuilt { .. } => Failure::usage(error),
        BuildError::Contract(_) => Failure::internal(error),
        _ => Failure::broken(error),
    }
}

/// Loads a built plugin as an audit would, and lets it carry what it then says of itself.
async fn open(cli: &Cli, project: &Project, built: &mut Built, events: Arc<dyn Events>) -> Result<Session, Failure> {
    let name = built.path.display().to_string();
    let opened = Session::open(sandbox(cli)?, &built.bytes, &name, events).await;
    let session = opened.map_err(|error: SessionError| Failure::broken(format!("{name} was built, but {error}")))?;
    carry_description(project, built, &session.section).map_err(failure)?;
    session.runtime.keep_code_for(&session.plugin, &digest(&built.bytes));
    Ok(session)
}

/// A path as the author would type it: relative to where they are, where it is below.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(inside) if inside.as_os_str().is_empty() => ".".to_owned(),
        Ok(inside) => inside.display().to_string(),
        Err(_) => path.display().to_string(),
    }
}
