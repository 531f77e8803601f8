//! `wit/report.wit`

use std::time::Instant;

use keelmark_contract::gate::Call;
use keelmark_contract::{ErrorKind, FactError, limits, ops};
use serde_json::json;

use super::bindings::keelmark::plugin::report::{Host, Level};
use super::{PluginState, types};

impl Host for PluginState {
    async fn emit(&mut self, finding: types::Finding) -> Result<(), types::Error> {
        let emitted = emit(self, finding);
        self.answered(emitted)
    }

    async fn progress(&mut self, done: u32, total: u32) -> Result<(), types::Error> {
        let call = Call::Plain { op: &ops::REPORT_PROGRESS };
        let allowed = self.allow_with(call, &[], || json!({ "done": done, "total": total }));
        let is_due = self.last_progress.is_none_or(|last| last.elapsed() >= limits::PROGRESS_PAUSE);
        if allowed.is_ok() && is_due {
            self.last_progress = Some(Instant::now());
            self.shared.events.progress(&self.plugin, done.min(total), total);
        }
        self.answered(allowed)
    }

    async fn log(&mut self, level: Level, message: String) -> Result<(), types::Error> {
        let logged = log(self, level, message);
        self.answered(logged)
    }
}

fn emit(state: &mut PluginState, finding: types::Finding) -> Result<(), FactError> {
    let id = finding.id.clone();
    // Not its texts: they may repeat what the plugin has read.
    let shown = || json!({ "id": id, "status": name(finding.status), "evidence": finding.evidence.len() });
    state.allow_with(Call::Plain { op: &ops::REPORT_EMIT }, &[], shown)?;
    if state.sink.take(clamp(finding)) {
        return Ok(());
    }
    let id = limits::clamp_text(id);
    let message = format!("a finding for {id:?}, which was not asked for, has one already, or is too large");
    Err(state.refuse("a finding that nobody awaits", FactError::new(ErrorKind::Invalid, message)))
}

fn log(state: &mut PluginState, level: Level, message: String) -> Result<(), FactError> {
    let level = match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
    };
    let shown = || json!({ "level": level, "bytes": message.len() });
    let allowed = state.allow_with(Call::Plain { op: &ops::REPORT_LOG }, &[], shown);
    state.words.logged(&limits::clamp_text(message.clone()));
    allowed?;
    match state.sink.count_log_line().cmp(&limits::LOG_LINES) {
        std::cmp::Ordering::Less => state.shared.events.log(&state.plugin, level, &limits::clamp_text(message)),
        std::cmp::Ordering::Equal => state.shared.events.log(&state.plugin, "warn", "further log lines are dropped"),
        std::cmp::Ordering::Greater => {}
    }
    Ok(())
}

fn name(status: types::Status) -> &'static str {
    match status {
        types::Status::Pass => "pass",
        types::Status::Fail => "fail",
        types::Status::Manual => "manual",
        types::Status::NotApplicable => "not-applicable",
        types::Status::Error => "error",
    }
}

/// A finding within the limits. A verdict that needs a reason and came without one says so.
fn clamp(mut finding: types::Finding) -> types::Finding {
    let clamp_info = |info: &mut Vec<(String, String)>| {
        info.truncate(limits::INFO_PAIRS);
        info.shrink_to_fit();
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
    finding.evidence.shrink_to_fit();
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
