//! Running programs.

use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

/// Runs a command whose output nobody needs unless it fails. Gives what it printed.
pub fn finish(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("failed to run {command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}
