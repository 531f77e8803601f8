//! Strings from plugins, engines and files, made safe to print.
//!
//! A container may be named after a colour code, a file after a newline and a verdict. Printed as they are, such
//! names could recolour, reorder, hide or forge lines of a report that is read by root.

use std::borrow::Cow;

use icu_properties::props::DefaultIgnorableCodePoint;
use icu_properties::{CodePointSetData, CodePointSetDataBorrowed};

/// `text` as part of one line: what a terminal would obey instead of show becomes visible (`\n`, `\u{1b}`).
///
/// Backslashes stay as they are: paths and patterns remain readable, and nothing reads this form back.
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            c if is_unsafe(c) => safe.extend(c.escape_unicode()),
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// The lines of a text that has several by design (a fix, an explanation), each escaped like [`line`].
///
/// Whoever prints them must indent or mark each one, so that none can pass for a line of the report.
pub fn lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.trim_end().lines().map(|text| line(text.trim_end()))
}

/// Whether a terminal acts on `c`, or shows nothing for it.
pub fn is_unsafe(c: char) -> bool {
    // C0, DEL and C1: ESC and its one-byte cousins among them.
    c.is_control() || is_invisible(c)
}

/// Characters outside the controls that change the order of others, break the line, or have no shape.
fn is_invisible(c: char) -> bool {
    // Unicode's own list of what is shown as nothing: joiners, direction marks, fillers, selectors, tags, and the code
    // points that it keeps for more of them.
    const IGNORABLE: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    if c.is_ascii() {
        return false;
    }
    IGNORABLE.contains(c)
        || matches!(
            c,
            '\u{2028}' | '\u{2029}'     // line and paragraph separators
            | '\u{2800}'                // a Braille pattern without dots
            | '\u{fff9}'..='\u{fffb}' // interlinear annotation
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_harmless_is_not_copied() {
        for text in ["", "container web", "größe = 5 µs, 日本語", r"C:\path \n"] {
            assert!(matches!(line(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }

    #[test]
    fn what_a_terminal_obeys_becomes_visible() {
        assert_eq!(line("a\nPASS  5.5\r\tb"), r"a\nPASS  5.5\r\tb");
        assert_eq!(line("\u{1b}[32mPASS\u{1b}[0m"), r"\u{1b}[32mPASS\u{1b}[0m");
        assert_eq!(line("\u{7f}\u{9b}31m\0\u{8}"), r"\u{7f}\u{9b}31m\u{0}\u{8}");
    }

    #[test]
    fn what_reorders_or_hides_becomes_visible() {
        let listed = "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{200e}\u{200f}\u{61c}\
                      \u{2028}\u{2029}\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}\u{e0041}";
        let safe = line(listed);
        assert!(safe.is_ascii(), "{safe}");
        assert_eq!(safe.matches("\\u{").count(), listed.chars().count());
    }

    /// One of each kind that has no shape, and those of a list by hand that was not complete.
    #[test]
    fn what_unicode_ignores_becomes_visible() {
        for c in "\u{fe00}\u{fe0f}\u{17b4}\u{17b5}\u{fff0}\u{1bca0}\u{1d173}\u{180e}\u{115f}\u{ffa0}\u{e0100}\u{e01f0}\u{34f}".chars() {
            assert!(is_unsafe(c), "{c:?}");
        }
        // Whatever has a shape stays, wherever it is from.
        for c in "aä 日本語 ع ไ 🦀 \u{301}\u{a0}".chars() {
            assert!(!is_unsafe(c), "{c:?}");
        }
    }

    #[test]
    fn lines_keep_their_breaks_and_nothing_else() {
        let fix: Vec<_> = lines("first\r\n\n  second\u{1b}[2J\n\n").collect();
        assert_eq!(fix, ["first", "", r"  second\u{1b}[2J"]);
    }
}
