//! Where reports go: standard output, or a file that appears whole or not at all.

use std::fs::File;
use std::io::{Error, ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use keelmark_disk::output::Place;

use super::Failure;

/// A report is no secret, and other users' tools read it.
const REPORT_MODE: u32 = 0o644;
/// What a host's facts are kept under.
const PRIVATE_MODE: u32 = 0o600;
const PROGRAM_MODE: u32 = 0o755;

/// Writes to `file`, or to standard output. A reader that closed the pipe has seen enough.
pub fn write(file: Option<&Path>, content: &str) -> Result<(), Failure> {
    match file {
        None => to_stdout(content),
        Some(path) if path == Path::new("-") => to_stdout(content),
        Some(path) => to_file(path, content.as_bytes(), REPORT_MODE)
            .map_err(|error| Failure::output(format!("failed to write {}: {error}", path.display()))),
    }
}

/// Writes to `file`, which only its owner can read; "-" is standard output.
pub fn write_private(path: &Path, content: &str) -> Result<(), Failure> {
    if path == Path::new("-") {
        return to_stdout(content);
    }
    to_file(path, content.as_bytes(), PRIVATE_MODE)
        .map_err(|error| Failure::output(format!("failed to write {}: {error}", path.display())))
}

/// Writes a file that people write too, in place of what it was: links are followed, and who may read it stays so.
pub fn rewrite(path: &Path, content: &str) -> Result<(), Failure> {
    let failed = |error| Failure::output(format!("failed to write {}: {error}", path.display()));
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mode = std::fs::metadata(&path).map_or(REPORT_MODE, |found| found.permissions().mode() & 0o777);
    to_file(&path, content.as_bytes(), mode).map_err(failed)
}

/// Writes a program that everybody can run.
pub fn write_program(path: &Path, program: &[u8]) -> Result<(), Failure> {
    to_file(path, program, PROGRAM_MODE)
        .map_err(|error| Failure::output(format!("failed to write {}: {error}", path.display())))
}

/// Opens a log that only its owner can read; what it holds already stays. Nothing is waited for: a pipe without a
/// reader is an error at once.
pub fn open_log(path: &Path) -> Result<File, Failure> {
    Place::find(path)
        .and_then(|place| place.append(PRIVATE_MODE))
        .map_err(|error| Failure::output(format!("failed to open {}: {error}", path.display())))
}

/// Writes a file that appears whole or not at all, by what `fill` puts into it.
pub fn write_with<T>(path: &Path, fill: impl FnOnce(&mut File) -> Result<T, Failure>) -> Result<T, Failure> {
    let failed = |error: Error| Failure::output(format!("failed to write {}: {error}", path.display()));
    let place = Place::find(path).map_err(failed)?;
    let filled = place.replace(REPORT_MODE, |file| fill(file).map_err(Unfilled::Fill));
    filled.map_err(|unfilled| match unfilled {
        Unfilled::Fill(failure) => failure,
        Unfilled::Place(error) => failed(error),
    })
}

/// Why a file is not there: what was to be in it, or where it was to be.
enum Unfilled {
    Fill(Failure),
    Place(Error),
}

impl From<Error> for Unfilled {
    fn from(error: Error) -> Self {
        Self::Place(error)
    }
}

fn to_stdout(content: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(content.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::output(format!("failed to write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

fn to_file(path: &Path, content: &[u8], mode: u32) -> std::io::Result<()> {
    Place::find(path)?.write(content, mode)
}
