//! The search for names that promise a secret, and for what introduces their values.

use std::ops::Range;

use super::super::marks::Secret;
use super::super::names::{is_switch, takes_secret};
use super::super::shapes::proxy_credentials;
use super::{Form, is_blank, is_name_byte, is_quote, is_reference, names_proxy};

/// Finds the values of secret-looking names.
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) form: Form,
    /// Where the first blank is. A word with one before a name is a script; in `--opt=a=b,token=x y` all is value.
    first_blank: usize,
    /// The quote that is open at the present place.
    pub(super) quote: Option<u8>,
    /// Whether the present place is in what Go prints of a map or a structure: `map[password:x]`.
    is_in_map: bool,
    /// Where the present line begins.
    line: usize,
    /// Whether nothing but blanks, and what makes a comment, a list's element or a variable of a name, came before it in
    /// the present line.
    is_at_head: bool,
    /// Whether the present section of a file is called as secrets are: `[credentials]`.
    is_secret_section: bool,
    /// Whether the present line is one of a .netrc, where `password x` has nothing between.
    is_netrc: bool,
}

/// Words that may stand before a name that begins a line all the same.
const LEADS: [&[u8]; 8] = [b"-", b"--", b"-x", b"ENV", b"declare", b"export", b"set", b"setenv"];

/// Words that tell nothing in the place of a secret.
const HARMLESS_VALUES: [&str; 11] = ["\"\"", "''", "yes", "no", "true", "false", "on", "off", "none", "null", "nil"];

/// How a value is introduced, which says where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// `name=value`, with nothing between.
    Equals,
    /// `name = value`, `name => value`
    Assigns,
    /// `name: value`, a header's too.
    Colon,
    /// `name:value`
    Joined,
    /// `"name": value`
    Quoted,
    /// `--name value`
    Flag,
    /// `"--name" "value"`, `["--name", "value"]`
    QuotedFlag,
    /// `<name>value</name>`
    Element,
    /// `name value`, alone in its line.
    Blank,
    /// `map[name:value]`
    Map,
}

/// The longest name of a section that is looked at.
const MAX_SECTION_BYTES: usize = 256;

