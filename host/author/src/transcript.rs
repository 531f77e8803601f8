//! What a plugin did while it ran, for its author's eyes: every host call, every log line, and for each denial the lines
//! of plugin.toml that would allow it.

use std::sync::{Mutex, PoisonError};

use keelmark_contract::ops::Key;
use keelmark_sandbox::api::{Decision, Events, HostCall};
use serde_json::Value;

/// Entries that are kept; a plugin in a loop makes more calls than anybody reads.
const MAX_ENTRIES: usize = 2_000;

/// Listens to a plugin.
#[derive(Debug, Default)]
pub struct Transcript(Mutex<Heard>);

/// What was heard.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// In order.
    pub entries: Vec<Entry>,
    /// Entries that are not kept.
    pub dropped: usize,
    /// All calls, kept or not.
    pub calls: usize,
    /// The bytes of their answers.
    pub bytes: usize,
}

/// One thing that a plugin did.
#[derive(Clone, Debug)]
pub enum Entry {
    Call(Box<HostCall>),
    Log { level: &'static str, message: String },
    Note(String),
}

impl Transcript {
    /// All that was heard until now, and nothing of it again.
    pub fn take(&self) -> Heard {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn hear(&self, entry: Entry) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Call(call) = &entry {
            heard.calls += 1;
            heard.bytes += call.bytes;
        }
        if heard.entries.len() < MAX_ENTRIES {
            heard.entries.push(entry);
        } else {
            heard.dropped += 1;
        }
    }
}

impl Events for Transcript {
    fn progress(&self, _: &str, _: u32, _: u32) {}

    fn log(&self, _: &str, level: &'static str, message: &str) {
        self.hear(Entry::Log { level, message: message.to_owned() });
    }

    fn note(&self, _: Option<&str>, note: String) {
        self.hear(Entry::Note(note));
    }

    fn hears_calls(&self) -> bool {
        true
    }

    fn call(&self, call: HostCall) {
        self.hear(Entry::Call(Box::new(call)));
    }
}

impl Entry {
    /// As lines; not escaped.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Entry::Log { level, message } => message.lines().map(|line| format!("{level:<9} {line}")).collect(),
            Entry::Note(note) => vec![format!("note      {note}")],
            Entry::Call(call) => {
                let answer = match call.result {
                    "ok" => format!("{} bytes, {:.1} ms", call.bytes, call.milliseconds),
                    _ => call.error.clone().unwrap_or_default(),
                };
                let mut lines =
                    vec![format!("{:<9} {} {}  -> {answer}", call.result, call.op.name, shown(&call.arguments))];
                if call.decision == Decision::Denied {
                    lines.push("          plugin.toml would have to say:".to_owned());
                    lines.extend(capability(call).lines().map(|line| format!("            {line}")));
                }
                lines
            }
        }
    }
}

/// A call's arguments as one reads them: words apart, lists in brackets.
fn shown(arguments: &Value) -> String {
    let word = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let list = |items: &[Value]| items.iter().map(word).collect::<Vec<_>>().join(" ");
    let entries = arguments.as_object().into_iter().flatten();
    // A program comes before its words, whatever the order of their names.
    let mut parts: Vec<(bool, String)> = entries
        .map(|(key, value)| match (key.as_str(), value) {
            ("args", Value::Array(items)) => (true, list(items)),
            (_, Value::Array(items)) => (true, format!("{key}=[{}]", list(items))),
            ("program" | "path" | "name" | "key", value) => (false, word(value)),
            (_, value) => (true, format!("{key}={}", word(value))),
        })
        .collect();
    parts.sort_by_key(|(is_late, _)| *is_late);
    parts.into_iter().map(|(_, text)| text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The `[[capability]]` that would allow a call, for the author to widen where it is too narrow.
pub fn capability(call: &HostCall) -> String {
    let one = |key: &str| call.arguments.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let many = |key: &str| -> Vec<String> {
        let items = call.arguments.get(key).and_then(Value::as_array);
        items.into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let limit = call.op.key.map(|key| {
        let values = match key {
            Key::Argv => std::iter::once(one("program")).chain(many("args")).collect(),
            Key::Paths => vec![one("path")],
            Key::Names => vec![one("name")],
            Key::Keys => vec![one("key")],
            Key::Fields => many("fields"),
        };
        format!("{} = {}\n", key.name(), toml::Value::from(values))
    });
    let limit = limit.unwrap_or_default();
    format!(
        "[[capability]]\nop = \"{}\"\n{limit}why = \"what an operator should know before granting it\"\n",
        call.op.name
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use keelmark_contract::ops::{self, Op};
    use keelmark_contract::plugin::Manifest;
    use serde_json::json;

    use super::*;

    fn denied(op: &'static Op, arguments: Value) -> HostCall {
        let digest: Arc<str> = "".into();
        HostCall {
            time: jiff::Timestamp::UNIX_EPOCH,
            plugin: "acme".into(),
            digest,
            op,
            arguments,
            decision: Decision::Denied,
            rule: String::new(),
            result: "denied",
            error: Some("denied".into()),
            milliseconds: 0.1,
            bytes: 0,
        }
    }

    #[test]
    fn the_suggested_lines_are_a_manifest_s() {
        let calls = [
            denied(&ops::EXEC, json!({ "program": "ss", "args": ["-lnt", "a \"b\""] })),
            denied(&ops::FS_STAT, json!({ "path": "/etc/x", "follow": true })),
            denied(&ops::FS_READ_TEXT, json!({ "path": "/etc/x" })),
            denied(&ops::PROCESS_FIND, json!({ "name": "dockerd" })),
            denied(&ops::HOST_SETTING, json!({ "key": "trusted-users" })),
            denied(&ops::INFO, json!({ "fields": ["Name", "Swarm.NodeID"] })),
            denied(&ops::CONTAINER_PROCESSES, json!({ "ids": ["4d1c"] })),
            denied(&ops::HOST_NOW, json!({})),
            denied(&ops::REPORT_LOG, json!({ "level": "info", "bytes": 3 })),
        ];
        let head = "schema = 1\nid = \"a\"\nversion = \"1.0.0\"\napi = \"0.1\"\nbenchmark = \"a-1\"\nsection = \"1\"\n";
        let text: String = calls.iter().map(capability).collect();
        let manifest = Manifest::parse(&format!("{head}{text}")).unwrap();
        let ops: Vec<&str> = manifest.capabilities.iter().map(|capability| capability.op()).collect();
        assert_eq!(ops, calls.each_ref().map(|call| call.op.name));
    }

    #[test]
    fn a_denial_shows_what_would_allow_it() {
        let call = denied(&ops::EXEC, json!({ "program": "ss", "args": ["-lnt"] }));
        let lines = Entry::Call(Box::new(call)).lines();
        assert_eq!(lines[0], "denied    exec ss -lnt  -> denied");
        assert!(lines.iter().any(|line| line.trim() == "argv = [\"ss\", \"-lnt\"]"), "{lines:#?}");
    }

    #[test]
    fn a_plugin_in_a_loop_fills_no_memory() {
        let transcript = Transcript::default();
        for _ in 0..MAX_ENTRIES + 5 {
            transcript.log("acme", "info", "again");
        }
        let heard = transcript.take();
        assert_eq!((heard.entries.len(), heard.dropped), (MAX_ENTRIES, 5));
        assert!(transcript.take().entries.is_empty());
    }
}
