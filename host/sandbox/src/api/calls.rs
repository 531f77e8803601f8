//! Every call of a plugin passes here twice: on its way in, where it is counted and the gate decides, and on its way
//! out. In between, and nowhere else, is what the audit log knows of it.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use keelmark_contract::gate::Call;
use keelmark_contract::ops::Op;
use keelmark_contract::{ErrorKind, FactError, limits};
use serde_json::{Value, json};

use super::size::Size;
use super::{PluginState, types};

/// The bytes of one argument that a log line shows; longer ones are cut. A path or a command line fits.
const ARGUMENT_BYTES: usize = 256;
/// The entries of one list that a log line shows: a batch of ids is recognised by its first.
const ARGUMENT_ITEMS: usize = 32;

/// What became of a call at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    Allowed,
    /// No capability allows it.
    Denied,
    /// It is larger than a limit, or one too many.
    Limit,
    /// Its arguments are wrong.
    Invalid,
}

/// One call of a plugin, over.
#[derive(Clone, Debug)]
pub struct HostCall {
    pub time: Timestamp,
    pub plugin: Arc<str>,
    /// The SHA-256 of the plugin's component.
    pub digest: Arc<str>,
    pub op: &'static Op,
    /// The plugin's own words, capped; not escaped. Never an answer, nor a finding's or log line's text, which may
    /// repeat one.
    pub arguments: Value,
    pub decision: Decision,
    /// The capability that allowed it, or why it was refused.
    pub rule: String,
    /// "ok", the error's kind, or "abandoned" where the plugin was ended before it was answered.
    pub result: &'static str,
    /// Why it was not answered; for the eyes of the plugin's author.
    pub error: Option<String>,
    pub milliseconds: f64,
    /// The bytes of the answer.
    pub bytes: usize,
}

/// A call that has begun.
pub(super) struct OpenCall {
    began: Instant,
    time: Timestamp,
    op: &'static Op,
    arguments: Value,
    decision: Decision,
    rule: String,
}

impl PluginState {
    /// Counts the call and asks the gate; every function of the contract begins with this, or with the next.
    pub(super) fn allow(&mut self, call: Call) -> Result<(), FactError> {
        self.allow_with(call, &[], || json!({}))
    }

    /// The same for a call about several objects, or with arguments that the gate does not look at.
    pub(super) fn allow_with(
        &mut self,
        call: Call,
        ids: &[String],
        more: impl FnOnce() -> Value,
    ) -> Result<(), FactError> {
        self.abandon();
        self.words.asked();
        let is_heard = self.shared.events.hears_calls();
        if is_heard {
            let mut arguments = call.arguments();
            let ids = if ids.is_empty() { json!({}) } else { json!({ "ids": ids }) };
            for (key, value) in [ids, more()].into_iter().filter_map(into_object).flatten() {
                arguments.as_object_mut().map(|all| all.insert(key, value));
            }
            cap(&mut arguments);
            let (began, time, op) = (Instant::now(), Timestamp::now(), call.op());
            let (decision, rule) = (Decision::Allowed, String::new());
            self.open = Some(OpenCall { began, time, op, arguments, decision, rule });
        }
        self.spend(ids.len())?;
        let rule = self.decide(call, "")?;
        if let (Some(open), Some(rule)) = (&mut self.open, rule) {
            open.rule = rule;
        }
        Ok(())
    }

    /// Asks the gate again, about the place that a link at `asked`, or above it, led the call under way to. A refusal
    /// names what was asked for: a plugin that may not look at the place may not learn which it is.
    pub(super) fn allow_target(&mut self, asked: &str, call: Call) -> Result<(), FactError> {
        self.decide(call, "where the link leads: ").map(drop).map_err(|error| {
            let op = call.op().name;
            let message = format!("denied: {asked} leads through a link to where no capability op = \"{op}\" reaches");
            FactError::new(error.kind, message)
        })
    }

    /// Refuses the call under way for a reason that the gate does not know, and returns the error.
    pub(super) fn refuse(&mut self, rule: &str, error: FactError) -> FactError {
        if let Some(open) = &mut self.open {
            open.decision = match error.kind {
                ErrorKind::Denied => Decision::Denied,
                ErrorKind::TooLarge => Decision::Limit,
                _ => Decision::Invalid,
            };
            open.rule = rule.to_owned();
        }
        error
    }

