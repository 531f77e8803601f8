//! The formats of a report: one file each, and one row of [`REPORTERS`]. The values of `--output`, its help, its error,
//! `docs/formats.md` and the golden reports come from the rows.

mod baseline;
mod json;
mod json_line;
mod text;

pub use json::{ReadError, line, pretty, read, schema};

use crate::{Judged, Style};

/// A format that a report can be printed in.
///
/// A text is the same for the same report and style, whenever and wherever it is made. The strings of a report come from
/// plugins and engines: a format escapes each of them as its readers need it.
pub trait Reporter: Sync {
    /// As `--output` writes it: "json".
    fn name(&self) -> &'static str;
    /// How its files are called: "json".
    fn extension(&self) -> &'static str;
    /// "application/json"
    fn media_type(&self) -> &'static str;
    /// What it is for, in one line.
    fn help(&self) -> &'static str;
    /// The report in this format, with a line end behind it.
    fn render(&self, judged: &Judged, style: &Style) -> String;
}

/// Every format, in the order in which `--help` lists them.
pub static REPORTERS: [&dyn Reporter; 4] = [&text::Text, &json::Json, &json_line::JsonLine, &baseline::BaselineFile];

/// The format of that name; none where there is no such format.
pub fn reporter(name: &str) -> Option<&'static dyn Reporter> {
    REPORTERS.into_iter().find(|reporter| reporter.name() == name)
}

/// The names of all formats: "text, json or json-line".
pub fn names() -> String {
    let names: Vec<&str> = REPORTERS.iter().map(|reporter| reporter.name()).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => names.concat(),
    }
}

impl Eq for dyn Reporter {}

impl PartialEq for dyn Reporter {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl std::fmt::Debug for dyn Reporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn every_format_has_a_name_of_its_own_that_can_be_typed() {
        for (at, one) in REPORTERS.iter().enumerate() {
            assert!(one.name().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{one:?}");
            assert!(REPORTERS.iter().skip(at + 1).all(|other| *other != *one), "{one:?} twice");
            assert!(!one.help().is_empty() && !one.help().ends_with('.') && !one.extension().is_empty(), "{one:?}");
        }
    }

    #[test]
    fn every_format_prints_every_report_the_same_twice_and_ends_its_last_line() {
        for report in sample::all() {
            let judged = report.judged();
            for one in REPORTERS {
                let text = one.render(&judged, &Style::default());
                assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{one:?}");
                assert_eq!(text, one.render(&judged, &Style::default()), "{one:?}");
            }
        }
    }

    /// What a name can do to a terminal, no format lets through.
    #[test]
    fn no_format_lets_a_string_speak_to_a_terminal() {
        for mut report in sample::all() {
            sample::poison(&mut report);
            let judged = report.judged();
            for one in REPORTERS {
                let text = one.render(&judged, &Style { verbose: true, remediation: true, ..Style::default() });
                assert!(!text.chars().any(|c| c != '\n' && keelmark_contract::escape::is_unsafe(c)), "{one:?}");
            }
        }
    }

    #[test]
    fn the_page_of_formats_is_theirs() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/formats.md");
        let page = std::fs::read_to_string(path).unwrap();
        let (begin, end) = ("<!-- formats -->\n", "<!-- end of formats -->");
        let (head, rest) = page.split_once(begin).unwrap();
        let (_, tail) = rest.split_once(end).unwrap();
        let mut table = "| `--output` | for | media type | file |\n|---|---|---|---|\n".to_owned();
        for one in REPORTERS {
            let (name, help) = (one.name(), one.help());
            table.push_str(&format!("| `{name}` | {help} | `{}` | `.{}` |\n", one.media_type(), one.extension()));
        }
        let fresh = format!("{head}{begin}{table}{end}{tail}");
        if std::env::var_os("KEELMARK_BLESS").is_some() {
            std::fs::write(path, &fresh).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap();
        assert!(committed == fresh, "{path} is stale: KEELMARK_BLESS=1 cargo test -p keelmark-report page_of_formats");
    }
}
