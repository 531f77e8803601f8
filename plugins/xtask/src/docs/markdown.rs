//! Markdown that shows a text as it is, whatever the text holds.

/// A text with line breaks as Markdown: paragraphs stay paragraphs, and what stands between backticks stays code.
pub fn prose(text: &str) -> String {
    text.trim().lines().map(|line| start_of_line(&inline(line.trim()))).collect::<Vec<_>>().join("\n")
}

/// A text for a table's cell or a heading: one line, no column separator.
pub fn cell(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // GitHub splits rows at pipes before it looks for code, so the pipes inside code need the backslash too.
    inline(&line).replace('|', "\\|")
}

/// A word as code, for a table's cell or any other place without pipes.
pub fn code(text: &str) -> String {
    span(text).replace('|', "\\|")
}

fn span(text: &str) -> String {
    let fence = "`".repeat(longest_run_of_backticks(text) + 1);
    // A backtick at either end would lengthen the fence; CommonMark takes one blank away on both sides again.
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}").replace('\n', " ")
}

/// Lines as a code block, in a fence that no line of theirs closes.
pub fn code_block(text: &str) -> String {
    let fence = "`".repeat(longest_run_of_backticks(text).max(2) + 1);
    format!("{fence}text\n{}\n{fence}", text.trim_end())
}

/// A link. Addresses are our own paths and the checks' references.
pub fn link(text: &str, address: &str) -> String {
    format!("[{text}]({})", address.replace('(', "%28").replace(')', "%29").replace(' ', "%20"))
}

/// A table with the headings of `columns`; cells are Markdown already.
pub fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let heading = columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>();
    let rule = columns.iter().map(|_| "---".to_owned()).collect::<Vec<_>>();
    let rows = rows.iter().map(|row| line(row)).collect::<String>();
    format!("{}{}{rows}", line(&heading), line(&rule))
}

/// Escapes what Markdown would read as markup inside a line, except pairs of backticks.
fn inline(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    // With an odd number of backticks one is a character like any other: then none of them means code.
    if parts.len().is_multiple_of(2) {
        return escape(line);
    }
    let parts = parts.iter().enumerate();
    parts.map(|(index, part)| if index % 2 == 0 { escape(part) } else { span(part) }).collect()
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let is_markup = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' => true,
            // Inside a word an underscore is no emphasis, and `snake\_case` is hard to read in the source.
            '_' => !(before.is_alphanumeric() && rest.peek().is_some_and(|next| next.is_alphanumeric())),
            // Only what may begin an entity.
            '&' => rest.peek().is_some_and(|next| next.is_ascii_alphabetic() || *next == '#'),
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

/// Escapes what only means something at the start of a line: headings, lists, quotes, rules.
fn start_of_line(line: &str) -> String {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, after) = line.split_at(digits);
    if line.starts_with(['#', '-', '+', '>', '=', '|']) {
        format!("\\{line}")
    } else if !number.is_empty() && after.starts_with(['.', ')']) {
        format!("{number}\\{after}")
    } else {
        line.to_owned()
    }
}

fn longest_run_of_backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_is_shown_and_not_obeyed() {
        let cases = [
            ("*all* [here](x) <b> ~no~", r"\*all\* \[here\](x) \<b> \~no\~"),
            ("a_b __init__ _x", r"a_b \_\_init\_\_ \_x"),
            ("R&D &amp; A & B", r"R\&D \&amp; A & B"),
            (r"C:\d", r"C:\\d"),
            ("use `--cap-add=*` now", "use `--cap-add=*` now"),
            ("one ` alone *", r"one \` alone \*"),
            ("`a | b` | c", "`a | b` | c"),
        ];
        for (text, expected) in cases {
            assert_eq!(prose(text), expected);
        }
    }

    #[test]
    fn a_line_is_no_heading_and_no_list() {
        assert_eq!(prose("# a\n- b\n1. c\n10) d\n> e\n2026"), "\\# a\n\\- b\n1\\. c\n10\\) d\n\\> e\n2026");
    }

    #[test]
    fn a_cell_stays_one_cell() {
        assert_eq!(cell("a | b\n`c|d`"), r"a \| b `c\|d`");
        assert_eq!(code("a`b|c"), r"``a`b\|c``");
        assert_eq!(code("`x"), "`` `x ``");
    }

    #[test]
    fn a_block_is_closed_by_its_own_fence_only() {
        assert_eq!(code_block("a\n```\nb\n"), "````text\na\n```\nb\n````");
        assert_eq!(code_block("a"), "```text\na\n```");
    }

    #[test]
    fn rows_line_up_with_their_columns() {
        assert_eq!(table(&["A", "B"], &[vec!["1".into(), "2".into()]]), "| A | B |\n| --- | --- |\n| 1 | 2 |\n");
    }
}
