//! The first lines: what was audited, with what, against which edition, and why that one.

use keelmark_contract::escape;

use super::finding::recommendations;
use super::page::Page;
use crate::model::{Auditor, Benchmark, Host, Relation, Scope};
use crate::{Report, Status};

/// The width of the labels' column.
const LABELS: usize = 12;

pub fn write(page: &mut Page, report: &Report) {
    let mut program = format!("keelmark {}", report.keelmark);
    if !report.audited_at.is_empty() {
        program.push_str(&format!(", audited {}", report.audited_at));
    }
    page.wrapped(0, &escape::line(&program), |paint, text| paint.heading(text));
    page.blank();
    field(page, "Host", &host(&report.host));
    field(page, "Auditor", &auditor(&report.auditor));
    if report.scope == Scope::Engine {
        field(page, "Scope", "the engine alone: what needs its host is left out");
    }
    field(page, "Engine", &engine(report));
    field(page, "Endpoint", &report.engine.endpoint);
    for benchmark in &report.benchmarks {
        field(page, "Benchmark", &edition(benchmark));
        field(page, "", &benchmark.chosen);
    }
    if !report.host.privileged {
        field(page, "Privileges", "not root: facts that only root can read are missing");
    }
    for cause in &report.causes {
        page.blank();
        let text = format!("{} could not be judged in full: {}", recommendations(cause.findings), cause.message);
        page.wrapped(0, &escape::line(&text), |paint, text| paint.status(Status::Error, text));
    }
}

fn field(page: &mut Page, label: &str, value: &str) {
    if !value.is_empty() {
        page.beside(0, label, LABELS, &escape::line(value));
    }
}

fn host(host: &Host) -> String {
    let kernel = if host.kernel.is_empty() { String::new() } else { format!("kernel {}", host.kernel) };
    let relation = match host.relation {
        Relation::Local => "",
        Relation::Remote => "remote: nothing of its files was read",
        Relation::Undecided => "nothing of its files was read",
    };
    let known = [host.name.as_str(), &host.os, &kernel, relation];
    known.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

/// "root on host-1, keelmark 0.1.0"
fn auditor(auditor: &Auditor) -> String {
    let Auditor { host, user, keelmark } = auditor;
    let by = match (user.as_str(), host.as_str()) {
        (user, "") => user.to_owned(),
        ("", host) => format!("on {host}"),
        (user, host) => format!("{user} on {host}"),
    };
    let program = if keelmark.is_empty() { String::new() } else { format!("keelmark {keelmark}") };
    [by, program].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

fn engine(report: &Report) -> String {
    let engine = &report.engine;
    if let Some(error) = &engine.error {
        // Where many findings wait for it, the sentence stands below.
        let cause = report.causes.iter().find(|cause| cause.message == *error);
        return cause.map_or_else(|| format!("could not be asked: {error}"), |cause| cause.id.short().to_owned());
    }
    let api = if engine.api_version.is_empty() { String::new() } else { format!("(API {})", engine.api_version) };
    let known = [engine.name.as_str(), &engine.version, &api];
    known.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A benchmark by its title and id; a third party's has no title but its id.
pub fn edition(benchmark: &Benchmark) -> String {
    let name = if benchmark.title.is_empty() || benchmark.title == benchmark.id {
        benchmark.id.clone()
    } else {
        format!("{} ({})", benchmark.title, benchmark.id)
    };
    super::marked(!benchmark.is_edition(), &name)
}
