//! Secrets inside texts: `PASSWORD=x`, `password = "x"`, `--password x`, `"token": "x"`, `Authorization: x`,
//! `<password>x</password>`, and what [`shapes`] and [`programs`] know.
//!
//! Texts come from containers and can be megabytes long, so every scan here is linear: what was taken for a value is
//! never read again.

mod scan;
mod values;

use super::marks::{Secret, without};
use super::{programs, shapes};
use scan::Scanner;

/// What a text is, which decides where a value in it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// What somebody wrote: a label, a comment, an option of a driver.
    Text,
    /// One word of a command line: a colon needs no blank behind it (`token:x`).
    Word,
    /// Words of a command line, joined by blanks.
    Command,
    /// A script, which a shell takes apart.
    Script,
    /// Lines of a file, or of what a program printed: a value goes on to the end of its line.
    Lines,
}

/// `text` with its secrets masked, or none where it holds none.
pub(super) fn mask_text(text: &str, form: Form) -> Option<String> {
    let mut secrets: Vec<Secret> = Vec::new();
    let is_harmless = if form == Form::Script { is_reference } else { |_: &str| false };
    shapes::find(text, is_harmless, &mut secrets);
    programs::find(text, is_harmless, &mut secrets);
    Scanner::new(text, form).find(&mut secrets);
    without(text, secrets)
}

/// Like [`mask_text`], for a text that is needed either way.
pub(super) fn masked_text(text: &str, form: Form) -> String {
    mask_text(text, form).unwrap_or_else(|| text.to_owned())
}

/// Whether a value of a script only says where the secret is: in a variable, or in a file that is read.
fn is_reference(value: &str) -> bool {
    let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    let is_variable = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let is_path = |path: &str| path.starts_with('/') && path.bytes().all(is_path_byte);
    if let Some(inside) = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        return is_variable(inside);
    }
    let command = value.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'));
    if let Some(command) = command.or_else(|| value.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'))) {
        let path = command.strip_prefix("cat ").or_else(|| command.strip_prefix('<'));
        return path.is_some_and(|path| is_path(path.trim()));
    }
    value.strip_prefix('$').is_some_and(is_variable)
}

fn is_path_byte(byte: u8) -> bool {
    is_name_byte(byte) || byte == b'/'
}

pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Whether a word stands before what a header says of who asks.
pub(super) fn is_auth_scheme(word: &str) -> bool {
    ["basic", "bearer", "digest", "negotiate"].iter().any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// Whether an option or variable of this name (`--proxy`, `https_proxy`) takes the address of a proxy.
pub(super) fn names_proxy(name: &str) -> bool {
    name.len() <= 64 && name.to_ascii_lowercase().ends_with("proxy")
}
