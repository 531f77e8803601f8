//! The report as JSON, and the schema that it keeps to (`docs/report.schema.json`).

use std::fmt::Write as _;

use keelmark_contract::escape;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};

use super::Reporter;
use crate::model::{Counted, FORMAT};
use crate::{Judged, Report, Style};

/// `--output json`
pub struct Json;

impl Reporter for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn extension(&self) -> &'static str {
        "json"
    }

    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn help(&self) -> &'static str {
        "everything, for programs; `report.schema.json` describes it"
    }

    fn render(&self, judged: &Judged, _: &Style) -> String {
        pretty(&document(judged))
    }
}

/// A judged report as JSON has it: with the counts, which are stored nowhere.
pub fn document(judged: &Judged) -> Counted<'_, Judged> {
    Counted::new(judged, judged.report.counts())
}

/// Why a text is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("it is no report of `keelmark audit --output json`: {0}")]
    Json(#[from] serde_json::Error),
    #[error("it is a report of format {0}; this keelmark reads format {FORMAT}")]
    Format(u32),
}

/// Reads what `--output json` wrote. What the policy of that audit made of it is part of it.
///
/// # Errors
/// Where it is no report, or one of another format.
pub fn read(json: &[u8]) -> Result<Report, ReadError> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
    }
    match serde_json::from_slice::<Head>(json)?.format {
        FORMAT => Ok(serde_json::from_slice(json)?),
        other => Err(ReadError::Format(other)),
    }
}

/// Any of keelmark's output types as indented JSON, safe to look at in a terminal.
///
/// serde escapes C0 controls only. DEL, C1 controls, bidi overrides and invisible characters are written as `\uXXXX`
/// too: it is the same JSON to every parser.
pub fn pretty<T: Serialize + ?Sized>(value: &T) -> String {
    write(serde_json::to_string_pretty(value))
}

/// The same on one line, for logs that hold one value a line.
pub fn line<T: Serialize + ?Sized>(value: &T) -> String {
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
    pretty(&generator.into_root_schema_for::<Counted<'static, Judged>>())
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
    use super::*;
    use crate::sample;

    fn to_json(report: &Report) -> String {
        Json.render(&report.clone().judged(), &Style::default())
    }

    #[test]
    fn a_report_survives_the_way_there_and_back() {
        for report in sample::all() {
            let json = to_json(&report);
            assert!(json.ends_with("}\n"));
            let back: Report = serde_json::from_str(&json).unwrap();
            assert_eq!(to_json(&back), json);
        }
    }

    #[test]
    fn counts_stand_beside_every_part() {
        let json: serde_json::Value = serde_json::from_str(&to_json(&sample::report())).unwrap();
        for part in ["", "/benchmarks/0"] {
            assert_eq!(json.pointer(&format!("{part}/counts/fail")), Some(&2.into()), "{part}");
        }
        assert_eq!(json.pointer("/benchmarks/0/sections/1/counts/fail"), Some(&1.into()));
        assert_eq!(json.pointer("/complete"), Some(&false.into()));
    }

    #[test]
    fn what_is_no_report_of_this_format_is_refused() {
        assert!(read(to_json(&sample::report()).as_bytes()).is_ok());
        assert!(matches!(read(br#"{"format":1}"#), Err(ReadError::Format(1))));
        for text in ["", "{}", "[]", r#"{"format":2}"#] {
            assert!(matches!(read(text.as_bytes()), Err(ReadError::Json(_))), "{text}");
        }
    }

    #[test]
    fn nothing_in_it_moves_a_terminal() {
        let mut report = sample::report();
        sample::poison(&mut report);
        let json = to_json(&report);
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
        assert!(
            published == schema(),
            "{path} is stale: KEELMARK_BLESS=1 cargo test -p keelmark-report published_schema"
        );
    }
}
