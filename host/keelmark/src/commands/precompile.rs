//! `keelmark precompile`: what `cargo xtask dist` makes release artifacts with.

use keelmark_editions as editions;
use keelmark_editions::{BuiltinPlugin, builtin_plugins};
use keelmark_report::exit;
use keelmark_sandbox::engine::{attach, precompile};

use super::benchmarks::unknown_benchmark;
use super::{Done, Failure, output};
use crate::cli::PrecompileArgs;

pub async fn run(args: &PrecompileArgs) -> Done {
    let all = editions::all();
    let known = || all.iter().map(|edition| edition.id);
    if let Some(unknown) = args.benchmarks.iter().find(|id| !known().any(|known| known == *id)) {
        return Err(unknown_benchmark(unknown, known(), &[]));
    }
    let wanted = known().filter(|id| args.benchmarks.is_empty() || args.benchmarks.iter().any(|wanted| wanted == id));
    let editions = wanted.map(compile).collect::<Result<Vec<_>, Failure>>()?;
    let program =
        attach(&editions).map_err(|error| Failure::internal(format!("failed to read this program: {error}")))?;
    output::write_program(&args.file, &program)?;
    Ok(exit::CLEAN)
}

/// The digests of an edition's components, and what they compile to.
fn compile(edition: &str) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let compiled = |plugin: BuiltinPlugin| {
        let component = plugin.component().map_err(Failure::internal)?;
        Ok((plugin.digest.to_owned(), precompile(&component).map_err(Failure::internal)?))
    };
    builtin_plugins(edition).unwrap_or_default().into_iter().map(compiled).collect()
}
