//! Where reports go: standard output, or a file that appears whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Write as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::Failure;

/// A report is no secret, and other users' tools read it.
const REPORT_MODE: u32 = 0o644;
/// What a host's facts are kept under.
const PRIVATE_MODE: u32 = 0o600;
const PROGRAM_MODE: u32 = 0o755;

/// How long a FIFO may be without a reader: `cat pipe` in another terminal comes a moment later, or never.
const READER_PATIENCE: Duration = Duration::from_secs(10);
const READER_PAUSE: Duration = Duration::from_millis(50);

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

/// Writes a program that everybody can run.
pub fn write_program(path: &Path, program: &[u8]) -> Result<(), Failure> {
    to_file(path, program, PROGRAM_MODE)
        .map_err(|error| Failure::output(format!("failed to write {}: {error}", path.display())))
}

/// Opens a log that only its owner can read; what it holds already stays. Nothing is waited for: a pipe without a
/// reader is an error at once.
pub fn open_log(path: &Path) -> Result<File, Failure> {
    let failed =
        |problem: &dyn std::fmt::Display| Failure::output(format!("failed to open {}: {problem}", path.display()));
    let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let mut options = OpenOptions::new();
    let options = options.append(true).create(true).mode(PRIVATE_MODE).custom_flags(nonblocking);
    let file = options.open(path).map_err(|error| failed(&error))?;
    if file.metadata().map_err(|error| failed(&error))?.is_file() {
        // A file of an earlier run, or of somebody's making, may be open to others.
        let private = std::fs::Permissions::from_mode(PRIVATE_MODE);
        file.set_permissions(private).map_err(|error| failed(&error))?;
    }
    // Writing may wait again: it happens on a thread of its own.
    let flags = rustix::fs::fcntl_getfl(&file).map_err(|error| failed(&error))?;
    rustix::fs::fcntl_setfl(&file, flags - rustix::fs::OFlags::NONBLOCK).map_err(|error| failed(&error))?;
    Ok(file)
}

/// Writes a file that appears whole or not at all, by what `fill` puts into it.
pub fn write_with<T>(path: &Path, fill: impl FnOnce(&mut std::fs::File) -> Result<T, Failure>) -> Result<T, Failure> {
    let failed = |error| Failure::output(format!("failed to write {}: {error}", path.display()));
    let mut temporary = temporary_for(path).map_err(failed)?;
    let done = fill(temporary.as_file_mut())?;
    put(temporary, path, REPORT_MODE).map_err(failed)?;
    Ok(done)
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

/// Devices and pipes (`/dev/stderr`, a FIFO) are written as they are: there is nothing to replace.
fn to_file(path: &Path, content: &[u8], mode: u32) -> std::io::Result<()> {
    if let Ok(found) = std::fs::metadata(path)
        && !found.is_file()
    {
        let mut there = match found.file_type().is_fifo() {
            true => open_fifo(path)?,
            false => File::options().write(true).open(path)?,
        };
        return there.write_all(content);
    }
    let mut temporary = temporary_for(path)?;
    temporary.write_all(content)?;
    put(temporary, path, mode)
}

/// An empty file beside `path`, that goes unless it is put there.
fn temporary_for(path: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::NamedTempFile::new_in(folder)
}

fn put(temporary: tempfile::NamedTempFile, path: &Path, mode: u32) -> std::io::Result<()> {
    temporary.as_file().sync_all()?;
    temporary.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
    temporary.persist(path).map(drop).map_err(|error| error.error)
}

/// Opens a FIFO once somebody reads from it. Opening it plainly would wait for that for ever.
fn open_fifo(path: &Path) -> std::io::Result<File> {
    let nonblocking = OFlags::NONBLOCK.bits().cast_signed();
    let deadline = Instant::now() + READER_PATIENCE;
    loop {
        match OpenOptions::new().write(true).custom_flags(nonblocking).open(path) {
            Ok(fifo) => {
                // A reader is there, and is waited for like any other.
                fcntl_setfl(&fifo, fcntl_getfl(&fifo)? - OFlags::NONBLOCK)?;
                return Ok(fifo);
            }
            Err(error) if error.raw_os_error() != Some(rustix::io::Errno::NXIO.raw_os_error()) => return Err(error),
            Err(_) if Instant::now() < deadline => std::thread::sleep(READER_PAUSE),
            Err(_) => {
                let message = format!("nobody read from this pipe within {} s", READER_PATIENCE.as_secs());
                return Err(Error::new(ErrorKind::TimedOut, message));
            }
        }
    }
}
