//! What a plugin said last, kept for the moment when it breaks: the log line of a panic, the end of its output.
//!
//! Kept outside the plugin's store, so that they outlive it, and even where `report.log` is not granted: the text goes
//! nowhere but into the reason why the plugin gave no verdict.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use keelmark_contract::limits;

/// The end of what a plugin wrote to its output. A Go panic or a Python traceback is shorter.
const OUTPUT_BYTES: usize = 16 * 1024;
/// What is shown of one line: a long one must not push out the one after it, which may name the cause.
const LINE_CHARS: usize = 500;
/// Lines of output that are worth showing where nothing says which of them matter.
const LAST_LINES: usize = 3;

/// The last words of one plugin run.
#[derive(Debug, Default)]
pub struct LastWords(Mutex<Said>);

#[derive(Debug, Default)]
struct Said {
    /// A line that was logged, and after which nothing else was asked of the host: how a panic hook ends.
    logged: Option<String>,
    output: VecDeque<u8>,
}

impl LastWords {
    /// The plugin asked for something: what it logged before was not its last.
    pub fn asked(&self) {
        self.lock().logged = None;
    }

    /// The plugin logged a line.
    pub fn logged(&self, message: &str) {
        self.lock().logged = Some(message.to_owned());
    }

    /// The plugin wrote to its standard output or error.
    pub fn wrote(&self, bytes: &[u8]) {
        let mut said = self.lock();
        let kept = bytes.get(bytes.len().saturating_sub(OUTPUT_BYTES)..).unwrap_or_default();
        let there = said.output.len();
        let dropped = (there + kept.len()).saturating_sub(OUTPUT_BYTES);
        said.output.drain(..dropped.min(there));
        said.output.extend(kept);
    }

    /// The end of the plugin's output, as text.
    pub fn output(&self) -> String {
        let mut said = self.lock();
        String::from_utf8_lossy(said.output.make_contiguous()).into_owned()
    }

    /// One line of what the plugin said before it broke; none where it said nothing.
    pub fn summary(&self) -> Option<String> {
        let logged = self.lock().logged.clone();
        let said = logged.filter(|text| !text.trim().is_empty()).map(|text| join(text.lines()));
        let summary = said.or_else(|| summarise(&self.output()))?;
        Some(limits::clamp_text(summary))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lines that name the cause: what the languages' runtimes print is mostly about themselves.
fn summarise(output: &str) -> Option<String> {
    let lines: Vec<&str> = output.lines().filter(|line| !line.trim().is_empty()).collect();
    let after = |is_head: fn(&str) -> bool| {
        let head = lines.iter().rposition(|line| is_head(line))?;
        lines.get(head..)
    };
    if let Some([head, trace @ ..]) = after(|line| line.starts_with("panic: ") || line.starts_with("fatal error: ")) {
        return Some(with_place(head, trace.iter().find_map(|line| go_place(line))));
    }
    if let Some([_, trace @ ..]) = after(|line| line.starts_with("Traceback ")) {
        let place = trace.iter().rev().map(|line| line.trim()).find(|line| line.starts_with("File "));
        let exception = trace.iter().find(|line| !line.starts_with(char::is_whitespace));
        return Some(with_place(exception.unwrap_or(&"an exception"), place));
    }
    let last = lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or_default();
    (!last.is_empty()).then(|| join(last.iter().copied()))
}

fn with_place(what: &str, place: Option<&str>) -> String {
    place.map_or_else(|| what.to_owned(), |place| format!("{what} ({place})"))
}

/// `/home/ann/acme/main.go:12` of a Go trace's line; none for frames of Go's own runtime.
fn go_place(line: &str) -> Option<&str> {
    let place = line.trim().split(" +0x").next()?;
    let is_own = place.contains(".go:") && !place.contains("/src/runtime/") && !place.contains("/src/internal/");
    is_own.then_some(place)
}

/// Several lines as one: "panicked at src/lib.rs:3:5:" and its message belong together, others are kept apart.
fn join<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for line in lines.map(str::trim).filter(|line| !line.is_empty()) {
        if !text.is_empty() {
            text.push_str(if text.ends_with(':') { " " } else { " | " });
        }
        text.extend(line.chars().take(LINE_CHARS));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logged_panic_is_last_only_while_nothing_else_is_asked() {
        let words = LastWords::default();
        words.logged("panicked at src/lib.rs:3:5:\nindex out of bounds");
        assert_eq!(words.summary().as_deref(), Some("panicked at src/lib.rs:3:5: index out of bounds"));
        words.asked();
        assert_eq!(words.summary(), None);
    }

    #[test]
    fn only_the_end_of_endless_output_is_kept() {
        let words = LastWords::default();
        for _ in 0..100 {
            words.wrote(&[b'x'; 1000]);
        }
        words.wrote(&vec![b'y'; OUTPUT_BYTES * 2]);
        words.wrote(b"\nthe end\n");
        assert_eq!(words.output().len(), OUTPUT_BYTES);
        assert!(words.summary().unwrap().ends_with("yyy | the end"));
    }

    #[test]
    fn the_cause_is_found_in_what_runtimes_print() {
        let go = "note\npanic: boom\n\ngoroutine 1 [running]:\nruntime.gopanic(0x1)\n\t/usr/lib/go/src/runtime/panic.go:884 +0x5\n\
                  main.audit(0x1)\n\t/home/ann/acme/main.go:12 +0x5\nmain.main()\n\t/home/ann/acme/main.go:40 +0x2\n";
        assert_eq!(summarise(go).as_deref(), Some("panic: boom (/home/ann/acme/main.go:12)"));
        let python = "Traceback (most recent call last):\n  File \"app.py\", line 3, in audit\n    raise ValueError(\"boom\")\n\
                      ValueError: boom\n";
        assert_eq!(summarise(python).as_deref(), Some("ValueError: boom (File \"app.py\", line 3, in audit)"));
        assert_eq!(
            summarise("a\n\nb\nError: boom\n    at audit (plugin.js:3)\n").as_deref(),
            Some("b | Error: boom | at audit (plugin.js:3)")
        );
        assert_eq!(summarise("\n \n"), None);
    }
}
