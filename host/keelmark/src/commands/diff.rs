//! `keelmark diff`

use std::path::Path;

use keelmark_report::diff::{Differences, diff_text, differences};
use keelmark_report::{Report, format};

use super::{Done, Failure, console, output};
use crate::cli::{Cli, DiffArgs};

/// The report of a host with 10,000 containers, in all editions.
const MAX_BYTES: usize = 512 * 1024 * 1024;

pub fn run(cli: &Cli, args: &DiffArgs) -> Done {
    let found = differences(&read(&args.old)?, &read(&args.new)?);
    let as_text = |found: &Differences| diff_text(found, console::width(), console::colour(cli.color));
    output::write(None, &args.output.print(&found, as_text))?;
    Ok(found.exit_code())
}

/// A report of `--output json`.
fn read(path: &Path) -> Result<Report, Failure> {
    let wrong = |problem: &dyn std::fmt::Display| Failure::usage(format!("{}: {problem}", path.display()));
    let bytes = keelmark_disk::input::read(path, MAX_BYTES).map_err(|error| wrong(&error))?;
    format::read(&bytes).map_err(|error| wrong(&error))
}
