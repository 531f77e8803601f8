//! Compiling a stranger's component in a process of its own.
//!
//! A few MiB of WebAssembly can be made so that a compiler wants GiB of memory, and running out of memory ends the
//! process that does. So it is a child of this program, with limits that the kernel keeps, and what becomes of it costs
//! that plugin and nothing else. Component, native code and complaints pass through memory without a name: no pipe that
//! somebody has to empty, and no file that anybody else could open.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use keelmark_contract::limits;
use keelmark_contract::plugin::Form;
use rustix::fs::{MemfdFlags, SealFlags};
use rustix::process::{Resource, Rlimit, Signal};
use sha2::{Digest as _, Sha256};
use wasmtime::Engine;

use super::cache::{MAX_FILE_BYTES, WholeFile};
use super::{LoadError, config};

/// The hidden subcommand that the child is.
pub const SUBCOMMAND: &str = "compile-plugin";
/// The child's exit code where the component is to blame, and not the child.
pub const DOES_NOT_COMPILE: u8 = 65;
/// What is read of the child's complaints.
const COMPLAINT_BYTES: u64 = 64 * 1024;
/// How often the parent looks whether the child is done.
const PAUSE: Duration = Duration::from_millis(2);

/// Compiles a component in a child of `program`.
pub(super) fn compile_apart(program: &Path, form: Form<'_>, limit: Duration) -> Result<WholeFile, LoadError> {
    let failed = |error: std::io::Error| LoadError::Compiler(format!("its process did not start: {error}"));
    let component = unnamed("component").and_then(|mut file| {
        file.write_all(form.bytes())?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    });
    let (native, complaints) = (unnamed("native-code").map_err(failed)?, unnamed("complaints").map_err(failed)?);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(limits::COMPILE_THREADS);
    let child = Command::new(program)
        .arg(SUBCOMMAND)
        .env_clear()
        .env("RAYON_NUM_THREADS", threads.to_string())
        .current_dir("/")
        .stdin(component.map_err(failed)?)
        .stdout(native.try_clone().map_err(failed)?)
        .stderr(complaints.try_clone().map_err(failed)?)
        .spawn();
    let status = Waiting(child.map_err(failed)?).until(Instant::now() + limit).map_err(failed)?;
    let status = status.ok_or(LoadError::Slow(limit))?;
    if !status.success() {
        return Err(explain(status, &complaint(complaints)));
    }
    let sealed = seal(&native).ok().and_then(|()| WholeFile::of(native));
    sealed.ok_or_else(|| LoadError::Compiler("its native code is not what the compiler's process made".to_owned()))
}

/// The child: compiles what comes in on standard input, and writes the native code and its hash to standard output.
///
/// # Errors
/// Where its limits cannot be set, or the component does not compile.
pub fn compile_for_parent() -> Result<(), LoadError> {
    let broken = |what: &str, error: &dyn std::fmt::Display| LoadError::Compiler(format!("{what}: {error}"));
    confine().map_err(|error| broken("its limits cannot be set", &error))?;
    let mut component = Vec::new();
    let most = u64::try_from(limits::COMPONENT_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let read = std::io::stdin().lock().take(most).read_to_end(&mut component);
    read.map_err(|error| broken("it cannot be read", &error))?;
    let form = Form::of(&component)?;
    let compile = || Engine::new(&config())?.precompile_component(form.bytes());
    let native = compile().map_err(|error: wasmtime::Error| LoadError::Compile(format!("{error:#}")))?;
    let mut out = std::io::stdout().lock();
    let written = out.write_all(&native).and_then(|()| out.write_all(&Sha256::digest(&native)));
    written.and_then(|()| out.flush()).map_err(|error| broken("its native code cannot be passed on", &error))
}

/// Limits that only the kernel can lift again, and an end with the parent.
fn confine() -> rustix::io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let seconds = limits::COMPILE.as_secs().saturating_mul(limits::COMPILE_THREADS as u64);
    for (resource, most) in [
        (Resource::Data, limits::COMPILE_MEMORY_BYTES),
        (Resource::Cpu, seconds),
        (Resource::Fsize, MAX_FILE_BYTES),
        (Resource::Core, 0),
    ] {
        // A limit that the caller was started with may be lower, and stays.
        let current = rustix::process::getrlimit(resource).maximum;
        let most = Some(current.map_or(most, |current| current.min(most)));
        rustix::process::setrlimit(resource, Rlimit { current: most, maximum: most })?;
    }
    Ok(())
}

/// A child that does not outlive the wait for it.
struct Waiting(Child);

impl Waiting {
    /// How it ended; none where it had not by then.
    fn until(mut self, deadline: Instant) -> std::io::Result<Option<ExitStatus>> {
        loop {
            match self.0.try_wait()? {
                None if Instant::now() < deadline => std::thread::sleep(PAUSE),
                ended => return Ok(ended),
            }
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Where it has ended, there is nothing to kill, and its number is not another's yet.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Why there is no native code, in a sentence for the report.
fn explain(status: ExitStatus, complaint: &str) -> LoadError {
    let said = || complaint.trim().to_owned();
    let ran_out = complaint.contains("memory allocation of ") || complaint.contains("Cannot allocate memory");
    if status.code() == Some(DOES_NOT_COMPILE.into()) && !ran_out {
        return LoadError::Compile(limits::clamp_text(said()));
    }
    let mebibytes = limits::COMPILE_MEMORY_BYTES / (1024 * 1024);
    let cause = match status.signal().and_then(Signal::from_named_raw) {
        _ if ran_out => format!("the compiler wanted more than {mebibytes} MiB of memory"),
        _ if complaint.contains("has overflowed its stack") => "the compiler ran out of stack".to_owned(),
        Some(Signal::XFSZ) => format!("its native code is larger than {} MiB", MAX_FILE_BYTES / (1024 * 1024)),
        Some(Signal::XCPU) => "the compiler used up its time".to_owned(),
        Some(Signal::KILL) => "the compiler was killed, as the kernel does where memory runs out".to_owned(),
        _ if complaint.contains("panicked at ") => format!("the compiler panicked: {}", said()),
        _ => format!("the compiler ended with {status}: {}", said()),
    };
    LoadError::Compiler(limits::clamp_text(cause))
}

fn complaint(mut file: File) -> String {
    let mut text = Vec::new();
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(COMPLAINT_BYTES).read_to_end(&mut text));
    // What cannot be read is not known; the status is.
    read.map_or_else(|_| String::new(), |_| String::from_utf8_lossy(&text).into_owned())
}

/// Memory that is a file without a name, and goes with its last descriptor.
fn unnamed(what: &str) -> std::io::Result<File> {
    Ok(File::from(rustix::fs::memfd_create(what, MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?))
}

/// Nobody can change it any more, whoever still holds it.
fn seal(file: &File) -> std::io::Result<()> {
    let all = SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL;
    rustix::fs::fcntl_add_seals(file, all)?;
    (&mut &*file).seek(SeekFrom::Start(0))?;
    Ok(())
}
