//! Texts of files and programs, by their form: JSON stays JSON and TOML stays TOML, so that whoever reads them finds
//! what is no secret; of everything else, the lines are searched.

use super::json::mask_json;
use super::text::{Form, masked_text};
use super::toml::mask_toml;

/// The text of a file, or what a program printed, without its secrets.
pub(super) fn mask_file(text: &str) -> String {
    mask_json(text).or_else(|| mask_toml(text)).unwrap_or_else(|| mask_lines(text))
}

pub(super) fn mask_lines(text: &str) -> String {
    masked_text(text, Form::Lines)
}
