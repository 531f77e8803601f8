//! `keelmark plugin build`

use std::collections::BTreeSet;
use std::sync::Arc;

use keelmark_author as author;
use keelmark_contract::digest;
use keelmark_report::exit;

use super::{open, project, shown, told};
use crate::cli::Cli;
use crate::cli::plugin::author::BuildArgs;
use crate::commands::console::Console;
use crate::commands::{Done, output};

pub async fn run(cli: &Cli, args: &BuildArgs) -> Done {
    let project = project(&args.project)?;
    // Whoever asks for a build gets one: the toolchain may be another than last time.
    let mut built = told(author::build(&project, args.project.debug))?;
    // Loaded as an operator's host would: what the plugin says of itself must agree with its manifest.
    let session = open(cli, &project, &mut built, Arc::new(Console::new(cli.verbose))).await?;
    let ops: BTreeSet<&str> = project.manifest.capabilities.iter().map(|capability| capability.op()).collect();
    let count = session.section.recommendations.len();
    let text = format!(
        "{path}  {size} bytes\nsha256  {digest}\naudits  section {number} of {benchmark}: {count} recommendation{s}\n\
         asks    {ops}\n",
        path = shown(&built.path),
        size = built.bytes.len(),
        digest = digest(&built.bytes),
        number = project.manifest.section,
        benchmark = project.manifest.benchmark,
        s = if count == 1 { "" } else { "s" },
        ops = ops.into_iter().collect::<Vec<_>>().join(", "),
    );
    output::write(None, &text)?;
    Ok(exit::CLEAN)
}
