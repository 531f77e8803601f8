//! Hostile plugins: each is contained, its cause is named, and what the others find is complete.

mod compiling;
mod describing;
mod files;
mod listing;
mod loading;
mod nesting;
mod programs;
mod secrets;
mod speaking;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use keelmark_bad_plugins::{BAD_ID, Behaviour, IDS};
use keelmark_contract::limits;
use keelmark_report::{Finding, Report, Status};
use serde_json::json;

use crate::support::bad_plugin::{self, PluginFile};
use crate::support::{Heard, audit, host};

/// A recommendation of a built-in plugin that runs beside the bad one, on a host where it fails.
const BYSTANDER: &str = "privileged-container";

/// What has to become of the recommendation at which a plugin misbehaves.
enum Expected {
    /// An error of the host's, with this cause in its message.
    Error(&'static str),
    /// The plugin's own verdict stands; the test looks closer.
    Verdict(Status, fn(&Finding, &Heard)),
    /// It goes wrong before it is asked to audit: `describing.rs` has the test.
    Describes,
    /// Another test here or in `gate.rs` is about nothing else.
    Elsewhere,
}

/// One entry for each behaviour: one without a test does not compile.
fn expected(behaviour: Behaviour) -> Expected {
    use Behaviour::*;
    use Expected::*;
    match behaviour {
        BehavesWell => Verdict(Status::Pass, |_, _| {}),
        Panics => Error("the plugin panicked"),
        Recurses => Error("the plugin ran out of stack"),
        RecursesInMemory => Error("the plugin trapped: "),
        GrowsMemory => Error("it wanted more than 192 MiB of memory"),
        GivesUp => Error("the plugin gave up: it is too hard"),
        GivesUpAtLength => Verdict(Status::Error, |finding, _| {
            assert!(finding.message.starts_with("the plugin gave up: xxx"));
            assert_clamped(&finding.message);
        }),
        SaysNothing => Error("the plugin ended without a finding"),
        FindsForOthers => Verdict(Status::Fail, |finding, _| assert_refusals(finding, &["Invalid"])),
        // The second one is refused, and the plugin gives up; the first one stands.
        FindsTwice => Verdict(Status::Pass, |finding, _| assert_eq!(finding.message, "")),
        GivesNoReason => Verdict(Status::Fail, |finding, _| assert_eq!(finding.message, "the plugin gave no reason")),
        FloodsLog => Verdict(Status::Pass, |_, heard| {
            let logs = heard.logs.lock().unwrap();
            assert_eq!(logs.len(), limits::LOG_LINES);
            assert!(logs.last().unwrap().contains("further log lines are dropped"));
        }),
        FloodsProgress => Verdict(Status::Pass, |_, heard| {
            let passed_on = heard.progress.load(Ordering::Relaxed);
            assert!((1..=600).contains(&passed_on), "{passed_on} of 20000 passed on: more than ten a second");
        }),
        CallsTooOften => Error("too many calls: 100000 in one attempt"),
        TalksAtLength => Verdict(Status::Fail, |finding, heard| {
            let evidence = &finding.evidence[0];
            let subject = evidence.subject.to_string();
            let texts = [&subject, &evidence.property, &evidence.found, &evidence.expected, &finding.message];
            texts.into_iter().chain(&*heard.logs.lock().unwrap()).for_each(|text| assert_clamped(text));
        }),
        ShowsTooMuch => Verdict(Status::Fail, |finding, _| {
            assert_eq!(finding.evidence.len(), limits::EVIDENCE_PER_FINDING);
            assert_eq!(finding.message, "much (10000 further pieces of evidence are left out)");
        }),
        HandsOverTooMuch => Error("the plugin broke: "),
        SpeaksTerminal => Verdict(Status::Fail, |finding, _| assert!(finding.message.contains("message"))),
        AsksForOddObjects => Verdict(Status::Fail, |finding, _| assert_refusals(finding, &["Invalid"])),
        AsksForOddPaths => Verdict(Status::Fail, |finding, _| assert_refusals(finding, &["Invalid", "Denied"])),
        RunsOddCommands => Verdict(Status::Fail, |finding, _| assert_refusals(finding, &["Invalid", "Denied"])),
        // `third_party/` has the tests.
        FloodsLogAndPanics | AsksForManyObjects | AsksForStat | RepeatsWhatItReads => Elsewhere,
        AsksForOddNames => Verdict(Status::Fail, |finding, _| assert_refusals(finding, &["Invalid", "Denied"])),
        AsksForTooMuch => Verdict(Status::Fail, |finding, _| assert_refusals(finding, &["Invalid", "TooLarge"])),
        InventsObjects => Verdict(Status::Pass, |_, heard| assert!(heard.notes.lock().unwrap().len() <= 1_000)),
        AsksInColour => Verdict(Status::Fail, |finding, _| {
            assert_eq!(finding.evidence.len(), 10);
            assert!(finding.evidence.iter().all(|evidence| evidence.found != "allowed"), "{finding:?}");
        }),
        GivesUpInColour => Error("the plugin gave up: <reason>"),
        PanicsAfterItsFinding => Verdict(Status::Pass, |finding, _| assert_eq!(finding.message, "")),
        FloodsFindings => Verdict(Status::Pass, |finding, _| assert_eq!(finding.evidence.len(), 0)),
        // The audit is incomplete, whatever the plugin calls it: the test below holds them together.
        PassesWhatItCouldNotRead => Verdict(Status::Pass, |finding, _| assert!(finding.is_incomplete())),
        RepeatsItsDetails => Verdict(Status::Fail, |finding, _| {
            assert_eq!((finding.message.as_str(), finding.evidence.len()), ("in detail", 1));
            assert!(finding.evidence[0].source.as_deref().is_some_and(|source| source.starts_with("detail ")));
        }),
        SaysItWithNothing => Verdict(Status::Fail, |finding, _| {
            assert_eq!(finding.message, "the plugin gave no reason");
        }),
        ReadsThroughLinks | ReadsOddFiles | ReadsDaemonConfigs | ReadsProcesses | RacesLinks => Elsewhere,
        RunsPrograms | DumpsEverything => Elsewhere,
        LoopsForever | WalksImports => Elsewhere,
        DescribesForever
        | DescribesInPanic
        | DescribesAnotherBenchmark
        | DescribesAnotherSection
        | DescribesTwice
        | DescribesTooMuch
        | DescribesOddIds
        | DescribesAtLength
        | DescribesTerminal
        | DescribesByGrowing
        | DescribesByRecursion
        | DescribesNothing
        | DescribesEveryDetail
        | DescribesTooManyBytes => Describes,
        DescribesFromTheHost => Elsewhere,
    }
}

/// The kinds with which the calls were refused are these, and none was allowed.
fn assert_refusals(finding: &Finding, kinds: &[&str]) {
    assert!(!finding.evidence.is_empty());
    for evidence in &finding.evidence {
        let kind = evidence.found.trim_start_matches("ErrorKind::");
        assert!(kinds.contains(&kind), "call {}: {}", evidence.subject, evidence.found);
    }
}

fn assert_clamped(text: &str) {
    // Room for an ellipsis and for the host's own words around the text.
    assert!(text.len() <= limits::TEXT_BYTES + 64, "a text of {} bytes", text.len());
}

/// Audits the files beside a built-in recommendation, which has to be found whatever they do.
fn audit_beside(files: Vec<PathBuf>, heard: &Arc<Heard>) -> Report {
    let checks: Vec<&str> = IDS.into_iter().chain([BYSTANDER]).collect();
    let backend = host(json!({"containers": [{"name": "web", "HostConfig": {"Privileged": true}}]}));
    let report = audit(backend, files, &checks, heard).unwrap();
    let bystander = report.findings().find(|finding| finding.check == BYSTANDER).unwrap();
    assert_eq!(bystander.status, Status::Fail);
    assert_eq!(bystander.evidence[0].subject.to_string(), "container web");
    report
}

/// The same with files that do not even load: the built-in recommendation is found, and the audit incomplete.
fn audit_beside_broken(files: Vec<PathBuf>) -> Report {
    let backend = host(json!({"containers": [{"name": "web", "HostConfig": {"Privileged": true}}]}));
    let report = audit(backend, files, &[BYSTANDER], &Arc::default()).unwrap();
    assert_eq!(report.findings().next().unwrap().status, Status::Fail);
    assert!(!report.is_complete());
    report
}

fn find<'r>(report: &'r Report, plugin: usize, id: &str) -> &'r Finding {
    let hostile: Vec<_> =
        report.benchmarks.iter().filter(|benchmark| benchmark.id == keelmark_bad_plugins::BENCHMARK).collect();
    hostile[0].sections[plugin].findings.iter().find(|finding| finding.id == id).unwrap()
}