/// As deep as anybody nests texts that are quoted: each level doubles the backslashes.
const MAX_BACKSLASHES: usize = 15;

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str, form: Form) -> Self {
        let first_blank = text.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(text.len());
        Self {
            text,
            bytes: text.as_bytes(),
            form,
            first_blank,
            quote: None,
            is_in_map: false,
            line: 0,
            is_at_head: true,
            is_secret_section: false,
            is_netrc: false,
        }
    }

    pub fn at(&self, index: usize) -> Option<u8> {
        self.bytes.get(index).copied()
    }

    pub fn find(mut self, secrets: &mut Vec<Secret>) {
        let mut name_start = 0;
        let mut index = 0;
        loop {
            let byte = self.at(index);
            if byte.is_some_and(is_name_byte) {
                index += 1;
                continue;
            }
            let name = name_start..index;
            if !name.is_empty() {
                if let Some(found) = self.value_after(name.clone()) {
                    index = found.place.end.max(index);
                    self.pass_over(found.place.clone());
                    secrets.push(found);
                }
                self.is_at_head &= self.bytes.get(name.clone()).is_some_and(|name| LEADS.contains(&name));
            }
            let Some(byte) = self.at(index) else { return };
            // Multi-byte characters are no matter: none of their bytes is one that this scan looks for.
            self.note(name, byte, index);
            index += 1;
            name_start = index;
        }
    }

    /// Keeps track of the lines of a value.
    fn pass_over(&mut self, value: Range<usize>) {
        let lines = self.text.get(value.clone()).and_then(|value| value.rfind('\n'));
        if let Some(last) = lines {
            self.line = value.start + last + 1;
        }
    }

    /// Keeps track of what is open at `index`, behind `word`.
    fn note(&mut self, word: Range<usize>, byte: u8, index: usize) {
        if byte == b'[' && self.is_at_head && word.is_empty() && self.form == Form::Lines {
            self.is_secret_section = self.section_at(index).is_some_and(takes_secret);
        }
        self.is_at_head &= byte.is_ascii_whitespace() || b"#;/*\"':$@".contains(&byte);
        match byte {
            b'\n' => {
                self.line = index + 1;
                self.is_at_head = true;
                self.is_netrc = false;
                // An apostrophe in a line of prose opens nothing for the rest of a file.
                if self.form == Form::Lines {
                    self.quote = None;
                }
            }
            b'[' => self.is_in_map |= self.bytes.get(word) == Some(b"map"),
            b'{' => self.is_in_map |= self.at(index + 1).is_some_and(|next| next.is_ascii_uppercase()),
            b']' | b'}' => self.is_in_map = false,
            b' ' | b'\t' => self.is_netrc |= matches!(self.bytes.get(word), Some(b"machine" | b"login")),
            _ if is_quote(byte) && !self.is_escaped(index) => match self.quote {
                Some(open) if open == byte => self.quote = None,
                None => self.quote = Some(byte),
                _ => {}
            },
            _ => {}
        }
    }

    /// Whether the name at `start` is a field of a rule of auditd's.
    fn is_audit_rule(&self, start: usize) -> bool {
        let before = self.text.get(self.line..start).unwrap_or_default();
        before.ends_with("-F ") || before.starts_with("LIST_RULES:")
    }

    /// The name of the section that begins at `index`.
    fn section_at(&self, index: usize) -> Option<&str> {
        let end = self.end_before(index, b"]\n").min(index + MAX_SECTION_BYTES);
        self.text.get(index + 1..end).filter(|_| self.at(end) == Some(b']'))
    }

    /// Whether an odd number of backslashes stands before `index`.
    fn is_escaped(&self, index: usize) -> bool {
        self.backslashes_before(index) % 2 == 1
    }

    pub fn backslashes_before(&self, index: usize) -> usize {
        let before = self.bytes.get(index.saturating_sub(MAX_BACKSLASHES)..index).unwrap_or_default();
        before.iter().rev().take_while(|byte| **byte == b'\\').count()
    }

    /// The value that belongs to the name at `name`, if it is a secret's.
    fn value_after(&self, name: Range<usize>) -> Option<Secret> {
        // What follows is looked at before the name: nearly all words introduce nothing.
        let (sign, start) = self.sign_after(name.clone())?;
        let text = self.text.get(name.clone())?;
        // What an audit rule is found by.
        if text == "key" && self.form == Form::Lines && self.is_audit_rule(name.start) {
            return None;
        }
        // The first letter may be one of `\n` or `\t`.
        let rest = text.get(1..).filter(|_| self.backslashes_before(name.start) > 0);
        let is_named = takes_secret(text) || rest.is_some_and(takes_secret);
        if !(is_named || self.is_secret_section && self.is_at_head) {
            return if names_proxy(text) { proxy_credentials(self.bytes, start) } else { None };
        }
        let value = match sign {
            Sign::Equals => self.equals_value(name.start, start),
            Sign::Assigns | Sign::Blank => self.assigned_value(start),
            Sign::Colon => self.header_value(start),
            Sign::Joined => self.joined_value(start),
            Sign::Quoted => self.json_value(start),
            Sign::Flag => self.flag_value(text, start)?,
            Sign::QuotedFlag => self.inside_of_quotes(start, None)?,
            Sign::Element => self.element_value(start),
            Sign::Map => start..self.end_before(start, b"]}\n"),
        };
        let value = self.without_blanks_behind(value);
        let found = self.text.get(value.clone())?;
        let is_harmless = match self.form {
            Form::Script => is_reference(found) || HARMLESS_VALUES.iter().take(2).any(|empty| found == *empty),
            Form::Lines => found.len() <= 5 && HARMLESS_VALUES.iter().any(|word| found.eq_ignore_ascii_case(word)),
            _ => false,
        };
        (!value.is_empty() && !is_harmless).then(|| Secret::named(value))
    }

    /// What introduces a value behind the name at `name`, and where that begins.
    fn sign_after(&self, name: Range<usize>) -> Option<(Sign, usize)> {
        let end = name.end;
        let is_flag = self.at(name.start) == Some(b'-');
        match self.at(end)? {
            b'=' if self.at(end + 1) == Some(b'>') => Some((Sign::Assigns, self.skip_blanks(end + 2))),
            b'=' => Some((Sign::Equals, end + 1)),
            b':' => self.colon_after(name),
            b'>' if name.start > 0 && b"<:".contains(&self.at(name.start - 1)?) => Some((Sign::Element, end + 1)),
            b'"' | b'\'' | b'\\' => self.sign_after_quote(name, is_flag),
            byte if is_blank(byte) => {
                let next = self.skip_blanks(end);
                match (self.at(next), self.at(next + 1)) {
                    (Some(b'='), Some(b'>' | b'=')) => Some((Sign::Assigns, self.skip_blanks(next + 2))),
                    (Some(b'='), Some(b' ' | b'\t')) => Some((Sign::Assigns, self.skip_blanks(next + 1))),
                    // `name =value`; but ` =` alone says nothing.
                    (Some(b'='), Some(b'\n' | b'\r') | None) => None,
                    (Some(b'='), _) if !is_flag => Some((Sign::Assigns, next + 1)),
                    (Some(b':'), Some(b'=')) => Some((Sign::Assigns, self.skip_blanks(next + 2))),
                    (Some(b':'), Some(b' ' | b'\t')) => Some((Sign::Colon, self.skip_blanks(next + 1))),
                    _ if is_flag => Some((Sign::Flag, next)),
                    _ if self.is_netrc && self.bytes.get(name) == Some(b"password") => Some((Sign::Flag, next)),
                    _ if self.form == Form::Lines && self.begins_line() => Some((Sign::Blank, next)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn colon_after(&self, name: Range<usize>) -> Option<(Sign, usize)> {
        let next = name.end + 1;
        match self.at(next) {
            Some(b'=') => Some((Sign::Assigns, self.skip_blanks(next + 1))),
            Some(byte) if is_blank(byte) => Some((Sign::Colon, self.skip_blanks(next))),
            // `password:` and what belongs to it in the lines below.
            Some(b'\n' | b'\r') if self.form == Form::Lines && self.begins_line() => Some((Sign::Colon, next)),
            Some(_) if self.is_in_map => Some((Sign::Map, next)),
            Some(b'/') | None => None,
            Some(_) if matches!(self.form, Form::Word | Form::Command | Form::Script) => {
                // The tag of an image: `registry/vault-token:1.2`.
                let is_part = name.start > 0 && matches!(self.at(name.start - 1), Some(b'/' | b'@'));
                (!is_part || self.form == Form::Word).then_some((Sign::Joined, next))
            }
            Some(_) => None,
        }
    }

    /// A quoted name: the quote behind it is the one before it.
    fn sign_after_quote(&self, name: Range<usize>, is_flag: bool) -> Option<(Sign, usize)> {
        let backslashes = self.count(name.end, b'\\');
        let quote = self.at(name.end + backslashes).filter(|byte| is_quote(*byte))?;
        let before = name.start.checked_sub(1)?;
        // `"$TOKEN" = …`
        let before = if self.at(before) == Some(b'$') { before.checked_sub(1)? } else { before };
        if self.at(before) != Some(quote) || self.backslashes_before(before) != backslashes {
            return None;
        }
        // `config["password"] = …`
        let end = name.end + backslashes + 1;
        let end = end + usize::from(self.at(end) == Some(b']'));
        let next = self.skip_white(end);
        match (self.at(next)?, self.at(next + 1)) {
            (b'=', Some(b'>')) | (b':', Some(b'=')) => Some((Sign::Quoted, self.skip_white(next + 2))),
            (b':' | b'=', _) => Some((Sign::Quoted, self.skip_white(next + 1))),
            (b',', _) if is_flag => Some((Sign::QuotedFlag, self.skip_white(next + 1))),
            (byte, _) if is_flag && (is_quote(byte) || byte == b'\\') => Some((Sign::QuotedFlag, next)),
            _ => None,
        }
    }

    /// Whether the present name begins its line.
    pub fn begins_line(&self) -> bool {
        self.is_at_head
    }

    /// Where the present line begins.
    pub fn line_start(&self) -> usize {
        self.line
    }

    /// Whether the whole text is one assignment, like a word of a command line: then no blank ends its value.
    pub fn is_one_assignment(&self, name_start: usize) -> bool {
        match self.form {
            Form::Text => name_start == 0,
            Form::Word => name_start <= self.first_blank,
            Form::Command | Form::Script | Form::Lines => false,
        }
    }

    /// Whether what begins at `next` is another flag, and no value.
    pub fn is_next_flag(&self, flag: &str, next: usize) -> bool {
        let head = self.bytes.get(next..).unwrap_or_default();
        match head {
            // `-x` is one letter, and no secret.
            [b'-', letter] => *letter != b'-',
            [b'-', letter, after, ..] if *letter != b'-' => after.is_ascii_whitespace(),
            [b'-', b'-', ..] => is_switch(flag),
            _ => false,
        }
    }
}
