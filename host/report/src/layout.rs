//! Columns, wrapping and tables. Everything here takes text that [`escape`](super::escape) has seen.

/// The columns that `text` takes on a terminal.
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Close enough for alignment: combining marks take no column, East Asian wide characters and emoji take two.
fn char_width(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' => 0,
        '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' => 0,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}' | '\u{a960}'..='\u{a97f}' => 2,
        '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' => 2,
        '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1f64f}' | '\u{1f680}'..='\u{1f6ff}' => 2,
        '\u{1f900}'..='\u{1f9ff}' | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// `text` with blanks behind it up to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    let blanks = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(blanks))
}

/// `text` with blanks before it up to `columns`.
fn pad_left(text: &str, columns: usize) -> String {
    let blanks = columns.saturating_sub(width(text));
    format!("{}{text}", " ".repeat(blanks))
}

/// `text`, or its beginning with an ellipsis where it is wider than `columns`.
pub fn clip(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut clipped = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += char_width(c);
        if used > columns {
            break;
        }
        clipped.push(c);
    }
    clipped.push('…');
    clipped
}

/// `text` in lines of at most `columns`, broken at blanks, inside a word only where the word alone is too wide.
///
/// Blanks inside a line stay, so aligned comments in a fix stay aligned; a line's indentation is kept by what follows
/// it. There is always at least one line.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let indent: String = text.chars().take_while(|c| *c == ' ').take(columns / 2).collect();
    let mut lines = Vec::new();
    let mut current = indent.clone();
    let mut used = indent.len();
    let mut is_fresh = true;
    for piece in text.trim_start_matches(' ').split_inclusive(' ') {
        let word = piece.trim_end_matches(' ');
        let needed = width(word);
        if !is_fresh && !word.is_empty() && used + needed > columns {
            lines.push(std::mem::replace(&mut current, indent.clone()).trim_end().to_owned());
            (used, is_fresh) = (indent.len(), true);
        }
        for c in piece.chars() {
            if c != ' ' && used + char_width(c) > columns && used > indent.len() {
                lines.push(std::mem::replace(&mut current, indent.clone()).trim_end().to_owned());
                used = indent.len();
            }
            current.push(c);
            used += char_width(c);
        }
        is_fresh = is_fresh && word.is_empty();
    }
    lines.push(current.trim_end().to_owned());
    lines
}

/// Which side of its column a cell keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// Rows under headings, as wide as their widest cells. A column without any content is left out.
pub struct Table {
    columns: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(columns: &[(&'static str, Align)]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row of escaped cells; missing ones are empty.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The heading and the rows, without line ends.
    pub fn lines(&self) -> Vec<String> {
        let heading: Vec<String> = self.columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        let all: Vec<&Vec<String>> = std::iter::once(&heading).chain(&self.rows).collect();
        let widths: Vec<usize> = (0..self.columns.len()).map(|column| self.column_width(column)).collect();
        all.into_iter().map(|cells| self.line(cells, &widths)).collect()
    }

    /// The widest cell with its heading; zero where no row has anything to say.
    fn column_width(&self, column: usize) -> usize {
        let widest = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0);
        let heading = self.columns.get(column).map_or(0, |(name, _)| width(name));
        if widest == 0 { 0 } else { widest.max(heading) }
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let columns = self.columns.iter().zip(widths).enumerate().filter(|(_, (_, width))| **width > 0);
        let padded = columns.map(|(at, ((_, align), width))| {
            let cell = cells.get(at).map_or("", String::as_str);
            if *align == Align::Left { pad(cell, *width) } else { pad_left(cell, *width) }
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    }
}

/// "container" for 1, "containers" for more.
pub fn plural(noun: &str, count: usize) -> String {
    if count == 1 {
        return noun.to_owned();
    }
    let sibilant = ["s", "x", "ch", "sh"].iter().any(|ending| noun.ends_with(ending));
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if sibilant => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_keeps_words_blanks_and_indentation() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("a   b  instead of c", 10), ["a   b", "instead of", "c"]);
        assert_eq!(wrap("  code goes on", 9), ["  code", "  goes on"]);
        assert_eq!(wrap("", 8), [""]);
        assert_eq!(wrap("   ", 8), [""]);
    }

    #[test]
    fn a_word_that_is_too_wide_is_broken() {
        assert_eq!(wrap("go abcdefghij on", 4), ["go", "abcd", "efgh", "ij", "on"]);
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
        assert_eq!(wrap("日本", 1), ["日", "本"], "progress even where nothing fits");
    }

    #[test]
    fn no_line_is_wider_than_asked() {
        let text = "Recreate  the container:   docker run --cap-add NET_ADMIN     instead of --privileged 日本語日本語";
        for columns in 2..60 {
            for line in wrap(text, columns) {
                assert!(width(&line) <= columns, "{columns}: {line:?}");
            }
        }
    }

    #[test]
    fn clipping_says_so() {
        assert_eq!(clip("abcdef", 6), "abcdef");
        assert_eq!(clip("abcdef", 4), "abc…");
    }

    #[test]
    fn tables_align_and_drop_empty_columns() {
        let mut table =
            Table::new(&[("ID", Align::Left), ("NONE", Align::Left), ("N", Align::Right), ("X", Align::Left)]);
        table.row(vec!["5.1".into(), String::new(), "1".into(), "a".into()]);
        table.row(vec!["5.10".into(), String::new(), "12".into()]);
        assert_eq!(table.lines(), ["ID     N  X", "5.1    1  a", "5.10  12"]);
    }

    #[test]
    fn plurals() {
        for (one, many) in
            [("container", "containers"), ("process", "processes"), ("registry", "registries"), ("key", "keys")]
        {
            assert_eq!(plural(one, 2), many);
            assert_eq!(plural(one, 1), one);
        }
    }
}
