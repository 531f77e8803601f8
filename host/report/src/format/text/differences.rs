//! Where several editions were audited: which verdicts changed between them, and what only some of them ask for.

use std::collections::BTreeMap;

use keelmark_contract::escape;

use super::finding;
use super::page::Page;
use crate::layout::{clip, pad, width};
use crate::paint::{self, Paint, STATUS_WIDTH};
use crate::{Benchmark, Finding, Status};

/// Recommendations that are listed per group without `--verbose`.
const MAX_LISTED: usize = 12;

/// Slugs are short; a third party's that is not does not push the verdicts off the line.
const MAX_SLUG_WIDTH: usize = 36;

/// What each edition says about one check; an edition may use a check several times, or not at all.
type PerEdition<'r> = Vec<Vec<&'r Finding>>;

pub fn write(page: &mut Page, benchmarks: &[&Benchmark]) {
    let checks = by_check(benchmarks);
    page.blank();
    page.title("Where the editions differ");
    let changed: Vec<_> = checks.iter().filter(|(_, editions)| is_changed(editions)).collect();
    let partial = partial(benchmarks, &checks);
    if changed.is_empty() && partial.is_empty() {
        page.line(2, "nowhere: the same checks with the same verdicts");
    }
    if !changed.is_empty() {
        page.wrapped(0, "Verdicts that differ", Paint::heading);
        let slugs = changed.iter().map(|(check, _)| width(&slug(check))).max().unwrap_or(0) + 2;
        for (check, editions) in changed.iter().take(limit(page)) {
            page.beside(2, &slug(check), slugs, &verdicts(benchmarks, editions));
        }
        write_rest(page, changed.len());
    }
    for (editions, findings) in partial {
        page.wrapped(0, &format!("Only in {editions}"), Paint::heading);
        let ids = findings.iter().map(|finding| width(&finding::id(finding))).max().unwrap_or(0) + 2;
        for finding in findings.iter().take(limit(page)) {
            write_partial(page, finding, ids);
        }
        write_rest(page, findings.len());
    }
}

fn by_check<'r>(benchmarks: &[&'r Benchmark]) -> BTreeMap<&'r str, PerEdition<'r>> {
    let mut checks: BTreeMap<&str, PerEdition> = BTreeMap::new();
    for (edition, benchmark) in benchmarks.iter().enumerate() {
        for finding in benchmark.sections.iter().flat_map(|section| &section.findings) {
            let editions = checks.entry(&finding.check).or_insert_with(|| vec![Vec::new(); benchmarks.len()]);
            if let Some(findings) = editions.get_mut(edition) {
                findings.push(finding);
            }
        }
    }
    checks
}

/// Whether editions that use the check got different verdicts from it.
fn is_changed(editions: &PerEdition) -> bool {
    let verdicts = |findings: &Vec<&Finding>| {
        let mut statuses: Vec<Status> = findings.iter().map(|finding| finding.status).collect();
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    };
    let mut used = editions.iter().filter(|findings| !findings.is_empty()).map(verdicts);
    used.next().is_some_and(|first| used.any(|other| other != first))
}

/// "PASS 5.1 (cis-docker-1.6.0), FAIL 5.2 (cis-docker-1.8.0)"
fn verdicts(benchmarks: &[&Benchmark], editions: &PerEdition) -> String {
    let used = benchmarks.iter().zip(editions).filter(|(_, findings)| !findings.is_empty());
    let edition = |(benchmark, findings): (&&Benchmark, &Vec<&Finding>)| {
        let verdicts: Vec<String> = findings
            .iter()
            .map(|finding| format!("{} {}", paint::word(finding.status), finding::id(finding)))
            .collect();
        format!("{} ({})", verdicts.join(" "), escape::line(&benchmark.id))
    };
    used.map(edition).collect::<Vec<_>>().join(", ")
}

/// What only some editions ask for, by the list of those editions; each check as the last of them prints it.
fn partial<'r>(
    benchmarks: &[&Benchmark],
    checks: &BTreeMap<&'r str, PerEdition<'r>>,
) -> BTreeMap<String, Vec<&'r Finding>> {
    let mut partial: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for editions in checks.values().filter(|editions| editions.iter().any(Vec::is_empty)) {
        let used = benchmarks.iter().zip(editions).filter(|(_, findings)| !findings.is_empty());
        let names: Vec<String> = used.map(|(benchmark, _)| escape::line(&benchmark.id).into_owned()).collect();
        let last = editions.iter().rev().find(|findings| !findings.is_empty());
        partial.entry(names.join(", ")).or_default().extend(last.into_iter().flatten().copied());
    }
    partial
}

fn write_partial(page: &mut Page, finding: &Finding, ids: usize) {
    let at = 2 + STATUS_WIDTH + 2 + ids;
    let word = page.paint.status(finding.status, &pad(paint::word(finding.status), STATUS_WIDTH));
    // One line each: the whole title stands above, in its edition.
    let title = clip(&escape::line(&finding.title), page.room(at));
    page.line(2, &format!("{word}  {}{title}", pad(&finding::id(finding), ids)));
}

fn write_rest(page: &mut Page, total: usize) {
    let hidden = total.saturating_sub(limit(page));
    if hidden > 0 {
        page.more(2, hidden);
    }
}

fn limit(page: &Page) -> usize {
    if page.verbose { usize::MAX } else { MAX_LISTED }
}

fn slug(check: &str) -> String {
    clip(&escape::line(check), MAX_SLUG_WIDTH)
}