#[test]
fn a_plugin_that_misbehaves_costs_one_verdict() {
    let mut failures = Vec::new();
    for behaviour in Behaviour::ALL.iter().copied() {
        let expected = expected(behaviour);
        if matches!(expected, Expected::Describes | Expected::Elsewhere) {
            continue;
        }
        let tried = std::panic::catch_unwind(|| {
            let file = PluginFile::new(bad_plugin::plugin(behaviour, &bad_plugin::manifest()));
            let heard = Arc::new(Heard::default());
            let report = audit_beside(vec![file.path()], &heard);
            // What it said before stands, and what comes after is tried again.
            for id in IDS.into_iter().filter(|id| *id != BAD_ID) {
                let finding = find(&report, 0, id);
                assert_eq!(finding.status, Status::Pass, "{id}: {}", finding.message);
            }
            let finding = find(&report, 0, BAD_ID);
            match expected {
                Expected::Error(cause) => {
                    assert_eq!(finding.status, Status::Error);
                    assert!(finding.message.contains(cause), "{:?} does not say {cause:?}", finding.message);
                }
                Expected::Verdict(status, look) => {
                    assert_eq!(finding.status, status, "{}", finding.message);
                    look(finding, &heard);
                }
                Expected::Describes | Expected::Elsewhere => {}
            }
            assert_eq!(report.is_complete(), !finding.is_incomplete());
        });
        if tried.is_err() {
            failures.push(behaviour);
        }
    }
    assert!(failures.is_empty(), "see above: {failures:?}");
}

/// Its own test, since a loop ends when its time is up and not before.
#[test]
fn a_loop_ends_when_its_time_is_up() {
    let file = PluginFile::new(bad_plugin::plugin(Behaviour::LoopsForever, &bad_plugin::manifest()));
    let started = Instant::now();
    let report = audit_beside(vec![file.path()], &Arc::default());
    let slack = Duration::from_secs(20);
    assert!(started.elapsed() < limits::ATTEMPT + limits::RETRY + slack, "{:?}", started.elapsed());
    assert_eq!(find(&report, 0, "9.1").status, Status::Pass);
    assert_eq!(find(&report, 0, BAD_ID).message, "the plugin took longer than 5 s");
    assert_eq!(find(&report, 0, "9.3").status, Status::Pass);
}
