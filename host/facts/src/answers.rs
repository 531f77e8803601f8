//! Reading answers about files, whose JSON has two forms.
//!
//! A file that stands where it was asked for is answered with its plain text, a directory with its plain list of
//! names. Where a symlink leads elsewhere, the answer is only where: `{"resolved": "/run/x"}`. The gate checks that path
//! as well, and then it is asked for by itself. (Recordings may also hold `{"text": …, "resolved": …}`.)

use serde_json::Value;

/// The text in the answer to `read-text`, whichever its form.
pub fn text_of(answer: &Value) -> Option<&str> {
    answer.get("text").unwrap_or(answer).as_str()
}

/// The names in the answer to `list-dir`, whichever its form; `None` if one of them is not a string.
pub fn names_of(answer: &Value) -> Option<Vec<&str>> {
    answer.get("names").unwrap_or(answer).as_array()?.iter().map(Value::as_str).collect()
}

/// The path that followed links led to, in the answer to `stat`, `read-text` or `list-dir`; `None` if it is the path
/// that was asked for.
pub fn resolved_of(answer: &Value) -> Option<&str> {
    answer.get("resolved")?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with_resolved(key: &str, value: Value, resolved: Option<String>) -> Value {
        match resolved {
            None => value,
            Some(resolved) => json!({ key: value, "resolved": resolved }),
        }
    }

    #[test]
    fn both_forms_are_read() {
        for (resolved, name) in [(None, None), (Some("/run/x".to_owned()), Some("/run/x"))] {
            let text = with_resolved("text", json!("hello"), resolved.clone());
            assert_eq!(text_of(&text), Some("hello"));
            assert_eq!(resolved_of(&text), name);
            let names = with_resolved("names", json!(["a", "b"]), resolved);
            assert_eq!(names_of(&names), Some(vec!["a", "b"]));
            assert_eq!(resolved_of(&names), name);
        }
    }

    #[test]
    fn other_shapes_are_not_read_as_something() {
        for answer in [json!(null), json!(1), json!({}), json!({"text": 1, "names": [1], "resolved": 1}), json!([1])] {
            assert_eq!(text_of(&answer), None, "{answer}");
            assert_eq!(names_of(&answer), None, "{answer}");
            assert_eq!(resolved_of(&answer), None, "{answer}");
        }
    }
}
