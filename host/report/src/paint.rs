//! Colours, or none: the words carry the meaning, colour only helps to find them.

use anstyle::{AnsiColor, Style};

use super::Status;

/// The width of the longest status word.
pub const STATUS_WIDTH: usize = 6;

/// Puts styles around text where the output has colour.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    colour: bool,
}

impl Paint {
    pub fn new(colour: bool) -> Self {
        Self { colour }
    }

    pub fn with(self, style: Style, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    pub fn heading(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    pub fn faint(self, text: &str) -> String {
        self.with(Style::new().dimmed(), text)
    }

    /// `text` in the colour of `status`.
    pub fn status(self, status: Status, text: &str) -> String {
        self.with(style(status), text)
    }
}

fn style(status: Status) -> Style {
    match status {
        Status::Pass => AnsiColor::Green.on_default(),
        Status::Fail => AnsiColor::Red.on_default().bold(),
        Status::Manual => AnsiColor::Yellow.on_default(),
        Status::NotApplicable => Style::new().dimmed(),
        Status::Error => AnsiColor::Magenta.on_default().bold(),
    }
}

/// The five verdicts in the order in which reports count them.
pub const STATUSES: [Status; 5] = [Status::Pass, Status::Fail, Status::Manual, Status::NotApplicable, Status::Error];

/// The word that stands before a recommendation and above its column; at most [`STATUS_WIDTH`] wide.
pub fn word(status: Status) -> &'static str {
    match status {
        Status::Pass => "PASS",
        Status::Fail => "FAIL",
        Status::Manual => "MANUAL",
        Status::NotApplicable => "N/A",
        Status::Error => "ERROR",
    }
}

/// What follows a number: "3 failed".
pub fn counted(status: Status) -> &'static str {
    match status {
        Status::Pass => "passed",
        Status::Fail => "failed",
        Status::Manual => "to judge",
        Status::NotApplicable => "not applicable",
        Status::Error => "could not be read",
    }
}
