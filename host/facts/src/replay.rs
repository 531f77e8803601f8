//! Recordings: the answers of one audit in a file, and a backend that answers from it.
//!
//! Answers are found by the request's key, so the order of questions does not matter. A request that was not
//! recorded is an error that says so; it never becomes a pass.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use keelmark_contract::ops::current_key;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Answer, Backend, BoxFuture, ErrorKind, FactError, Request, weight};

/// The format that is written. A file with another one is refused, but for [`OLD_FORMAT`].
const FORMAT: u32 = 2;
/// The one before, which had other words for the questions to the engine.
const OLD_FORMAT: u32 = 1;

/// The largest recording that is read: a host with 10,000 containers records about 60 MiB.
pub const MAX_RECORDING_BYTES: usize = 512 * 1024 * 1024;

/// The answers of one audit, by request key. The format is described in `docs/recordings.md`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    #[serde(rename = "keelmark-recording")]
    format: u32,
    #[serde(default, rename = "recorded-by", skip_serializing_if = "Option::is_none")]
    recorded_by: Option<String>,
    answers: BTreeMap<String, Recorded>,
}

/// One answer as it stands in the file: `{"ok": …}` or `{"error": {"kind": …, "message": …}}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recorded {
    Ok(Arc<Value>),
    Error(FactError),
}

impl From<Answer> for Recorded {
    fn from(answer: Answer) -> Self {
        match answer {
            Ok(value) => Recorded::Ok(value),
            Err(error) => Recorded::Error(error),
        }
    }
}

/// Why a recording cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    #[error("failed to read recording {path}: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("{path}:{line}:{column}: not a keelmark recording: {problem}")]
    Parse { path: String, line: usize, column: usize, problem: String },
    #[error("{path} holds {source}")]
    Heavy { path: String, source: weight::TooHeavy },
    #[error("{path} is a recording of format {found}, but this keelmark reads formats {OLD_FORMAT} and {FORMAT}")]
    Format { path: String, found: u32 },
}

impl Recording {
    pub(super) fn of(answers: BTreeMap<String, Recorded>) -> Self {
        let recorded_by = Some(format!("keelmark {}", env!("CARGO_PKG_VERSION")));
        Self { format: FORMAT, recorded_by, answers }
    }

    pub fn load(path: &Path) -> Result<Self, RecordingError> {
        let name = path.display().to_string();
        let read = |source| RecordingError::Read { path: name.clone(), source };
        let text = keelmark_disk::input::read(path, MAX_RECORDING_BYTES).map_err(read)?;
        Self::parse(&name, &text)
    }

    /// Reads a recording's text; `name` is what errors call it.
    pub fn parse(name: &str, text: &[u8]) -> Result<Self, RecordingError> {
        weight::check(text, weight::RECORDING_WEIGHT)
            .map_err(|source| RecordingError::Heavy { path: name.to_owned(), source })?;
        let recording: Self = serde_json::from_slice(text).map_err(|error| RecordingError::Parse {
            path: name.to_owned(),
            line: error.line(),
            column: error.column(),
            problem: error.to_string(),
        })?;
        match recording.format {
            FORMAT => Ok(recording),
            OLD_FORMAT => Ok(recording.renewed()),
            found => Err(RecordingError::Format { path: name.to_owned(), found }),
        }
    }

    /// A recording of the old format under the keys of the present one.
    fn renewed(self) -> Self {
        let answers = self.answers.into_iter().map(|(key, answer)| (current_key(&key), answer)).collect();
        Self { format: FORMAT, answers, ..self }
    }

    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }

    /// The requests that it answers.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.answers.keys().map(String::as_str)
    }

    /// The number of answers.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }
}

impl Backend for Recording {
    fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer> {
        let key = request.key();
        let answer = match self.answers.get(&key) {
            Some(Recorded::Ok(value)) => Ok(Arc::clone(value)),
            Some(Recorded::Error(error)) => Err(error.clone()),
            None => Err(FactError::new(ErrorKind::Other, format!("not recorded: {key}"))),
        };
        Box::pin(std::future::ready(answer))
    }
}

#[cfg(test)]
mod tests {
    use keelmark_contract::ops;

    use super::*;
    use crate::DockerRequest;

    fn recording(format: u32, answers: &[(String, Value)]) -> Recording {
        let answers: serde_json::Map<_, _> =
            answers.iter().map(|(key, value)| (key.clone(), serde_json::json!({ "ok": value }))).collect();
        let text = serde_json::json!({ "keelmark-recording": format, "answers": answers }).to_string();
        Recording::parse("test.json", text.as_bytes()).unwrap()
    }

    /// Every question that there was in format 1, under both of its names.
    #[tokio::test]
    async fn both_formats_read_alike() {
        let id = |op: &ops::Op| if op.question.unwrap().is_each() { " 4d1c" } else { "" };
        let key = |(word, op): &(&str, &'static ops::Op)| format!("docker {word}{}", id(op));
        let old: Vec<_> = ops::FORMAT_1.iter().map(|row| (key(row), Value::from(row.0))).collect();
        let function = |row: &(&str, &'static ops::Op)| (key(&(row.1.function, row.1)), Value::from(row.0));
        let new: Vec<_> = ops::FORMAT_1.iter().map(function).collect();
        let (old, new) = (recording(OLD_FORMAT, &old), recording(FORMAT, &new));
        assert_eq!(old.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>());
        for (word, op) in ops::FORMAT_1 {
            let asked = match id(op).trim() {
                "" => DockerRequest::whole(op),
                id => DockerRequest::about(op, id),
            };
            let request = Request::Docker(asked);
            assert_eq!(*old.ask(&request).await.unwrap(), *word);
            assert_eq!(*new.ask(&request).await.unwrap(), *word);
        }
        // What is written is the present format, whichever was read.
        assert_eq!(old.to_json().unwrap(), new.to_json().unwrap());
        assert!(new.to_json().unwrap().contains("\"keelmark-recording\": 2"));
    }

    #[test]
    fn an_unknown_format_names_those_that_are_read() {
        let error = Recording::parse("x.json", b"{\"keelmark-recording\": 3, \"answers\": {}}").unwrap_err();
        assert_eq!(error.to_string(), "x.json is a recording of format 3, but this keelmark reads formats 1 and 2");
    }
}
