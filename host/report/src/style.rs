//! How the operator wants a report to look.

/// What formats for people look at; formats for programs look the same under any.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub colour: bool,
    /// Print the fix under what failed.
    pub remediation: bool,
    /// Print all evidence in full, also under what passed.
    pub verbose: bool,
    /// The columns to wrap to; fewer than 60 are taken for 60.
    pub width: usize,
}

impl Default for Style {
    /// As in a file.
    fn default() -> Self {
        Self { colour: false, remediation: false, verbose: false, width: 100 }
    }
}
