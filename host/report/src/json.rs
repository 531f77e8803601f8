//! The report as JSON, and the schema that it keeps to (`docs/report.schema.json`).

use std::fmt::Write as _;

use keelmark_contract::escape;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::Report;

/// The report, indented, with a line end behind it.
pub fn to_json(report: &Report) -> String {
    pretty(report)
}

/// Any of keelmark's output types as indented JSON, safe to look at in a terminal.
///
/// serde escapes C0 controls only. DEL, C1 controls, bidi overrides and invisible characters are written as `\uXXXX`
/// too: it is the same JSON to every parser.
pub fn pretty<T: Serialize>(value: &T) -> String {
    write(serde_json::to_string_pretty(value))
}

/// The same on one line, for logs that hold one value a line.
pub fn line<T: Serialize>(value: &T) -> String {
    write(serde_json::to_string(value))
}

fn write(json: serde_json::Result<String>) -> String {
    match json {
        Ok(json) => escape_non_ascii(json) + "\n",
        // Output types have string keys and no serializer of their own that could fail; should one ever,
        // what is written must not look like a report.
        Err(error) => serde_json::json!({ "error": format!("cannot be written as JSON: {error}") }).to_string() + "\n",
    }
}

/// The JSON schema of a report, as it is published.
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    pretty(&generator.into_root_schema_for::<Report>())
}

/// Unsafe characters at DEL and above can only stand inside JSON strings, where an escape may replace them.
fn escape_non_ascii(json: String) -> String {
    let is_unsafe = |c: char| c >= '\u{7f}' && escape::is_unsafe(c);
    if !json.contains(is_unsafe) {
        return json;
    }
    let mut safe = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if is_unsafe(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_report_survives_the_way_there_and_back() {
        let json = to_json(&sample::report());
        assert!(json.ends_with("}\n"));
        let back: Report = serde_json::from_str(&json).unwrap();
        assert_eq!(to_json(&back), json);
    }

    #[test]
    fn nothing_in_it_moves_a_terminal() {
        let mut report = sample::report();
        sample::poison(&mut report);
        let json = to_json(&report);
        assert!(!json.chars().any(|c| c != '\n' && escape::is_unsafe(c)));
        assert!(json.contains("\\u202e") && json.contains("\\u001b") && json.contains("\\udb40\\udc41"));
        let back: Report = serde_json::from_str(&json).unwrap();
        assert_eq!(back.host.name, report.host.name);
    }

    #[test]
    fn the_published_schema_is_the_models() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/report.schema.json");
        if std::env::var_os("KEELMARK_BLESS").is_some() {
            std::fs::write(path, schema()).unwrap();
        }
        let published = std::fs::read_to_string(path).unwrap_or_default();
        assert!(published == schema(), "{path} is stale: run KEELMARK_BLESS=1 cargo test -p keelmark published_schema");
    }
}
