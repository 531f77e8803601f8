//! The report for people: a header, every recommendation with what its verdict rests on, and a summary.

mod differences;
mod evidence;
mod finding;
mod header;
mod page;
mod summary;
#[cfg(test)]
mod tests;

use super::{Benchmark, Report, Section};
use page::Page;

/// How a report is printed for people.
#[derive(Clone, Copy, Debug)]
pub struct TextOptions {
    pub colour: bool,
    /// Print the fix under what failed.
    pub remediation: bool,
    /// Print all evidence in full, also under what passed.
    pub verbose: bool,
    /// The columns to wrap to; fewer than 60 are taken for 60.
    pub width: usize,
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
pub fn to_text(report: &Report, options: &TextOptions) -> String {
    let mut page = Page::new(options);
    header::write(&mut page, report);
    let is_alone = report.benchmarks.len() < 2;
    for benchmark in &report.benchmarks {
        if !is_alone {
            page.blank();
            page.title(&header::edition(benchmark));
        }
        for section in &benchmark.sections {
            finding::write_section(&mut page, section);
        }
    }
    // A third party's benchmark is nobody's edition: it has nothing in common with the others that could differ.
    let editions: Vec<&Benchmark> = report.benchmarks.iter().filter(|benchmark| benchmark.is_edition()).collect();
    if editions.len() > 1 {
        differences::write(&mut page, &editions);
    }
    summary::write(&mut page, report);
    page.finish()
}