    /// The answer on its way back to the plugin; every function of the contract ends with this.
    pub(super) fn answered<T: Size>(&mut self, answer: Result<T, FactError>) -> Result<T, types::Error> {
        if self.open.is_some() {
            match &answer {
                Ok(answer) => self.close("ok", None, answer.size()),
                Err(error) => self.close(error.kind.name(), Some(error.message.clone()), 0),
            }
        }
        Ok(answer?)
    }

    /// The rule that allows the call, in words where somebody listens.
    fn decide(&mut self, call: Call, context: &str) -> Result<Option<String>, FactError> {
        let refusal = match self.gate.decide(call) {
            Ok(rule) => return Ok(self.open.is_some().then(|| rule.to_string())),
            Err(refusal) => refusal,
        };
        // A plugin may swallow its errors; what the operator could grant is said all the same.
        let advice = refusal.rule.advice();
        advice.into_iter().for_each(|advice| self.shared.note(Some(&self.plugin), advice));
        let rule = format!("{context}{}", refusal.rule);
        let error = refusal.error;
        Err(self.refuse(&rule, error))
    }

    /// Charges for a call about so many ids.
    fn spend(&mut self, ids: usize) -> Result<(), FactError> {
        let cost = 1 + u64::try_from(ids).unwrap_or(u64::MAX) / limits::IDS_PER_COST;
        let left = self.allowance.checked_sub(cost);
        self.allowance = left.unwrap_or(0);
        if left.is_some() && self.sink.spend(cost) {
            return Ok(());
        }
        let message = format!(
            "too many calls: {} in one attempt, {} when tried again, {} in one section; {} ids count as one",
            limits::CALLS,
            limits::RETRY_CALLS,
            limits::SECTION_CALLS,
            limits::IDS_PER_COST
        );
        Err(self.refuse("too many calls", FactError::new(ErrorKind::TooLarge, message)))
    }

    fn close(&mut self, result: &'static str, error: Option<String>, bytes: usize) {
        let Some(OpenCall { began, time, op, arguments, decision, rule }) = self.open.take() else { return };
        let (plugin, digest, rule) = (Arc::clone(&self.plugin), Arc::clone(&self.digest), cut(rule));
        let milliseconds = began.elapsed().as_secs_f64() * 1_000.0;
        let call = HostCall { time, plugin, digest, op, arguments, decision, rule, result, error, milliseconds, bytes };
        self.shared.events.call(call);
    }

    /// A call that was never answered: its plugin ran out of time, or the audit was interrupted.
    fn abandon(&mut self) {
        if self.open.is_some() {
            self.close("abandoned", None, 0);
        }
    }
}

impl Drop for PluginState {
    fn drop(&mut self) {
        self.abandon();
    }
}

fn into_object(value: Value) -> Option<serde_json::Map<String, Value>> {
    match value {
        Value::Object(entries) => Some(entries),
        _ => None,
    }
}

/// Cuts long texts and lists.
fn cap(value: &mut Value) {
    match value {
        Value::String(text) => *text = cut(std::mem::take(text)),
        Value::Array(items) => {
            let more = items.len().saturating_sub(ARGUMENT_ITEMS);
            items.truncate(ARGUMENT_ITEMS);
            items.iter_mut().for_each(cap);
            if more > 0 {
                items.push(format!("… and {more} more").into());
            }
        }
        Value::Object(entries) => entries.values_mut().for_each(cap),
        _ => {}
    }
}

/// `text`, or its beginning with its length where it is long.
fn cut(mut text: String) -> String {
    let length = text.len();
    if length > ARGUMENT_BYTES {
        let end = (0..=ARGUMENT_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push_str(&format!("… ({length} bytes)"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_arguments_are_cut_and_say_so() {
        let mut arguments = json!({ "path": "ä".repeat(200), "ids": vec!["x"; 100], "follow": true });
        cap(&mut arguments);
        assert_eq!(arguments["path"], format!("{}… (400 bytes)", "ä".repeat(128)));
        assert_eq!(arguments["ids"].as_array().unwrap().len(), ARGUMENT_ITEMS + 1);
        assert_eq!(arguments["ids"][ARGUMENT_ITEMS], "… and 68 more");
        assert_eq!(arguments["follow"], true);
    }
}
