//! Secrets inside texts and command lines: `PASSWORD=x`, `--password x`, `"token": "x"`, `Authorization: x`,
//! `https://user:x@host`.
//!
//! Texts come from containers and can be megabytes long, so every scan here is linear.

use std::ops::Range;

use super::MASKED;
use super::names::looks_secret;

/// `text` with its secrets masked, or none where it holds none.
pub(super) fn mask_text(text: &str) -> Option<String> {
    mask_with(Scanner::new(text, looks_secret))
}

/// Like [`mask_text`], for one word of a command line, with `is_secret` to tell which names are those of secrets.
pub(super) fn mask_word(word: &str, is_secret: fn(&str) -> bool) -> Option<String> {
    mask_with(Scanner { is_word: true, ..Scanner::new(word, is_secret) })
}

fn mask_with(scanner: Scanner<'_>) -> Option<String> {
    let (text, mut secrets) = (scanner.text, Vec::new());
    if text.contains('@') {
        find_credentials(text, &mut secrets);
    }
    scanner.find(&mut secrets);
    if secrets.is_empty() { None } else { Some(masked(text, secrets)) }
}

/// The longest address of a proxy in a text that is looked at.
const MAX_PROXY_BYTES: usize = 512;

/// Whether an option or variable of this name (`--proxy`, `https_proxy`) takes the address of a proxy.
pub(super) fn names_proxy(name: &str) -> bool {
    name.len() <= 64 && name.to_ascii_lowercase().ends_with("proxy")
}

/// The address of a proxy, which may come without a scheme.
pub(super) fn mask_proxy(address: &str) -> Option<String> {
    let (before, host) = address.rsplit_once('@')?;
    let scheme = before.split_once("://").map(|(scheme, _)| format!("{scheme}://")).unwrap_or_default();
    Some(format!("{scheme}{MASKED}@{host}"))
}

/// Replaces the ranges of `text`, which may overlap.
fn masked(text: &str, mut secrets: Vec<Range<usize>>) -> String {
    secrets.sort_by_key(|range| range.start);
    let mut result = String::with_capacity(text.len());
    let mut end = 0;
    for secret in secrets {
        // A secret that begins inside the one before only makes that one longer.
        if secret.start >= end {
            result.push_str(text.get(end..secret.start).unwrap_or_default());
            result.push_str(MASKED);
        }
        end = end.max(secret.end);
    }
    result.push_str(text.get(end..).unwrap_or_default());
    result
}

/// The user information of URLs.
fn find_credentials(text: &str, secrets: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for piece in text.split_inclusive(|c: char| c.is_whitespace() || c == '"') {
        if let Some(last_at) = piece.rfind('@') {
            find_in_piece(piece, start, last_at, secrets);
        }
        start += piece.len();
    }
}

fn find_in_piece(piece: &str, offset: usize, last_at: usize, secrets: &mut Vec<Range<usize>>) {
    for (scheme_end, separator) in piece.match_indices("://") {
        let begin = scheme_end + separator.len();
        let rest = piece.get(begin..).unwrap_or_default();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if let Some(at) = authority.rfind('@') {
            secrets.push(offset + begin..offset + begin + at);
        } else if authority.contains(':') && begin < last_at {
            // A password with a slash in it is not allowed to look like this, but it does.
            secrets.push(offset + begin..offset + last_at);
            return;
        }
    }
}

