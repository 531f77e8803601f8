//! The part of JSON Schema that the published schema uses. A keyword that it does not know is a violation, so that
//! nothing goes unchecked when the schema grows; so is a member that the schema does not have.

use serde_json::Value;

/// Keywords that say nothing about what is valid.
const SILENT: &[&str] = &["$schema", "$defs", "title", "description", "format", "default"];

/// Everything in `value` that is not as `schema` says.
pub fn violations(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, value, "", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(keywords) = schema.as_object() else { return found.push(format!("{at}: the schema is no object")) };
    for (keyword, wanted) in keywords {
        let fits = match keyword.as_str() {
            "$ref" => {
                let pointer = wanted.as_str().unwrap_or_default().trim_start_matches('#');
                match root.pointer(pointer) {
                    Some(schema) => check(root, schema, value, at, found),
                    None => found.push(format!("{at}: {wanted} leads nowhere")),
                }
                true
            }
            "type" => match wanted {
                Value::Array(kinds) => kinds.iter().any(|kind| is_a(kind, value)),
                kind => is_a(kind, value),
            },
            "const" => wanted == value,
            "enum" => wanted.as_array().is_some_and(|values| values.contains(value)),
            "oneOf" => {
                let fitting = |schema: &&Value| violations_below(root, schema, value).is_empty();
                wanted.as_array().is_some_and(|schemas| schemas.iter().filter(fitting).count() == 1)
            }
            "anyOf" => {
                let fitting = |schema: &Value| violations_below(root, schema, value).is_empty();
                wanted.as_array().is_some_and(|schemas| schemas.iter().any(fitting))
            }
            "minimum" => value.as_f64().is_none_or(|number| wanted.as_f64().is_some_and(|least| number >= least)),
            "maximum" => value.as_f64().is_none_or(|number| wanted.as_f64().is_some_and(|most| number <= most)),
            "required" => {
                let names = wanted.as_array().into_iter().flatten().filter_map(Value::as_str);
                for name in names.filter(|name| value.get(name).is_none()) {
                    found.push(format!("{at}/{name} is missing"));
                }
                true
            }
            "pattern" => matches_hexadecimal(wanted, value),
            // Members that are not named are violations anyway.
            "additionalProperties" if *wanted == false => true,
            // The members of a map.
            "additionalProperties" if wanted.is_object() => {
                for member in value.as_object().into_iter().flat_map(|members| members.values()) {
                    check(root, wanted, member, at, found);
                }
                true
            }
            "properties" => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    match wanted.get(name) {
                        Some(schema) => check(root, schema, member, &format!("{at}/{name}"), found),
                        None => found.push(format!("{at}/{name} is not in the schema")),
                    }
                }
                true
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, wanted, item, &format!("{at}/{index}"), found);
                }
                true
            }
            silent if SILENT.contains(&silent) => true,
            unknown => return found.push(format!("{at}: the test does not know the keyword {unknown}")),
        };
        if !fits {
            // One violation for a value, however many keywords it offends.
            return found.push(format!("{at}: {value} is not {keyword} {wanted}"));
        }
    }
}

/// The one pattern that the schema has: a SHA-256.
fn matches_hexadecimal(pattern: &Value, value: &Value) -> bool {
    pattern == "^[0-9a-f]{64}$"
        && value.as_str().is_some_and(|text| text.len() == 64 && text.bytes().all(|b| b"0123456789abcdef".contains(&b)))
}

fn violations_below(root: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(root, schema, value, "", &mut found);
    found
}

fn is_a(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap_or_default() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        _ => false,
    }
}
