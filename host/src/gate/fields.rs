//! Fields of the engine's answers: dotted paths, granted by prefix.

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

/// The part of an answer that the fields name; a list is projected element by element.
pub fn project(value: &Value, fields: &[&str]) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| project(item, fields)).collect(),
        Value::Object(entries) => {
            let mut picked = Map::new();
            for (key, value) in entries {
                if fields.contains(&key.as_str()) {
                    picked.insert(key.clone(), value.clone());
                    continue;
                }
                let below: Vec<&str> =
                    fields.iter().filter_map(|field| field.strip_prefix(key.as_str())?.strip_prefix('.')).collect();
                if !below.is_empty() {
                    picked.insert(key.clone(), project(value, &below));
                }
            }
            Value::Object(picked)
        }
        scalar => scalar.clone(),
    }
}
