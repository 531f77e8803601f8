//! One line a host: for logs, and for many hosts in one file.

use super::json::document;
use super::{Reporter, line};
use crate::{Judged, Style};

/// `--output json-line`
pub struct JsonLine;

impl Reporter for JsonLine {
    fn name(&self) -> &'static str {
        "json-line"
    }

    fn extension(&self) -> &'static str {
        "jsonl"
    }

    fn media_type(&self) -> &'static str {
        "application/jsonl"
    }

    fn help(&self) -> &'static str {
        "the same JSON in one line, for logs and for many hosts in one file"
    }

    fn render(&self, judged: &Judged, _: &Style) -> String {
        line(&document(judged))
    }
}
