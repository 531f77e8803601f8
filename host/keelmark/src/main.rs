//! The `keelmark` program: reads its command line, runs the subcommand, exits with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    keelmark::commands::main()
}
