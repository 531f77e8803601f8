//! What goes to the operator's terminal beside the report: complaints, log lines, progress.

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use keelmark_audit::audit_log::AuditLog;
use keelmark_contract::escape;
use keelmark_sandbox::api::{Events, HostCall};

use crate::cli::Colour;

/// How long an audit takes before its progress is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// A line on standard error: "keelmark: warning: …".
pub fn complain(kind: &str, message: &str) {
    // A message may have lines of its own (a settings file's, with the place marked); each is escaped.
    let message = escape::lines(message).collect::<Vec<_>>().join("\n  | ");
    // Nothing can be done about a standard error that is gone.
    let _ = writeln!(std::io::stderr(), "keelmark: {kind}: {message}");
}

/// A text for whoever decides, on standard error: standard output is for results. Its strings have been escaped.
pub fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Whether what goes to standard output is coloured.
pub fn colour(when: Colour) -> bool {
    match when {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            std::io::stdout().is_terminal() && !is_unwanted
        }
    }
}

/// The columns of standard output's terminal; 100 where it is none.
pub fn width() -> usize {
    let columns =
        std::io::stdout().is_terminal().then(|| rustix::termios::tcgetwinsize(std::io::stdout()).ok()).flatten();
    columns.map_or(100, |size| usize::from(size.ws_col).max(40))
}

/// The events of an audit, for a person who waits for it.
pub struct Console {
    verbose: bool,
    progress: ProgressBar,
    audit_log: Option<AuditLog>,
}

impl Console {
    pub fn new(verbose: bool) -> Self {
        let progress = ProgressBar::hidden();
        if let Ok(style) = ProgressStyle::with_template("{elapsed} {wide_msg}") {
            progress.set_style(style);
        }
        Self { verbose, progress, audit_log: None }
    }

    /// The same for an audit whose calls go to a log.
    pub fn with_audit_log(self, audit_log: Option<AuditLog>) -> Self {
        Self { audit_log, ..self }
    }

    /// Shows progress as soon as the audit takes longer than [`PATIENCE`], if anyone is looking.
    pub fn show_progress_later(&self) {
        if std::io::stderr().is_terminal() {
            let progress = self.progress.clone();
            tokio::spawn(async move {
                tokio::time::sleep(PATIENCE).await;
                progress.set_draw_target(ProgressDrawTarget::stderr());
            });
        }
    }

    /// Takes the progress line away; what it said is over.
    pub fn finish(&self) {
        self.progress.set_draw_target(ProgressDrawTarget::hidden());
        self.progress.finish_and_clear();
    }

    /// Waits until the audit log is on disk.
    pub fn finish_audit_log(&self) -> std::io::Result<()> {
        self.audit_log.as_ref().map_or(Ok(()), AuditLog::finish)
    }
}

impl Events for Console {
    fn progress(&self, plugin: &str, done: u32, total: u32) {
        self.progress.set_message(format!("{plugin}: {done} of {total}"));
    }

    fn log(&self, plugin: &str, level: &'static str, message: &str) {
        if self.verbose || level == "warn" {
            self.progress.suspend(|| complain(level, &format!("{plugin}: {}", escape::line(message))));
        }
    }

    fn hears_calls(&self) -> bool {
        self.audit_log.is_some()
    }

    fn call(&self, call: HostCall) {
        if let Some(log) = &self.audit_log {
            log.write(&call);
        }
    }
}
