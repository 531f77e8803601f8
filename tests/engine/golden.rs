//! The reports over the recordings, word by word. `KEELMARK_BLESS=1` rewrites them; then read the difference as what
//! it is: other words to an operator, or another verdict on the same host.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use keelmark_report::{Report, Style, reporter};

use crate::hosts::{self, RECORDED};
use crate::program;

const GOLDEN_EDITIONS: [&str; 2] = ["cis-docker-1.8.0", "cis-docker-1.6.0"];

#[test]
fn reports_over_recordings_are_as_committed() {
    let mut changed = Vec::new();
    for name in RECORDED {
        for edition in GOLDEN_EDITIONS {
            let [json, text] = reports(name, edition);
            for (extension, report) in [("json", json), ("txt", text)] {
                let file = format!("{name}.{edition}.{extension}");
                changed.extend(compare(&file, &report));
            }
        }
    }
    assert!(changed.is_empty(), "{}\n(KEELMARK_BLESS=1 rewrites them)", changed.join("\n"));
}

/// The JSON and the text report of one run.
fn reports(name: &str, edition: &str) -> [String; 2] {
    let folder = tempfile::tempdir().expect("a directory");
    let [json, text] = ["json", "txt"].map(|extension| folder.path().join(extension));
    let mut command = Command::new(program::binary());
    command.env_clear().current_dir(hosts::fixtures().join("recordings"));
    program::arm(&mut command)
        .args(["audit", "--replay"])
        .arg(format!("{name}.json"))
        .arg(format!("--benchmark={edition}"));
    command.arg(format!("--output=json={}", json.display())).arg(format!("--output=text={}", text.display()));
    command.output().expect("keelmark runs");
    let json = std::fs::read_to_string(json).expect("a JSON report");
    let text = std::fs::read_to_string(text).expect("a text report");
    [without_run(&json), without_time(&text)]
}

/// The report without what depends on this run and this build (how long it took, where the settings are, which bytes a
/// plugin has), and without the rules, which are the checks' own words and would be most of every file.
fn without_run(json: &str) -> String {
    let mut report: Report = serde_json::from_str(json).expect("a report");
    report.duration = Duration::ZERO;
    report.settings.file = None;
    report.settings.sha256 = None;
    report.rules.clear();
    for section in report.benchmarks.iter_mut().flat_map(|benchmark| &mut benchmark.sections) {
        section.digest.clear();
    }
    reporter("json").expect("the format").render(&report.judged(), &Style::default())
}

fn without_time(text: &str) -> String {
    let words = |line: &str| match line.split_once("  audited in ") {
        Some((summary, _)) => format!("{summary}  audited in 0 ms\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(words).collect()
}

fn compare(file: &str, report: &str) -> Option<String> {
    let path: PathBuf = hosts::fixtures().join("reports").join(file);
    if std::env::var_os("KEELMARK_BLESS").is_some() {
        std::fs::write(&path, report).expect("the report can be written");
        return None;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if committed == report {
        return None;
    }
    let number = committed.lines().zip(report.lines()).take_while(|(old, new)| old == new).count();
    let line = |text: &str| text.lines().nth(number).unwrap_or("(end)").to_owned();
    Some(format!("{file}:{}\n  committed {}\n  found     {}", number + 1, line(&committed), line(report)))
}
