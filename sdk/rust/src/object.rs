//! One object of the engine's answer, read by path so that a missing field is an error and never a default.

use serde_json::{Map, Value};

use crate::host::HostError;

/// A container, an image, a network, the engine's info: JSON with a name to blame.
///
/// ```
/// use keelmark_sdk::{Object, serde_json::json};
///
/// let web = Object::new("container web", json!({ "HostConfig": { "Privileged": true, "Dns": null } }));
/// assert_eq!(web.bool("HostConfig.Privileged"), Ok(true));
/// assert!(web.strings("HostConfig.Dns").is_ok_and(|dns| dns.is_empty()));
/// // What the engine did not send is an error that names it, never a default.
/// assert!(web.bool("HostConfig.ReadonlyRootfs").is_err());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// What evidence calls it: "container web".
    pub subject: String,
    /// The engine's id; empty where it has none.
    pub id: String,
    /// The engine's JSON, projected to the fields that were asked for.
    pub value: Value,
}

impl Object {
    /// An object with a name to blame, without an id.
    pub fn new(subject: impl Into<String>, value: Value) -> Self {
        Self { subject: subject.into(), id: String::new(), value }
    }

    /// Its name without the noun: "web".
    pub fn name(&self) -> &str {
        self.subject.split_once(' ').map_or(&self.subject, |(_, name)| name)
    }

