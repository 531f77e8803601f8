//! Sections and their recommendations: the verdict, what it rests on, and how to fix what failed.

use keelmark_contract::escape;

use super::evidence;
use super::page::Page;
use crate::layout::{clip, pad, plural, width, wrap};
use crate::paint::{self, Paint, STATUS_WIDTH, STATUSES};
use crate::{Counts, Finding, Report, Section, Status, ThirdParty};

/// Ids are "5.5" and "1.1.12"; a plugin that sends longer ones does not get the whole line for them.
const MAX_ID_WIDTH: usize = 12;

/// Blanks before the status word, and between the columns.
const MARGIN: usize = 2;

/// A section's heading with its counts, and its recommendations.
pub fn write_section(page: &mut Page, report: &Report, section: &Section) {
    page.blank();
    let heading = super::section_name(section);
    let heading = escape::line(&heading);
    let counts = counts(&section.counts());
    if width(&heading) + width(&counts) + MARGIN <= page.room(0) {
        let line = format!("{}  {}", page.paint.heading(&heading), page.paint.faint(&counts));
        page.line(0, &line);
    } else {
        page.wrapped(0, &heading, Paint::heading);
        page.wrapped(MARGIN, &counts, Paint::faint);
    }
    if let Some(origin) = &section.third_party {
        page.wrapped(MARGIN, &escape::line(&provenance(section, origin)), Paint::faint);
    }
    let ids = section.findings.iter().map(|finding| width(&id(finding))).max().unwrap_or(0);
    for finding in &section.findings {
        let fix = report.rule(section, finding).map_or("", |rule| &rule.fix);
        write(page, finding, fix, ids);
    }
}

/// "plugin acme-swarm 1.4.0, signed by RWQ…, sha256 9f2c…": whose word these verdicts are.
fn provenance(section: &Section, origin: &ThirdParty) -> String {
    let ThirdParty { version, publisher, level, source, installed } = origin;
    let by = publisher.as_ref().map(|key| format!(" by {key}")).unwrap_or_default();
    let from = if *installed { String::new() } else { format!(", not installed: {source}") };
    format!("plugin {} {version}, {level}{by}{from}, sha256 {}", section.plugin, section.digest)
}

/// "12 passed, 3 failed, 1 could not be read"; verdicts that nothing got are left out.
pub fn counts(counts: &Counts) -> String {
    let given: Vec<String> = STATUSES
        .into_iter()
        .filter(|status| counts.get(*status) > 0)
        .map(|status| format!("{} {}", counts.get(status), paint::counted(status)))
        .collect();
    if given.is_empty() { "nothing audited".to_owned() } else { given.join(", ") }
}

/// The finding's id, fit to print.
pub fn id(finding: &Finding) -> String {
    clip(&escape::line(&finding.id), MAX_ID_WIDTH)
}

fn write(page: &mut Page, finding: &Finding, fix: &str, ids: usize) {
    let at = MARGIN + STATUS_WIDTH + MARGIN + ids + MARGIN;
    let needs_eyes = matches!(finding.status, Status::Fail | Status::Manual | Status::Error);
    for (n, line) in head(page, finding, at, needs_eyes).into_iter().enumerate() {
        match n {
            0 => {
                let word = page.paint.status(finding.status, &pad(paint::word(finding.status), STATUS_WIDTH));
                page.line(MARGIN, &format!("{word}  {}  {line}", pad(&id(finding), ids)));
            }
            _ => page.line(at, &line),
        }
    }
    if page.verbose {
        page.wrapped(at, &escape::line(&labels(finding)), Paint::faint);
    }
    if needs_eyes || page.verbose {
        evidence::write(page, at + MARGIN, &finding.evidence);
    }
    if page.remediation && finding.status == Status::Fail {
        write_fix(page, at + MARGIN, fix);
    }
}

/// The title, and the message on the same line where it fits.
fn head(page: &Page, finding: &Finding, at: usize, needs_eyes: bool) -> Vec<String> {
    let (title, message) = (escape::line(&finding.title), escape::line(&finding.message));
    let paint_title = |text: &str| if needs_eyes { page.paint.heading(text) } else { text.to_owned() };
    let paint_message = |text: &str| if needs_eyes { text.to_owned() } else { page.paint.faint(text) };
    let room = page.room(at);
    if !message.is_empty() && width(&title) + 3 + width(&message) <= room {
        return vec![format!("{} — {}", paint_title(&title), paint_message(&message))];
    }
    // A title that goes on is indented: without colour it would run into the message below.
    let mut lines: Vec<String> = hang(&title, room).iter().map(|line| paint_title(line)).collect();
    if !message.is_empty() {
        lines.extend(wrap(&message, room).iter().map(|line| paint_message(line)));
    }
    lines
}

/// `text` in lines of at most `room` columns, of which all but the first are indented.
fn hang(text: &str, room: usize) -> Vec<String> {
    let mut lines = wrap(text, room);
    if lines.len() > 1 {
        let indent = " ".repeat(MARGIN);
        lines = wrap(&format!("{indent}{}", text.trim_start()), room);
        if let Some(first) = lines.first_mut() {
            *first = first.trim_start().to_owned();
        }
    }
    lines
}

/// "check privileged-container, level 1, automated"
fn labels(finding: &Finding) -> String {
    let scored = finding.scored.map(|scored| if scored { "scored" } else { "not scored" }.to_owned());
    let known = [
        (!finding.check.is_empty()).then(|| format!("check {}", finding.check)),
        finding.level.map(|level| format!("level {level}")),
        finding.profile.clone(),
        finding.assessment.clone(),
        scored,
    ];
    known.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The fix has lines of its own; the bar before each says that the report is not speaking.
fn write_fix(page: &mut Page, at: usize, fix: &str) {
    for (n, line) in escape::lines(fix).enumerate() {
        let label = if n == 0 { "fix" } else { "   " };
        for (m, part) in wrap(&line, page.room(at + 6)).into_iter().enumerate() {
            let label = if m == 0 { label } else { "   " };
            let line = format!("{} {}", page.paint.faint(&format!("{label} │")), part);
            page.line(at, line.trim_end());
        }
    }
}

/// "3 recommendations"
pub fn recommendations(count: usize) -> String {
    format!("{count} {}", plural("recommendation", count))
}
