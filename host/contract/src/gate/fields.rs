//! Fields of the engine's answers: dotted paths, granted by prefix.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Deeper than any field of the engine's answers.
const MAX_FIELD_BYTES: usize = 256;

/// What is wrong with a field whatever was granted.
pub fn problem(field: &str) -> Option<String> {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    let is_field = field.len() <= MAX_FIELD_BYTES && field.split('.').all(is_part);
    (!is_field).then(|| format!("field {field:?} is not a dotted path such as \"HostConfig.Privileged\""))
}

/// Whether one of the granted fields is the asked one, or lies above it.
pub fn covers(granted: &[String], asked: &str) -> bool {
    granted
        .iter()
        .any(|field| asked.strip_prefix(field.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// Fields as a tree, by which an answer is taken apart in one pass over it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, Part>);

/// What is wanted of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Below(Fields),
}

impl<F: AsRef<str>> FromIterator<F> for Fields {
    fn from_iter<T: IntoIterator<Item = F>>(fields: T) -> Self {
        let mut all = Self::default();
        fields.into_iter().for_each(|field| all.add(field.as_ref()));
        all
    }
}

impl Fields {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Wants one more field, with all below it.
    pub fn add(&mut self, field: &str) {
        let (name, rest) = field.split_once('.').map_or((field, None), |(name, rest)| (name, Some(rest)));
        let Some(rest) = rest else {
            self.0.insert(name.to_owned(), Part::Whole);
            return;
        };
        match self.0.entry(name.to_owned()).or_insert_with(|| Part::Below(Self::default())) {
            // More than was asked for here was asked for already.
            Part::Whole => {}
            Part::Below(fields) => fields.add(rest),
        }
    }

    /// What is wanted of the field `name`, which may have dots of its own: a label's name, for one.
    fn part(&self, name: &str) -> Option<&Part> {
        match self.0.get(name) {
            Some(part) => Some(part),
            None => match self.0.get(name.split_once('.')?.0)? {
                Part::Whole => None,
                Part::Below(fields) => fields.part(name.split_once('.')?.1),
            },
        }
    }

    /// The part of an answer that they name; a list is taken apart element by element. What has no fields is not below
    /// one: of a text where an object was meant, nothing is told, and of one in a list, that it is there.
    pub fn of(&self, value: &Value) -> Value {
        self.below(value).unwrap_or_default()
    }

    fn below(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Array(items) => Some(items.iter().map(|item| self.of(item)).collect()),
            Value::Object(entries) => {
                let picked = entries.iter().filter_map(|(name, value)| match self.part(name)? {
                    Part::Whole => Some((name.clone(), value.clone())),
                    Part::Below(fields) => Some((name.clone(), fields.below(value)?)),
                });
                Some(Value::Object(picked.collect()))
            }
            Value::Null => Some(Value::Null),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        }
    }

    /// The same of an answer that is still text: nothing else of it is ever built.
    ///
    /// # Errors
    /// Where the text is not JSON, in whatever part of it.
    pub fn read(&self, text: &[u8]) -> serde_json::Result<Value> {
        let mut deserializer = serde_json::Deserializer::from_slice(text);
        let value = self.deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(value.unwrap_or_default())
    }
}

/// None for what has no fields.
impl<'de> DeserializeSeed<'de> for &Fields {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Value>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Fields {
    type Value = Option<Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Option<Value>, A::Error> {
        let mut picked = Map::new();
        while let Some(found) = entries.next_key_seed(Name(self))? {
            match found {
                None => drop(entries.next_value::<IgnoredAny>()?),
                Some((name, Part::Whole)) => drop(picked.insert(name, entries.next_value()?)),
                Some((name, Part::Below(fields))) => match entries.next_value_seed(fields)? {
                    Some(value) => drop(picked.insert(name, value)),
                    // Of a field that stands twice, the last counts.
                    None => drop(picked.remove(&name)),
                },
            }
        }
        Ok(Some(Value::Object(picked)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<Value>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item.unwrap_or_default());
        }
        Ok(Some(Value::Array(list)))
    }

    fn visit_unit<E>(self) -> Result<Option<Value>, E> {
        Ok(Some(Value::Null))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Option<Value>, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Option<Value>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Option<Value>, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Option<Value>, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Option<Value>, E> {
        Ok(None)
    }
}

/// Reads a name, and finds what is wanted of its field: names that nobody asked for are not kept.
struct Name<'f>(&'f Fields);

impl<'de, 'f> DeserializeSeed<'de> for Name<'f> {
    type Value = Option<(String, &'f Part)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'f> Visitor<'_> for Name<'f> {
    type Value = Option<(String, &'f Part)>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a field's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.part(name).map(|part| (name.to_owned(), part)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The tree says of a document what [`covers`] says of each of its fields, parsed or as text.
    #[test]
    fn a_tree_picks_what_covers_allows() {
        let document = json!({
            "Name": "/web",
            "Config": { "User": "", "Labels": { "a": "b", "com.docker.x": 1, "com": { "docker": 2 } }, "Env": null },
            "Mounts": [{ "Source": "/", "Mode": "", "RW": true }, { "Source": "/x" }, 7, [{ "Source": "y" }]],
            "Size": -1, "Ratio": 1.5, "Big": 18446744073709551615_u64,
        });
        let cases: [(&[&str], Value); 8] = [
            (&["Name"], json!({ "Name": "/web" })),
            (&["Config.User", "Config.Env"], json!({ "Config": { "User": "", "Env": null } })),
            (&["Config.Labels.com.docker.x"], json!({ "Config": { "Labels": { "com.docker.x": 1, "com": {} } } })),
            (
                &["Mounts.Source"],
                json!({ "Mounts": [{ "Source": "/" }, { "Source": "/x" }, null, [{ "Source": "y" }]] }),
            ),
            (&["Mounts.RW.x", "Mounts.RW"], json!({ "Mounts": [{ "RW": true }, {}, null, [{}]] })),
            (&["Mounts", "Mounts.RW"], json!({ "Mounts": document["Mounts"] })),
            (&["Size", "Ratio", "Big"], json!({ "Size": -1, "Ratio": 1.5, "Big": 18446744073709551615_u64 })),
            (&["Nam", "Name.x.y", "Absent", "Size.x", "Config.Env.x"], json!({ "Config": { "Env": null } })),
        ];
        for (fields, expected) in cases {
            let tree: Fields = fields.iter().copied().collect();
            assert_eq!(tree.of(&document), expected, "{fields:?}");
            assert_eq!(tree.read(document.to_string().as_bytes()).unwrap(), expected, "{fields:?}");
        }
    }

    #[test]
    fn what_nobody_asked_for_is_still_checked() {
        let tree: Fields = ["a"].into_iter().collect();
        assert_eq!(tree.read(br#"{"a": 1, "b": {"c": [1, "\u00e9"]}, "a": 2}"#).unwrap(), json!({ "a": 2 }));
        for broken in [&br#"{"a": 1, "b": }"#[..], br#"{"a": 1} x"#, br#"{"a": 1"#, b"", br#"{"b": [[[}"#] {
            assert!(tree.read(broken).is_err(), "{}", String::from_utf8_lossy(broken));
        }
        let deep = format!("{{\"a\": {}}}", "[".repeat(1000));
        assert!(tree.read(deep.as_bytes()).is_err());
    }
}