/// Finds the values of secret-looking names.
struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// Whether the text is one word of a command line: then a colon needs no blank behind it (`token:x`).
    is_word: bool,
    is_secret: fn(&str) -> bool,
    /// Where the first blank is. A word with one before a name is a script; in `--opt=a=b,token=x y` all is value.
    first_blank: usize,
    /// The quote that is open at the present place.
    quote: Option<u8>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, is_secret: fn(&str) -> bool) -> Self {
        let first_blank = text.find(char::is_whitespace).unwrap_or(text.len());
        Self { text, bytes: text.as_bytes(), is_word: false, is_secret, first_blank, quote: None }
    }

    fn at(&self, index: usize) -> Option<u8> {
        self.bytes.get(index).copied()
    }

    fn find(mut self, secrets: &mut Vec<Range<usize>>) {
        let mut name_start = 0;
        let mut index = 0;
        while let Some(byte) = self.at(index) {
            if is_name_byte(byte) {
                index += 1;
                continue;
            }
            if let Some(value) = self.value_after(name_start..index, byte) {
                index = value.end.max(index + 1);
                secrets.push(value);
            } else {
                self.track_quote(byte);
                // What follows a backslash ends no quote. Multi-byte characters are no matter: none of their bytes is
                // one that this scan looks for.
                index += if byte == b'\\' { 2 } else { 1 };
            }
            name_start = index;
        }
    }

    fn track_quote(&mut self, byte: u8) {
        match self.quote {
            Some(open) if open == byte => self.quote = None,
            None if is_quote(byte) => self.quote = Some(byte),
            _ => {}
        }
    }

    /// The value that belongs to the name at `name`, which ends before `end`, if it is a secret's.
    fn value_after(&self, name: Range<usize>, end: u8) -> Option<Range<usize>> {
        let (start, next) = (name.start, name.end + 1);
        let name = self.text.get(name)?;
        let introduces_value = match end {
            b'=' => true,
            b':' if self.is_word => self.at(next) != Some(b'/'),
            b':' => self.at(next).is_some_and(is_blank),
            b'"' | b'\'' => start > 0 && self.at(start - 1) == Some(end),
            _ => is_blank(end) && name.starts_with('-'),
        };
        // The name is looked at before the value: values that are skipped here are never read a second time, which
        // is what keeps the scan linear.
        if !introduces_value || name.is_empty() {
            return None;
        }
        if !(self.is_secret)(name) {
            return if names_proxy(name) { self.proxy_credentials(self.skip_blanks(next)) } else { None };
        }
        let value = match end {
            // A text that is one assignment as a whole, like a word of a command line: no blank ends its value.
            b'=' if start == 0 => next..self.bytes.len(),
            b'=' if self.is_word && start <= self.first_blank => next..self.bytes.len(),
            b'=' => next..self.word_end(next),
            // A header goes on to the end of its line, because "Bearer" comes before the token.
            b':' => {
                let begin = self.skip_blanks(next);
                begin..self.line_end(begin)
            }
            // "name": "value"
            b'"' | b'\'' => {
                let colon = self.skip_blanks(next);
                (self.at(colon) == Some(b':')).then(|| self.json_value(self.skip_blanks(colon + 1)))?
            }
            // --name value
            _ => {
                let begin = self.skip_blanks(next);
                let head = self.bytes.get(begin..).unwrap_or_default();
                let is_flag = match head {
                    [b'-', b'-', ..] | [b'-', _] => true,
                    [b'-', _, after, ..] => after.is_ascii_whitespace(),
                    _ => false,
                };
                (!is_flag).then(|| begin..self.word_end(begin))?
            }
        };
        (!value.is_empty()).then_some(value)
    }

    /// The user information of a proxy's address, which may come without a scheme. Few bytes are looked at: proxies
    /// are named again and again in a hostile text.
    fn proxy_credentials(&self, start: usize) -> Option<Range<usize>> {
        let rest = self.bytes.get(start..)?;
        let address = rest.get(..rest.len().min(MAX_PROXY_BYTES))?;
        let end = address.iter().position(|byte| byte.is_ascii_whitespace() || is_quote(*byte));
        let address = address.get(..end.unwrap_or(address.len()))?;
        let at = address.iter().rposition(|byte| *byte == b'@')?;
        let scheme = address.windows(3).position(|part| part == b"://").map_or(0, |found| found + 3);
        (scheme < at).then(|| start + scheme..start + at)
    }

    /// Where the shell word that begins at `index` ends; quotes and escaped blanks belong to it.
    fn word_end(&self, mut index: usize) -> usize {
        let mut inner: Option<u8> = None;
        while let Some(byte) = self.at(index) {
            match inner {
                Some(open) if byte == open => inner = None,
                Some(_) => {}
                None if byte.is_ascii_whitespace() || self.quote == Some(byte) => break,
                None if is_quote(byte) => inner = Some(byte),
                None => {}
            }
            index += if byte == b'\\' { 2 } else { 1 };
        }
        self.boundary(index)
    }

    /// Where the line ends, or the quote that is open.
    fn line_end(&self, start: usize) -> usize {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest.iter().position(|&byte| byte == b'\n' || self.quote == Some(byte));
        start + length.unwrap_or(rest.len())
    }

    /// A JSON value: the inside of a string, so that the document stays one; all that follows the start of a list or
    /// an object, whose end only a parser could find; else what comes before the next comma or bracket.
    fn json_value(&self, start: usize) -> Range<usize> {
        let rest = self.bytes.get(start..).unwrap_or_default();
        match rest.first() {
            Some(b'[' | b'{') => start..self.bytes.len(),
            Some(&quote) if is_quote(quote) => {
                let mut end = start + 1;
                while let Some(byte) = self.at(end).filter(|&byte| byte != quote) {
                    end += if byte == b'\\' { 2 } else { 1 };
                }
                start + 1..self.boundary(end)
            }
            _ => {
                let length = rest.iter().position(|byte| b",]}\n".contains(byte));
                start..start + length.unwrap_or(rest.len())
            }
        }
    }

    fn skip_blanks(&self, start: usize) -> usize {
        let rest = self.bytes.get(start..).unwrap_or_default();
        start + rest.iter().take_while(|&&byte| is_blank(byte)).count()
    }

    /// `index`, or the next place where a character begins: an escaped one may have more bytes than were skipped.
    fn boundary(&self, index: usize) -> usize {
        (index..self.bytes.len()).find(|&place| self.text.is_char_boundary(place)).unwrap_or(self.bytes.len())
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
