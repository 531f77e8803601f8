//! The page that the parts of a text report write on: it knows the width, the colours and the left margin.

use keelmark_contract::escape;

use crate::Style;
use crate::layout::{self, wrap};
use crate::paint::Paint;

/// The summary's table needs this much; narrower output would break nearly every word anyway.
const MIN_WIDTH: usize = 60;

/// What text beside a left column gets at least, however wide that column is.
const MIN_ROOM: usize = 16;

/// Lines, top to bottom.
pub struct Page {
    text: String,
    width: usize,
    pub paint: Paint,
    pub verbose: bool,
    pub remediation: bool,
}

impl Page {
    pub fn new(style: &Style) -> Self {
        Self {
            text: String::new(),
            width: style.width.max(MIN_WIDTH),
            paint: Paint::new(style.colour),
            verbose: style.verbose,
            remediation: style.remediation,
        }
    }

    /// The columns to the right of `indent`.
    pub fn room(&self, indent: usize) -> usize {
        self.width.saturating_sub(indent).max(MIN_ROOM)
    }

    /// A line that is escaped, painted and narrow enough already.
    pub fn line(&mut self, indent: usize, text: &str) {
        self.text.extend(std::iter::repeat_n(' ', if text.is_empty() { 0 } else { indent }));
        self.text.push_str(text);
        self.text.push('\n');
    }

    pub fn blank(&mut self) {
        self.line(0, "");
    }

    /// Escaped text over as many lines as it takes, each painted by `paint`.
    pub fn wrapped(&mut self, indent: usize, text: &str, paint: impl Fn(Paint, &str) -> String) {
        for line in wrap(text, self.room(indent)) {
            let painted = paint(self.paint, &line);
            self.line(indent, &painted);
        }
    }

    /// A label of `columns` with escaped text beside it; further lines of the text stand under its first.
    pub fn beside(&mut self, indent: usize, label: &str, columns: usize, text: &str) {
        let at = indent + columns;
        let blanks = columns.saturating_sub(layout::width(label));
        for (n, line) in wrap(text, self.room(at)).into_iter().enumerate() {
            match n {
                0 => self.line(indent, &format!("{}{}{line}", self.paint.heading(label), " ".repeat(blanks))),
                _ => self.line(at, &line),
            }
        }
    }

    /// Says that `hidden` lines are left out, and how to see them.
    pub fn more(&mut self, indent: usize, hidden: usize) {
        self.wrapped(indent, &format!("… and {hidden} more; --verbose shows all"), Paint::faint);
    }

    /// An underlined title; `text` is escaped here.
    pub fn title(&mut self, text: &str) {
        let text = escape::line(text);
        let rule = "─".repeat(layout::width(&text).min(self.width));
        self.wrapped(0, &text, Paint::heading);
        let rule = self.paint.faint(&rule);
        self.line(0, &rule);
    }

    /// What was written.
    pub fn finish(self) -> String {
        self.text
    }
}
