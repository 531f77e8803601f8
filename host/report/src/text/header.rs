//! The first lines: what was audited, with what, against which edition, and why that one.

use keelmark_contract::escape;

use super::page::Page;
use crate::Report;
use crate::model::{Benchmark, Engine, Host};

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
    field(page, "Engine", &engine(&report.engine));
    field(page, "Endpoint", &report.engine.endpoint);
    for benchmark in &report.benchmarks {
        field(page, "Benchmark", &edition(benchmark));
        field(page, "", &benchmark.chosen);
    }
    if !report.host.privileged {
        field(page, "Privileges", "not root: facts that only root can read are missing");
    }
}

fn field(page: &mut Page, label: &str, value: &str) {
    if !value.is_empty() {
        page.beside(0, label, LABELS, &escape::line(value));
    }
}

fn host(host: &Host) -> String {
    let kernel = if host.kernel.is_empty() { String::new() } else { format!("kernel {}", host.kernel) };
    let known = [host.name.as_str(), &host.os, &kernel];
    known.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

fn engine(engine: &Engine) -> String {
    if let Some(error) = &engine.error {
        return format!("could not be asked: {error}");
    }
    let api = if engine.api_version.is_empty() { String::new() } else { format!("(API {})", engine.api_version) };
    let known = [engine.name.as_str(), &engine.version, &api];
    known.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A benchmark by its title and id; a third party's has no title but its id.
pub fn edition(benchmark: &Benchmark) -> String {
    if benchmark.title.is_empty() || benchmark.title == benchmark.id {
        benchmark.id.clone()
    } else {
        format!("{} ({})", benchmark.title, benchmark.id)
    }
}
