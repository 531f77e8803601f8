//! The end of a report, which is what people read first: counts, what could not be read and why, notes, one last line.

use keelmark_contract::escape;

use super::evidence::enumerate;
use super::finding::{self, recommendations};
use super::page::Page;
use crate::layout::{clip, pad, plural, width};
use crate::paint::{self, Paint, STATUSES};
use crate::{Benchmark, Counts, Finding, Judged, Report, Status};

/// Causes that are listed without `--verbose`.
const MAX_CAUSES: usize = 12;

pub fn write(page: &mut Page, judged: &Judged) {
    let report = &judged.report;
    write_counts(page, report);
    write_unread(page, report);
    write_left_out(page, report);
    write_broken(page, report);
    write_notes(page, report);
    write_last_lines(page, judged);
}

/// The table of verdicts per section.
fn write_counts(page: &mut Page, report: &Report) {
    let is_alone = report.benchmarks.len() < 2;
    let mut rows: Vec<(String, Counts)> = Vec::new();
    for benchmark in &report.benchmarks {
        let mut total = Counts::default();
        for section in &benchmark.sections {
            let counts = section.counts();
            total += counts;
            if is_alone {
                rows.push((escape::line(&super::section_name(section)).into_owned(), counts));
            }
        }
        let label = if is_alone { "Total".to_owned() } else { escape::line(&name(benchmark)).into_owned() };
        rows.push((label, total));
    }
    page.blank();
    let time = page.paint.faint(&format!("audited in {} ms", report.duration.as_millis()));
    let heading = format!("{}  {time}", page.paint.heading("Summary"));
    page.line(0, &heading);
    let numbers: usize = STATUSES.iter().map(|status| column(*status) + 2).sum();
    let labels = rows.iter().map(|(label, _)| width(label)).max().unwrap_or(0).min(page.room(numbers + 2));
    let heading = STATUSES.iter().map(|status| format!("  {:>1$}", paint::word(*status), column(*status)));
    let heading = format!("{}{}", " ".repeat(labels), heading.collect::<String>());
    page.wrapped(2, &heading, Paint::faint);
    for (label, counts) in rows {
        let numbers = STATUSES.iter().map(|status| number(page.paint, *status, counts.get(*status)));
        let line = format!("{}{}", pad(&clip(&label, labels), labels), numbers.collect::<String>());
        page.line(2, &line);
    }
}

/// A benchmark by its id alone.
fn name(benchmark: &Benchmark) -> String {
    super::marked(!benchmark.is_edition(), &benchmark.id)
}

fn column(status: Status) -> usize {
    paint::word(status).len().max(4)
}

/// A number under its verdict. Zero is faint, so that what needs attention stands out.
fn number(paint: Paint, status: Status, count: usize) -> String {
    let text = format!("{count:>0$}", column(status));
    let painted = if count == 0 { paint.faint(&text) } else { paint.status(status, &text) };
    format!("  {painted}")
}

/// Why facts are missing, and which recommendations wait for them.
struct Cause {
    reason: String,
    waiting: Vec<String>,
}

fn write_unread(page: &mut Page, report: &Report) {
    let causes = causes(report);
    if causes.is_empty() {
        return;
    }
    page.blank();
    page.wrapped(0, "Could not be read", Paint::heading);
    let shown = if page.verbose { causes.len() } else { MAX_CAUSES };
    for cause in causes.iter().take(shown) {
        page.wrapped(2, &escape::line(&cause.reason), |paint, text| paint.status(Status::Error, text));
        let waiting = match page.verbose {
            true => cause.waiting.join(", "),
            false => enumerate(&cause.waiting, page.room(4)),
        };
        page.wrapped(4, &waiting, |_, text| text.to_owned());
    }
    if causes.len() > shown {
        page.more(2, causes.len() - shown);
    }
}

/// Every cause once, in the order of the report.
fn causes(report: &Report) -> Vec<Cause> {
    let is_alone = report.benchmarks.len() < 2;
    let mut causes: Vec<Cause> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for benchmark in &report.benchmarks {
        for finding in benchmark.sections.iter().flat_map(|section| &section.findings) {
            let name = if is_alone {
                finding::id(finding)
            } else {
                escape::line(&format!("{} {}", name(benchmark), finding.id)).into_owned()
            };
            for reason in reasons(finding) {
                let at = *known.entry(reason).or_insert(causes.len());
                match causes.get_mut(at) {
                    Some(cause) if cause.waiting.last() == Some(&name) => {}
                    Some(cause) => cause.waiting.push(name.clone()),
                    None => causes.push(Cause { reason: reason.to_owned(), waiting: vec![name.clone()] }),
                }
            }
        }
    }
    causes
}

/// Why facts behind this verdict are missing: per subject where the evidence says so, else in the message.
fn reasons(finding: &Finding) -> Vec<&str> {
    let per_subject: Vec<&str> = finding.evidence.iter().filter_map(|evidence| evidence.error.as_deref()).collect();
    if per_subject.is_empty() && finding.status == Status::Error { vec![&finding.message] } else { per_subject }
}

/// What an audit of the engine alone does not judge.
fn write_left_out(page: &mut Page, report: &Report) {
    for benchmark in report.benchmarks.iter().filter(|benchmark| !benchmark.left_out.is_empty()) {
        page.blank();
        page.wrapped(0, "Left out, because it needs the engine's host", Paint::heading);
        let ids: Vec<String> = benchmark.left_out.iter().map(|id| escape::line(id).into_owned()).collect();
        let shown = if page.verbose { ids.join(", ") } else { enumerate(&ids, page.room(2)) };
        page.wrapped(2, &shown, |_, text| text.to_owned());
    }
}

fn write_broken(page: &mut Page, report: &Report) {
    if report.broken_plugins.is_empty() {
        return;
    }
    page.blank();
    page.wrapped(0, "Plugins that did not take part", Paint::heading);
    for broken in &report.broken_plugins {
        page.wrapped(2, &escape::line(&broken.plugin), |paint, text| paint.status(Status::Error, text));
        page.wrapped(4, &escape::line(&broken.problem), |_, text| text.to_owned());
    }
}

fn write_notes(page: &mut Page, report: &Report) {
    if report.notes.is_empty() {
        return;
    }
    page.blank();
    page.wrapped(0, "Notes", Paint::heading);
    for note in &report.notes {
        page.beside(2, "-", 2, &escape::line(note));
    }
}

fn write_last_lines(page: &mut Page, judged: &Judged) {
    let report = &judged.report;
    page.blank();
    if !judged.complete {
        let unread = match report.findings().filter(|finding| finding.is_incomplete()).count() {
            0 => None,
            count => Some(format!("{} could not be judged in full", recommendations(count))),
        };
        let broken = match report.broken_plugins.len() {
            0 => None,
            count => Some(format!("{count} {} did not take part", plural("plugin", count))),
        };
        let causes: Vec<String> = unread.into_iter().chain(broken).collect();
        let text = match causes.is_empty() {
            true => "The audit is incomplete.".to_owned(),
            false => format!("The audit is incomplete: {}.", causes.join(", ")),
        };
        page.wrapped(0, &text, |paint, text| paint.status(Status::Error, text));
    }
    if report.benchmarks.is_empty() {
        page.wrapped(0, "nothing audited", Paint::heading);
    }
    let is_alone = report.benchmarks.len() < 2;
    for one in &report.benchmarks {
        let counts = finding::counts(&one.counts());
        let line = if is_alone { counts } else { escape::line(&format!("{}: {counts}", name(one))).into_owned() };
        page.wrapped(0, &line, Paint::heading);
    }
}
