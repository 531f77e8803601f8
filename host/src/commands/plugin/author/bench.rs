//! `keelmark plugin bench`

use crate::cli::Cli;
use crate::cli::plugin::author::BenchArgs;
use crate::commands::{Done, Failure};

pub async fn run(_: &Cli, _: &BenchArgs) -> Done {
    Err(Failure::internal("not yet"))
}
