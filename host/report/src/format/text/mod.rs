//! The report for people: a header, every recommendation with what its verdict rests on, and a summary.

mod differences;
mod evidence;
mod finding;
mod header;
mod page;
mod summary;
#[cfg(test)]
mod tests;

use page::Page;

use super::Reporter;
use crate::{Benchmark, Judged, Section, Style};

/// `--output text`
pub struct Text;

impl Reporter for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn extension(&self) -> &'static str {
        "txt"
    }

    fn media_type(&self) -> &'static str {
        "text/plain"
    }

    fn help(&self) -> &'static str {
        "for people at a terminal"
    }

    fn render(&self, judged: &Judged, style: &Style) -> String {
        to_text(judged, style)
    }
}

/// Before every name that a third party gave: its benchmark and its sections may be called whatever their author likes,
/// and a line of theirs must not read like one of an edition.
const THIRD_PARTY: &str = "[third party] ";

/// What a benchmark or section is called, marked where it is a third party's.
fn marked(is_third_party: bool, name: &str) -> String {
    format!("{}{name}", if is_third_party { THIRD_PARTY } else { "" })
}

/// A section by its number and title.
fn section_name(section: &Section) -> String {
    marked(section.third_party.is_some(), &format!("{} {}", section.number, section.title))
}

/// The report as text. Every string in it is escaped: none can colour, hide or forge a line.
fn to_text(judged: &Judged, style: &Style) -> String {
    let report = &judged.report;
    let mut page = Page::new(style);
    header::write(&mut page, report);
    let is_alone = report.benchmarks.len() < 2;
    for benchmark in &report.benchmarks {
        if !is_alone {
            page.blank();
            page.title(&header::edition(benchmark));
        }
        for section in &benchmark.sections {
            finding::write_section(&mut page, report, section);
        }
    }
    // A third party's benchmark is nobody's edition: it has nothing in common with the others that could differ.
    let editions: Vec<&Benchmark> = report.benchmarks.iter().filter(|benchmark| benchmark.is_edition()).collect();
    if editions.len() > 1 {
        differences::write(&mut page, &editions);
    }
    summary::write(&mut page, judged);
    page.finish()
}
