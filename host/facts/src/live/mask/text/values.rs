//! Where the value of a secret-looking name ends.

use std::ops::Range;

use super::super::marks::mark_at;
use super::scan::Scanner;
use super::{Form, is_auth_scheme, is_blank, is_quote};

impl Scanner<'_> {
    /// `name=value`
    pub(super) fn equals_value(&self, name_start: usize, start: usize) -> Range<usize> {
        if self.form == Form::Lines && self.quote.is_none() && self.begins_line() {
            return self.assigned_value(start);
        }
        // `"name=value with blanks"`
        let is_quoted = self.quote.is_some() && name_start > 0 && self.at(name_start - 1) == self.quote;
        let is_marked = self.bytes.get(start..).and_then(mark_at).is_some();
        if is_quoted && !is_marked && !self.at(start).is_some_and(is_quote) {
            return start..self.line_end(start);
        }
        let is_whole = self.is_one_assignment(name_start);
        start..if is_whole { self.bytes.len() } else { self.word_end(start) }
    }

    /// `name = value`
    pub(super) fn assigned_value(&self, start: usize) -> Range<usize> {
        if let Some(value) = self.quoted_value(start, self.quote) {
            return value;
        }
        match self.form {
            Form::Lines => start..self.continued_line_end(start),
            Form::Text => start..self.line_end(start),
            Form::Word | Form::Command | Form::Script => start..self.word_end(start),
        }
    }

    /// `name: value`. A header goes on to the end of its line, because "Bearer" comes before the token.
    pub(super) fn header_value(&self, start: usize) -> Range<usize> {
        if let Some(value) = self.quoted_value(start, self.quote) {
            return value;
        }
        match self.form {
            Form::Lines if self.quote.is_none() && self.begins_line() => start..self.continued_line_end(start),
            Form::Script if self.quote.is_none() => start..self.command_end(start),
            _ => start..self.line_end(start),
        }
    }

    /// `name:value`
    pub(super) fn joined_value(&self, start: usize) -> Range<usize> {
        if self.form == Form::Word {
            return start..self.quote.map_or(self.bytes.len(), |_| self.line_end(start));
        }
        let end = self.word_end(start);
        let word = self.text.get(start..end).unwrap_or_default();
        // `Authorization:Basic x`, its words parted.
        start..if is_auth_scheme(word) { self.word_end(self.skip_blanks(end)) } else { end }
    }

    /// `--name value`
    pub(super) fn flag_value(&self, flag: &str, start: usize) -> Option<Range<usize>> {
        // `--token -- value`
        let rest = self.bytes.get(start..).unwrap_or_default();
        let start = if rest.starts_with(b"-- ") { self.skip_blanks(start + 2) } else { start };
        (!self.is_next_flag(flag, start)).then(|| start..self.word_end(start))
    }

    /// `<name>value</name>`
    pub(super) fn element_value(&self, start: usize) -> Range<usize> {
        let rest = self.text.get(start..).unwrap_or_default();
        start..start + rest.find("</").unwrap_or(rest.len())
    }

    /// A value in quotes, without them, so that what follows stays; or a list or a table, to its end. `{SSHA}x` and
    /// `"a" "b"` are more than that.
    fn quoted_value(&self, start: usize, open: Option<u8>) -> Option<Range<usize>> {
        let (value, end) = match self.at(start)? {
            b'[' | b'{' => {
                let end = self.bracket_end(start);
                (start..end, end)
            }
            _ => {
                let inside = self.inside_of_quotes(start, open)?;
                (inside.clone(), self.behind_quotes(inside.end))
            }
        };
        let next = self.at(self.skip_blanks(end));
        let is_over = next.is_none_or(|next| b"\r\n,;#&|)]}\\\"'".contains(&next));
        let is_glued = matches!(self.form, Form::Lines | Form::Text) && !is_over;
        Some(if is_glued { start..self.line_end(end) } else { value })
    }

    fn behind_quotes(&self, inside_end: usize) -> usize {
        let quote = inside_end + self.count(inside_end, b'\\');
        quote + self.bytes.get(quote..).unwrap_or_default().iter().take(3).take_while(|byte| is_quote(**byte)).count()
    }

    /// A JSON value: the inside of a string, so that the document stays one; a list or an object to its end; else what
    /// comes before the next comma or bracket.
    pub(super) fn json_value(&self, start: usize) -> Range<usize> {
        // The quote that is open is that of the name.
        if let Some(value) = self.quoted_value(start, None) {
            return value;
        }
        let rest = self.bytes.get(start..).unwrap_or_default();
        let mark = mark_at(rest).map_or(0, str::len);
        start..self.end_before(start + mark, b",]}\n\\\"")
    }

    /// The inside of the quotes that open at `start`, behind so many backslashes as there may be; none where they close
    /// those that are open already.
    pub(super) fn inside_of_quotes(&self, start: usize, outer: Option<u8>) -> Option<Range<usize>> {
        let backslashes = self.count(start, b'\\');
        let quote = self.at(start + backslashes).filter(|byte| is_quote(*byte))?;
        if backslashes == 0 && outer == Some(quote) {
            return None;
        }
        let open = start + backslashes;
        let triple = [quote; 3];
        if self.bytes.get(open..open + 3) == Some(&triple) {
            let rest = self.text.get(open + 3..).unwrap_or_default();
            let mark = std::str::from_utf8(&triple).unwrap_or_default();
            return Some(open + 3..open + 3 + rest.find(mark).unwrap_or(rest.len()));
        }
        let mut index = open + 1;
        let mut before = 0;
        while let Some(byte) = self.at(index) {
            if byte == quote && closes(backslashes, before) {
                // Of the backslashes before it, those of its own level belong to the quote.
                let own = if backslashes % 2 == 1 && before % 2 == 1 { backslashes.min(before) } else { 0 };
                let inside = open + 1..index - own;
                // `"x"y` is one value for those who glue words together.
                let is_over = self.at(index + 1).is_none_or(|next| !next.is_ascii_alphanumeric());
                return Some(if is_over { inside } else { inside.start..self.line_end(index) });
            }
            before = if byte == b'\\' { before + 1 } else { 0 };
            index += 1;
        }
        Some(open + 1..self.bytes.len())
    }

    /// Where the list or table that begins at `start` ends; quotes in it are passed over.
    fn bracket_end(&self, start: usize) -> usize {
        let (mut depth, mut quote, mut index) = (0_usize, None, start);
        while let Some(byte) = self.at(index) {
            match (quote, byte) {
                (_, b'\\') => index += 1,
                (Some(open), byte) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'[' | b'{') => depth += 1,
                (None, b']' | b'}') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return index + 1;
                    }
                }
                (None, _) => {}
            }
            index += 1;
        }
        self.bytes.len()
    }

    /// Where the shell word that begins at `index` ends; quotes and escaped blanks belong to it.
    pub(super) fn word_end(&self, start: usize) -> usize {
        let is_script = self.form == Form::Script;
        let (mut index, mut inner, mut depth) = (start, None, 0_usize);
        while let Some(byte) = self.at(index) {
            if byte == b'<'
                && let Some(mark) = mark_at(self.bytes.get(index..).unwrap_or_default())
            {
                index += mark.len();
                continue;
            }
            match inner {
                Some(open) if byte == open => inner = None,
                Some(_) => {}
                None if self.quote == Some(byte) => break,
                None if byte.is_ascii_whitespace() && depth == 0 => break,
                None if is_script && byte == b'(' && index > start && self.at(index - 1) == Some(b'$') => depth += 1,
                None if byte == b')' && depth > 0 => depth -= 1,
                None if is_script && depth == 0 && b";&|()<>".contains(&byte) => break,
                None if is_quote(byte) => inner = Some(byte),
                None => {}
            }
            index += if byte == b'\\' { 2 } else { 1 };
        }
        self.boundary(index)
    }

    /// Where the command of a script ends whose words are echoed: `echo password: x; …`.
    fn command_end(&self, start: usize) -> usize {
        let mut index = start;
        loop {
            index = self.word_end(index);
            match self.at(index) {
                Some(b' ' | b'\t') => index += 1,
                _ => return index,
            }
        }
    }

    /// Where the line ends, or the quote that is open.
    pub(super) fn line_end(&self, start: usize) -> usize {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest.iter().position(|&byte| byte == b'\n' || self.quote == Some(byte));
        let end = start + length.unwrap_or(rest.len());
        // What stands before a quote belongs to it.
        if self.at(end) == self.quote { end - self.backslashes_before(end).min(end - start) } else { end }
    }

    /// Where the last line ends that belongs to a value: one behind a backslash, or deeper than the line of the name.
    fn continued_line_end(&self, start: usize) -> usize {
        let depth = self.depth_of(self.line_start());
        let mut end = self.end_before(start, b"\n");
        while self.at(end) == Some(b'\n') {
            let next = end + 1;
            let next_end = self.end_before(next, b"\n");
            let is_empty = self.text.get(next..next_end).is_some_and(|line| line.trim().is_empty());
            let is_escaped = self.at(end.saturating_sub(1)) == Some(b'\\') && end > start;
            if !is_escaped && (is_empty || self.depth_of(next) <= depth) {
                break;
            }
            end = next_end;
        }
        end
    }

    fn depth_of(&self, line: usize) -> usize {
        self.skip_blanks(line) - line
    }

    /// The first of these bytes, or the end.
    pub(super) fn end_before(&self, start: usize, ends: &[u8]) -> usize {
        let rest = self.bytes.get(start..).unwrap_or_default();
        start + rest.iter().position(|byte| ends.contains(byte)).unwrap_or(rest.len())
    }

    pub(super) fn skip_blanks(&self, start: usize) -> usize {
        let rest = self.bytes.get(start..).unwrap_or_default();
        start + rest.iter().take_while(|&&byte| is_blank(byte)).count()
    }

    pub(super) fn skip_white(&self, start: usize) -> usize {
        let rest = self.bytes.get(start..).unwrap_or_default();
        start + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
    }

    pub(super) fn count(&self, start: usize, of: u8) -> usize {
        let rest = self.bytes.get(start..).unwrap_or_default();
        rest.iter().take(16).take_while(|&&byte| byte == of).count()
    }

    /// The range without blanks at its end, and without the carriage return of a line.
    pub(super) fn without_blanks_behind(&self, range: Range<usize>) -> Range<usize> {
        let value = self.text.get(range.clone()).unwrap_or_default();
        let lead = value.len() - value.trim_start_matches([' ', '\t']).len();
        range.start + lead.min(value.trim_end().len())..range.start + value.trim_end().len()
    }

    /// `index`, or the next place where a character begins: an escaped one may have more bytes than were skipped.
    fn boundary(&self, index: usize) -> usize {
        (index..self.bytes.len()).find(|&place| self.text.is_char_boundary(place)).unwrap_or(self.bytes.len())
    }
}

/// Whether a quote behind `found` backslashes closes a text that a quote behind `opened` backslashes opened: each level
/// of quoting puts one before the quote and doubles those that are there.
fn closes(opened: usize, found: usize) -> bool {
    let (mut opened, mut found) = (opened, found);
    while opened % 2 == 1 {
        // The quote of the level outside closes this one too.
        if found % 2 == 0 {
            return true;
        }
        (opened, found) = ((opened - 1) / 2, (found - 1) / 2);
    }
    found % 2 == 0
}
