//! Running one of the host's own programs: no shell, no environment, no input, and an end.

mod group;
mod program;

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::super::{ErrorKind, FactError};
use super::mask::Raw;
use group::Group;

/// The programs that benchmarks run (auditctl, systemctl) answer in milliseconds. One that takes this long hangs.
pub const WALL_TIME: Duration = Duration::from_secs(5);

/// How long what a program has left in its pipes is waited for once it and its group are dead. It is there already,
/// unless a process that left the group holds the pipe.
const DRAIN_TIME: Duration = Duration::from_millis(250);

/// Per stream. The longest useful answer, `auditctl -l` of a host with thousands of rules, has a few hundred KiB.
pub const MAX_STREAM_BYTES: usize = 1024 * 1024;

/// Plugins run concurrently; a small host should not notice that it is being audited.
const MAX_CHILDREN: usize = 4;

static CHILDREN: Semaphore = Semaphore::const_new(MAX_CHILDREN);

/// Runs `program`, a bare name, with `args`: `{"code", "stdout", "stderr", "truncated"}`. The code is null if a signal
/// ended it, which is what happens to a program that prints more than the limit.
pub async fn run(program: &str, args: &[String]) -> Result<Raw<Value>, FactError> {
    let path = program::find(program)?;
    if args.iter().any(|arg| arg.contains('\0')) {
        return Err(FactError::new(ErrorKind::Invalid, format!("an argument of {program} holds a NUL byte")));
    }
    let closed = |_| FactError::new(ErrorKind::Unavailable, format!("{program} is not run any more"));
    let _permit = CHILDREN.acquire().await.map_err(closed)?;
    // When the time is over, dropping the future kills the group.
    match timeout(WALL_TIME, run_to_end(program, &path, args)).await {
        Ok(answer) => answer.map(Raw::new).map_err(|error| spawn_error(program, &path, &error)),
        Err(_) => {
            let message = format!("{program} did not end within {} s and was killed", WALL_TIME.as_secs());
            Err(FactError::new(ErrorKind::Timeout, message))
        }
    }
}

async fn run_to_end(program: &str, path: &Path, args: &[String]) -> std::io::Result<Value> {
    let mut group = Group::start(&mut command(program, path, args))?;
    let (stdout, stderr) = (group.child_mut().stdout.take(), group.child_mut().stderr.take());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let truncated = {
        // Ends when both streams have, or as soon as one is too long.
        let reading = async { tokio::try_join!(collect(stdout, &mut out), collect(stderr, &mut err)) };
        tokio::pin!(reading);
        let read = tokio::select! {
            read = &mut reading => read,
            ended = group.ended() => {
                ended?;
                // What outlives the program would keep the pipes open.
                group.kill();
                timeout(DRAIN_TIME, reading).await.unwrap_or(Ok(((), ())))
            }
        };
        match read {
            Ok(_) => false,
            Err(Interrupted::Full) => true,
            Err(Interrupted::Io(error)) => return Err(error),
        }
    };
    if truncated {
        group.kill();
    }
    let code = group.finish().await?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(json!({"code": code, "stdout": text(&out), "stderr": text(&err), "truncated": truncated}))
}

fn command(program: &str, path: &Path, args: &[String]) -> Command {
    let mut command = Command::new(path);
    // Programs such as busybox decide by their name what they are; the path has had its links resolved.
    command.arg0(program).args(args);
    // The caller's environment must not steer a program that runs as root (LD_PRELOAD, SYSTEMD_PAGER).
    command.env_clear().env("PATH", program::PROGRAM_DIRS.join(":")).env("LANG", "C").env("LC_ALL", "C");
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

enum Interrupted {
    Full,
    Io(std::io::Error),
}

/// Reads a stream to its end into `kept`, or to the limit.
async fn collect(stream: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) -> Result<(), Interrupted> {
    let Some(mut stream) = stream else { return Ok(()) };
    let mut limited = (&mut stream).take(MAX_STREAM_BYTES as u64 + 1);
    while limited.read_buf(kept).await.map_err(Interrupted::Io)? > 0 {}
    if kept.len() <= MAX_STREAM_BYTES {
        return Ok(());
    }
    kept.truncate(MAX_STREAM_BYTES);
    Err(Interrupted::Full)
}

fn spawn_error(program: &str, path: &Path, error: &std::io::Error) -> FactError {
    let path = path.display();
    let (kind, message) = match error.kind() {
        std::io::ErrorKind::NotFound => (ErrorKind::Unavailable, format!("{path} or its interpreter is not there")),
        std::io::ErrorKind::PermissionDenied => (ErrorKind::Permission, format!("permission denied running {path}")),
        _ => (ErrorKind::Failed, format!("cannot run {program}: {error}")),
    };
    FactError::new(kind, message)
}

#[cfg(test)]
mod tests;
