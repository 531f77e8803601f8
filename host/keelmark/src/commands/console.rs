//! What goes to the operator's terminal beside the report: complaints, log lines, progress.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use keelmark_audit::audit_log::AuditLog;
use keelmark_contract::escape;
use keelmark_contract::limits::clamp_text;
use keelmark_sandbox::api::{Events, HostCall};

use crate::cli::Colour;

/// Notes that one plugin can cause: it must not bury the report in them, nor take the room of the others'.
const NOTES_PER_PLUGIN: usize = 20;

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

/// What a report mentions beside its findings.
#[derive(Default)]
struct Notes {
    kept: BTreeSet<String>,
    /// How many were kept of each plugin, and how many left out.
    of_plugins: BTreeMap<String, (usize, usize)>,
}

impl Notes {
    fn take(&mut self, plugin: &str, note: String) {
        if self.kept.contains(&note) {
            return;
        }
        let (kept, left_out) = self.of_plugins.entry(plugin.to_owned()).or_default();
        if *kept < NOTES_PER_PLUGIN {
            *kept += 1;
            self.kept.insert(clamp_text(note));
        } else {
            *left_out = left_out.saturating_add(1);
        }
    }

    /// In order and once, and how many are missing.
    fn all(&self) -> Vec<String> {
        let missing = self.of_plugins.iter().filter(|(_, (_, left_out))| *left_out > 0);
        let missing = missing
            .map(|(plugin, (_, left_out))| format!("{plugin}: {left_out} further notes about its calls are left out"));
        self.kept.iter().cloned().chain(missing).collect()
    }
}

/// The events of an audit, for a person who waits for it.
pub struct Console {
    verbose: bool,
    progress: ProgressBar,
    notes: Mutex<Notes>,
    audit_log: Option<AuditLog>,
}

impl Console {
    pub fn new(verbose: bool) -> Self {
        let progress = ProgressBar::hidden();
        if let Ok(style) = ProgressStyle::with_template("{elapsed} {wide_msg}") {
            progress.set_style(style);
        }
        Self { verbose, progress, notes: Mutex::default(), audit_log: None }
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

    /// What the report should mention, in order and once.
    pub fn notes(&self) -> Vec<String> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).all()
    }

    /// Something that the report should mention whatever plugins do.
    pub fn mention(&self, note: String) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).kept.insert(note);
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

    fn note(&self, plugin: Option<&str>, note: String) {
        match plugin {
            Some(plugin) => self.notes.lock().unwrap_or_else(PoisonError::into_inner).take(plugin, note),
            None => self.mention(note),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_takes_no_more_than_its_share_of_the_notes() {
        let console = Console::new(false);
        for number in 0..1_000 {
            console.note(Some("greedy"), format!("greedy: refused {number}"));
            console.note(Some("greedy"), "greedy: refused 0".to_owned());
        }
        console.note(Some("modest"), "modest: vanished".to_owned());
        console.mention("the engine is old".to_owned());
        let notes = console.notes();
        assert_eq!(notes.len(), NOTES_PER_PLUGIN + 3);
        assert!(notes.contains(&"modest: vanished".to_owned()) && notes.contains(&"the engine is old".to_owned()));
        assert_eq!(notes.last().unwrap(), "greedy: 980 further notes about its calls are left out");
    }
}
