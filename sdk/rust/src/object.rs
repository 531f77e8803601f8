//! One object of the engine's answer, read by path so that a missing field is an error and never a default.

use serde_json::{Map, Value};

use crate::host::HostError;

/// A container, an image, a network, the engine's info: JSON with a name to blame.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// What evidence calls it: "container web".
    pub subject: String,
    /// The engine's id; empty where it has none.
    pub id: String,
    pub value: Value,
}

impl Object {
    pub fn new(subject: impl Into<String>, value: Value) -> Self {
        Self { subject: subject.into(), id: String::new(), value }
    }

    /// The value at a dotted path, null included; none where the engine sent nothing.
    pub fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.value, |value, key| value.get(key))
    }

    /// The value at a dotted path, or an error that names it.
    pub fn require(&self, path: &str) -> Result<&Value, HostError> {
        self.at(path).ok_or_else(|| HostError::failed(format!("{}: the engine's answer has no {path}", self.subject)))
    }

    pub fn bool(&self, path: &str) -> Result<bool, HostError> {
        let value = self.require(path)?;
        value.as_bool().ok_or_else(|| self.wrong_type(path, "true or false", value))
    }

    pub fn i64(&self, path: &str) -> Result<i64, HostError> {
        let value = self.require(path)?;
        value.as_i64().ok_or_else(|| self.wrong_type(path, "a number", value))
    }

    /// A string; null counts as empty, as Go clients treat it.
    pub fn str(&self, path: &str) -> Result<&str, HostError> {
        match self.require(path)? {
            Value::Null => Ok(""),
            Value::String(text) => Ok(text),
            other => Err(self.wrong_type(path, "a string", other)),
        }
    }

    /// A list; null counts as empty, as Go sends a list that was never set.
    pub fn list(&self, path: &str) -> Result<&[Value], HostError> {
        match self.require(path)? {
            Value::Null => Ok(&[]),
            Value::Array(items) => Ok(items),
            other => Err(self.wrong_type(path, "a list", other)),
        }
    }

    /// A list of strings; null counts as empty.
    pub fn strings(&self, path: &str) -> Result<Vec<&str>, HostError> {
        let as_text = |item| Value::as_str(item).ok_or_else(|| self.wrong_type(path, "a list of strings", item));
        self.list(path)?.iter().map(as_text).collect()
    }

    /// An object's entries; null counts as empty.
    pub fn map(&self, path: &str) -> Result<&Map<String, Value>, HostError> {
        static EMPTY: std::sync::OnceLock<Map<String, Value>> = std::sync::OnceLock::new();
        match self.require(path)? {
            Value::Null => Ok(EMPTY.get_or_init(Map::new)),
            Value::Object(entries) => Ok(entries),
            other => Err(self.wrong_type(path, "an object", other)),
        }
    }

    /// The same as the getter, except that a field which the engine did not send, or sent as null, is none: only
    /// for fields that the engine's API documents as optional.
    pub fn optional<'a, T>(
        &'a self,
        path: &str,
        get: impl FnOnce(&'a Self, &str) -> Result<T, HostError>,
    ) -> Result<Option<T>, HostError> {
        match self.at(path) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => get(self, path).map(Some),
        }
    }

    /// The parts of a list of objects at `path`, each with this object's subject.
    pub fn objects(&self, path: &str) -> Result<Vec<Object>, HostError> {
        Ok(self.list(path)?.iter().map(|item| Object::new(self.subject.clone(), item.clone())).collect())
    }

    fn wrong_type(&self, path: &str, wanted: &str, found: &Value) -> HostError {
        HostError::failed(format!("{}: {path} should be {wanted}, but the engine sent {}", self.subject, short(found)))
    }
}

/// A value as it may stand in a message: never longer than a line.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