    /// The value at a dotted path, null included; none where the engine sent nothing.
    pub fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.value, |value, key| value.get(key))
    }

    /// The value at a dotted path, or an error that names it. Null is an error: it says nothing.
    pub fn require(&self, path: &str) -> Result<&Value, HostError> {
        match self.sent(path)? {
            Value::Null => Err(self.wrong_type(path, "there", &Value::Null)),
            value => Ok(value),
        }
    }

    /// The same, where null is an answer of its own: a list that was never set, a limit that there is not.
    pub fn sent(&self, path: &str) -> Result<&Value, HostError> {
        self.at(path).ok_or_else(|| self.missing(path))
    }

    /// True or false. Null is an error: it is neither.
    pub fn bool(&self, path: &str) -> Result<bool, HostError> {
        let value = self.require(path)?;
        value.as_bool().ok_or_else(|| self.wrong_type(path, "true or false", value))
    }

    /// A whole number.
    pub fn i64(&self, path: &str) -> Result<i64, HostError> {
        let value = self.require(path)?;
        value.as_i64().ok_or_else(|| self.wrong_type(path, "a number", value))
    }

    /// A string. Null is an error: Go sends a string that was never set as an empty one.
    pub fn str(&self, path: &str) -> Result<&str, HostError> {
        let value = self.require(path)?;
        value.as_str().ok_or_else(|| self.wrong_type(path, "a string", value))
    }

    /// A list; null counts as empty, as Go sends a list that was never set.
    pub fn list(&self, path: &str) -> Result<&[Value], HostError> {
        match self.sent(path)? {
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
        match self.sent(path)? {
            Value::Null => Ok(EMPTY.get_or_init(Map::new)),
            Value::Object(entries) => Ok(entries),
            other => Err(self.wrong_type(path, "an object", other)),
        }
    }

    /// The same as the getter, except that a field which the engine did not send, or sent as null, is none: only
    /// for fields that the engine's API documents as optional.
    ///
    /// What holds the field must be there, or its silence would be taken for an answer. Where the holder is optional as
    /// well, the path marks it:
    ///
    /// ```
    /// # use keelmark_sdk::{Object, serde_json::json};
    /// let image = Object::new("image app", json!({ "Config": {} }));
    /// assert_eq!(image.optional("Config.Healthcheck?.Interval", Object::i64), Ok(None));
    /// let silent = Object::new("image app", json!({ "Config": null }));
    /// assert!(silent.optional("Config.Healthcheck?.Interval", Object::i64).is_err());
    /// ```
    pub fn optional<'a, T>(
        &'a self,
        path: &str,
        get: impl FnOnce(&'a Self, &str) -> Result<T, HostError>,
    ) -> Result<Option<T>, HostError> {
        let is_there = self.is_there(path)?;
        if is_there { get(self, &path.replace('?', "")).map(Some) } else { Ok(None) }
    }

    /// Whether the engine sent anything but null at a path, of which the last part and the marked ones are optional.
    fn is_there(&self, path: &str) -> Result<bool, HostError> {
        let (mut holder, mut walked, mut may_be_absent) = (&self.value, String::new(), false);
        let mut keys = path.split('.').peekable();
        while let Some(key) = keys.next() {
            let entries = match holder {
                Value::Object(entries) => entries,
                Value::Null if may_be_absent => return Ok(false),
                other => return Err(self.wrong_type(&walked, "an object", other)),
            };
            let name = key.trim_end_matches('?');
            may_be_absent = name.len() < key.len();
            if !walked.is_empty() {
                walked.push('.');
            }
            walked.push_str(name);
            match entries.get(name) {
                Some(value) => holder = value,
                None if may_be_absent || keys.peek().is_none() => return Ok(false),
                None => return Err(self.missing(&walked)),
            }
        }
        Ok(!holder.is_null())
    }

    /// The parts of a list of objects at `path`, each with this object's subject.
    pub fn objects(&self, path: &str) -> Result<Vec<Object>, HostError> {
        Ok(self.list(path)?.iter().map(|item| Object::new(self.subject.clone(), item.clone())).collect())
    }

    fn missing(&self, path: &str) -> HostError {
        HostError::failed(format!("{}: the engine's answer has no {path}", self.subject))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn web() -> Object {
        Object::new(
            "container web",
            json!({ "a": { "yes": true, "n": 7, "text": "x", "list": ["p", "q"], "map": { "k": 1 }, "null": null } }),
        )
    }

    #[test]
    fn a_value_is_read_by_its_path() {
        let web = web();
        assert_eq!(web.bool("a.yes"), Ok(true));
        assert_eq!(web.i64("a.n"), Ok(7));
        assert_eq!(web.str("a.text"), Ok("x"));
        assert_eq!(web.strings("a.list"), Ok(vec!["p", "q"]));
        assert_eq!(web.map("a.map").map(Map::len), Ok(1));
    }

    #[test]
    fn a_missing_field_is_an_error_that_names_it() {
        let web = web();
        let errors = [
            web.bool("a.gone").err(),
            web.i64("a.gone").err(),
            web.str("a.gone").err(),
            web.list("a.gone").err(),
            web.strings("a.gone").err(),
            web.map("a.gone").err(),
            web.objects("a.gone").err(),
        ];
        for error in errors {
            let message = error.map(|error| error.message);
            assert_eq!(message.as_deref(), Some("container web: the engine's answer has no a.gone"));
        }
        assert!(web.str("a.text.deeper").is_err(), "a path through a string leads nowhere");
    }

    #[test]
    fn null_is_empty_where_go_sends_null_for_empty_and_nowhere_else() {
        let web = web();
        assert_eq!(web.list("a.null"), Ok(&[][..]));
        assert_eq!(web.map("a.null").map(Map::len), Ok(0));
        assert!(web.bool("a.null").is_err());
        assert!(web.i64("a.null").is_err());
        assert!(web.str("a.null").is_err());
        assert!(web.require("a.null").is_err());
        assert_eq!(web.sent("a.null"), Ok(&Value::Null));
    }

    #[test]
    fn another_type_is_an_error_that_shows_what_came() {
        let web = web();
        let message = web.bool("a.text").unwrap_err().message;
        assert_eq!(message, r#"container web: a.text should be true or false, but the engine sent "x""#);
        assert!(web.str("a.n").is_err());
        assert!(web.i64("a.yes").is_err());
        assert!(web.list("a.map").is_err());
        assert!(web.map("a.list").is_err());
        let mixed = Object::new("container web", json!({ "list": ["p", 1] }));
        assert!(mixed.strings("list").is_err(), "one wrong item is not passed over");
    }

    #[test]
    fn optional_forgives_absence_and_nothing_else() {
        let web = web();
        assert_eq!(web.optional("a.gone", Object::bool), Ok(None));
        assert_eq!(web.optional("a.null", Object::bool), Ok(None));
        assert_eq!(web.optional("a.yes", Object::bool), Ok(Some(true)));
        assert!(web.optional("a.text", Object::bool).is_err());
    }

    #[test]
    fn what_holds_an_optional_field_is_there_unless_it_is_optional_too() {
        let web = web();
        for silent in ["gone.too.deep", "gone?.too.deep", "a.null.deep", "a.null?.deep", "a.gone.deep", "a.gone?.deep"]
        {
            let answer = web.optional(silent, Object::bool);
            match silent {
                "a.null?.deep" | "a.gone?.deep" | "gone?.too.deep" => assert_eq!(answer, Ok(None), "{silent}"),
                _ => assert!(answer.is_err(), "{silent}"),
            }
        }
        assert_eq!(web.optional("a?.map?.k", Object::i64), Ok(Some(1)));
        assert!(web.optional("a.text?.deeper", Object::bool).is_err());
    }

    #[test]
    fn what_should_hold_an_optional_field_must_be_able_to() {
        let message = web().optional("a.text.deeper", Object::bool).unwrap_err().message;
        assert_eq!(message, r#"container web: a.text should be an object, but the engine sent "x""#);
        assert!(web().optional("a.list.deeper.still", Object::bool).is_err());
    }

    #[test]
    fn a_message_stays_short_and_whole() {
        let long = Object::new("container web", json!({ "text": "ä".repeat(500) }));
        let message = long.bool("text").unwrap_err().message;
        assert!(message.chars().count() < 140 && message.ends_with('…'), "{message}");
    }
}
