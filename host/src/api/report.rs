//! `wit/report.wit`

use std::time::Instant;

use super::bindings::keelmark::plugin::report::{Host, Level};
use super::{PluginState, types};
use crate::backend::{ErrorKind, FactError};
use crate::engine::limits;
use crate::gate::Call;

impl Host for PluginState {
    async fn emit(&mut self, finding: types::Finding) -> Result<(), types::Error> {
        self.allow(Call::Report { op: "report.emit" })?;
        let id = finding.id.clone();
        if !self.sink.take(clamp(finding)) {
            let id = limits::clamp_text(id);
            let message = format!("a finding for {id:?}, which was not asked for, has one already, or is too large");
            return Err(FactError::new(ErrorKind::Invalid, message).into());
        }
        Ok(())
    }

    async fn progress(&mut self, done: u32, total: u32) -> Result<(), types::Error> {
        self.allow(Call::Report { op: "report.progress" })?;
        if self.last_progress.is_none_or(|last| last.elapsed() >= limits::PROGRESS_PAUSE) {
            self.last_progress = Some(Instant::now());
            self.shared.events.progress(&self.plugin, done.min(total), total);
        }
        Ok(())
    }

    async fn log(&mut self, level: Level, message: String) -> Result<(), types::Error> {
        self.allow(Call::Report { op: "report.log" })?;
        self.log_lines += 1;
        let level = match level {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
        };
        match self.log_lines.cmp(&limits::LOG_LINES) {
            std::cmp::Ordering::Less => self.shared.events.log(&self.plugin, level, &limits::clamp_text(message)),
            std::cmp::Ordering::Equal => self.shared.events.log(&self.plugin, "warn", "further log lines are dropped"),
            std::cmp::Ordering::Greater => {}
        }
        Ok(())
    }
}

/// A finding within the limits. A verdict that needs a reason and came without one says so.
fn clamp(mut finding: types::Finding) -> types::Finding {
    let clamp_info = |info: &mut Vec<(String, String)>| {
        info.truncate(limits::INFO_PAIRS);
        for (key, value) in info {
            *key = limits::clamp_text(std::mem::take(key));
            *value = limits::clamp_text(std::mem::take(value));
        }
    };
    let dropped = finding.evidence.len().saturating_sub(limits::EVIDENCE_PER_FINDING);
    if dropped > 0 {
        // What could not be read stays: dropping it would make the audit look complete.
        finding.evidence.sort_by_key(|evidence| !evidence.info.iter().any(|(key, _)| key == "error"));
    }
    finding.evidence.truncate(limits::EVIDENCE_PER_FINDING);
    for evidence in &mut finding.evidence {
        for text in [&mut evidence.subject, &mut evidence.property, &mut evidence.found, &mut evidence.expected] {
            *text = limits::clamp_text(std::mem::take(text));
        }
        clamp_info(&mut evidence.info);
    }
    clamp_info(&mut finding.info);
    finding.message = limits::clamp_text(finding.message);
    if dropped > 0 {
        finding.message.push_str(&format!(" ({dropped} further pieces of evidence are left out)"));
    }
    if finding.message.is_empty() && finding.status != types::Status::Pass {
        finding.message = "the plugin gave no reason".into();
    }
    finding
}
