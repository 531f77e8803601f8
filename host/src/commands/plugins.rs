//! What `audit` and `record` share about plugins: which ones take part, and where their calls are logged.

use std::path::Path;

use super::{Failure, output};
use crate::audit::{AuditError, Candidate, Grant};
use crate::audit_log::AuditLog;
use crate::cli::AuditArgs;

/// The plugins of `--plugin`.
pub fn files(args: &AuditArgs) -> Result<Vec<Candidate>, Failure> {
    let grant = if args.grant_all { Grant::All } else { Grant::Nothing };
    let files = args.plugins.iter().map(|path| Candidate::of_file(path, grant.clone()));
    files.collect::<Result<_, AuditError>>().map_err(Failure::usage)
}

/// The log of `--audit-log`.
pub fn audit_log(path: Option<&Path>) -> Result<Option<AuditLog>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let log = AuditLog::start(output::open_log(path)?);
    log.map(Some).map_err(|error| Failure::internal(format!("failed to start the audit log: {error}")))
}

/// An audit log that is not whole.
pub fn incomplete_log(path: Option<&Path>, error: &std::io::Error) -> Failure {
    let name = path.map(|path| path.display().to_string()).unwrap_or_default();
    Failure::output(format!("the audit log {name} is not complete: {error}"))
}
