//! `keelmark plugin dev`

use crate::cli::Cli;
use crate::cli::plugin::author::DevArgs;
use crate::commands::{Done, Failure};

pub async fn run(_: &Cli, _: &DevArgs) -> Done {
    Err(Failure::internal("not yet"))
}
