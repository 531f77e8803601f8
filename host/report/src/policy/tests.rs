use std::sync::Arc;

use super::*;
use crate::sample;
use crate::{Counts, Evidence, Subject};

fn with(fail_on: FailOn) -> Gating {
    Gating { fail_on }
}

/// A complete report with one finding.
fn one(status: Status, level: Option<u8>) -> Report {
    let mut finding = sample::finding("5.5", "privileged-container", "", status, "");
    finding.level = level;
    let mut report = complete();
    report.benchmarks[0].sections.truncate(1);
    report.benchmarks[0].sections[0].findings = vec![finding];
    report
}

/// The sample without what could not be read: 97 web containers and a database run privileged.
fn complete() -> Report {
    let mut report = sample::report();
    for section in report.benchmarks.iter_mut().flat_map(|benchmark| &mut benchmark.sections) {
        section.findings.retain(|finding| finding.status != Status::Error);
        section.findings.iter_mut().for_each(|finding| finding.evidence.retain(|evidence| evidence.error.is_none()));
    }
    report
}

fn code(report: Report, fail_on: FailOn) -> u8 {
    judge(report, &Waivers::default(), None, &with(fail_on)).exit_code
}

fn waivers(text: &str) -> Waivers {
    Waivers::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn waived(report: Report, text: &str) -> Judged {
    judge(report, &waivers(text), None, &with(FailOn::Fail))
}

fn finding<'j>(judged: &'j Judged, check: &str) -> &'j Finding {
    judged.report.findings().find(|finding| finding.check == check).unwrap()
}

#[test]
fn findings_count_at_or_above_the_threshold() {
    use FailOn::*;
    let cases = [
        (Status::Pass, Some(1), [0, 0, 0, 0]),
        (Status::NotApplicable, Some(1), [0, 0, 0, 0]),
        (Status::Manual, Some(1), [0, 0, 0, 1]),
        (Status::Fail, Some(1), [0, 1, 1, 1]),
        (Status::Fail, Some(2), [0, 0, 1, 1]),
        (Status::Fail, None, [0, 1, 1, 1]),
        (Status::Error, Some(2), [2, 2, 2, 2]),
    ];
    for (status, level, codes) in cases {
        let found = [Never, Level1, Fail, Manual].map(|fail_on| code(one(status, level), fail_on));
        assert_eq!(found, codes, "{status:?} {level:?}");
    }
}

#[test]
fn an_unread_subject_is_incomplete_whatever_the_verdict() {
    for status in [Status::Pass, Status::Fail, Status::Manual, Status::NotApplicable] {
        let mut report = one(status, Some(1));
        let unread =
            Evidence { error: Some("no answer in 5 s".into()), ..sample::evidence("container web", "", "", "") };
        report.benchmarks[0].sections[0].findings[0].evidence.push(unread);
        let judged = judge(report, &Waivers::default(), None, &with(FailOn::Never));
        assert_eq!((judged.exit_code, judged.complete), (exit::INCOMPLETE, false));
    }
}

#[test]
fn a_plugin_that_did_not_take_part_and_nothing_at_all_are_incomplete() {
    let mut broken = one(Status::Pass, Some(1));
    broken.broken_plugins.push(crate::BrokenPlugin { plugin: "acme".into(), problem: "gone".into() });
    assert_eq!(code(broken, FailOn::Never), exit::INCOMPLETE);
    let mut empty = one(Status::Pass, Some(1));
    empty.benchmarks.clear();
    assert_eq!(code(empty, FailOn::Fail), exit::INCOMPLETE);
}

#[test]
fn a_waived_object_keeps_its_evidence_and_the_others_count() {
    let text =
        "[[waiver]]\ncheck = \"privileged-container\"\ncontainer = \"web-*\"\nreason = \"lab\"\nexpires = 2027-03-31\n";
    let judged = waived(complete(), text);
    let privileged = finding(&judged, "privileged-container");
    let marked = privileged.evidence.iter().filter(|evidence| evidence.disposition.waived().is_some()).count();
    assert_eq!((marked, privileged.evidence.len()), (97, 98));
    assert!(privileged.disposition.is_counts(), "the database still counts");
    assert_eq!(judged.exit_code, exit::FINDINGS);
    assert_eq!((judged.waivers[0].state, judged.waivers[0].matches), (WaiverState::Active, 97));
    assert_eq!(judged.report.notes.len(), complete().notes.len());
}

#[test]
fn a_finding_is_waived_where_all_of_it_is() {
    let text = "[[waiver]]\ncheck = \"cis-docker-1.8.0/5.5\"\nreason = \"lab\"\nowner = \"ann\"\nexpires = \"never\"\n\
                [[waiver]]\ncheck = \"default-bridge-icc\"\nreason = \"old\"\nexpires = \"2027-03-31\"\n";
    let before = complete().counts();
    let judged = waived(complete(), text);
    let privileged = finding(&judged, "privileged-container");
    assert_eq!(privileged.status, Status::Fail);
    let why = privileged.disposition.waived().unwrap();
    assert_eq!((why.reason.as_str(), why.owner.as_deref(), why.until.as_str()), ("lab", Some("ann"), "never"));
    assert_eq!(judged.report.counts(), Counts { fail: before.fail - 2, waived: 2, ..before });
    assert_eq!(judged.exit_code, exit::CLEAN);
}

#[test]
fn what_has_expired_counts_again_and_is_said() {
    let waiver = |day: &str| {
        format!(
            "[[waiver]]\ncheck = \"privileged-container\"\nimage = \"*\"\ncontainer = \"*\"\nreason = \"x\"\nexpires = {day}\n"
        )
    };
    let state = |day: &str| waived(complete(), &waiver(day)).waivers[0].state;
    // The sample was audited on 2026-11-21: the last day counts.
    assert_eq!(state("2026-11-21"), WaiverState::Active);
    assert_eq!(state("2026-11-20"), WaiverState::Expired);
    let judged = waived(complete(), &waiver("2026-11-20"));
    assert_eq!(judged.exit_code, exit::FINDINGS);
    let note = "the waiver of privileged-container for container *, image * ended on 2026-11-20: it counts again";
    assert!(judged.report.notes.iter().any(|found| found == note), "{:?}", judged.report.notes);
}

#[test]
fn what_waives_nothing_is_said() {
    let text = "[[waiver]]\ncheck = \"privileged-container\"\nhost = \"other\"\nreason = \"x\"\nexpires = \"never\"\n";
    let judged = waived(complete(), text);
    assert_eq!(judged.waivers[0].state, WaiverState::Unused);
    let note = "the waiver of privileged-container for host other waives nothing";
    assert!(judged.report.notes.iter().any(|found| found == note), "{:?}", judged.report.notes);
}

#[test]
fn an_error_cannot_be_waived() {
    let all = |check: &str| format!("[[waiver]]\ncheck = \"{check}\"\nreason = \"x\"\nexpires = \"never\"\n");
    let judged = waived(sample::report(), &(all("daemon-tls") + &all("privileged-container")));
    assert!(finding(&judged, "daemon-tls").disposition.is_counts());
    let privileged = finding(&judged, "privileged-container");
    assert!(privileged.disposition.is_counts(), "a container of it could not be read");
    assert_eq!((judged.exit_code, judged.waivers[0].state), (exit::INCOMPLETE, WaiverState::Unused));
}

#[test]
fn waivers_are_narrowed_by_image_label_id_and_file() {
    let matches = |scope: &str, subject: &Subject| {
        let text = format!("[[waiver]]\ncheck = \"c\"\n{scope}\nreason = \"x\"\nexpires = \"never\"\n");
        let evidence = Evidence { subject: Arc::new(subject.clone()), ..sample::evidence("", "", "", "") };
        waivers(&text).0[0].covers(&evidence)
    };
    let report = complete();
    let db = report.findings().flat_map(|f| &f.evidence).find(|e| e.subject.name == "db").unwrap().subject.clone();
    assert!(matches("image = \"registry.example:5000/*\"", &db) && !matches("image = \"postgres*\"", &db));
    assert!(matches("label = [\"com.docker.compose.project=shop\"]", &db));
    assert!(matches("label = [\"com.docker.compose.service\"]", &db));
    assert!(!matches("label = [\"com.docker.compose.project=shop\", \"com.docker.compose.service=web\"]", &db));
    assert!(matches("container = \"4f4f4f4f4f4f\"", &db) && !matches("container = \"4f4f\"", &db));
    assert!(!matches("file = \"*\"", &db) && !matches("container = \"web\"", &db));
    assert!(matches("file = \"/etc/docker/*\"", &Subject::parse("file /etc/docker/daemon.json")));
    assert!(matches("image = \"b:*\"", &Subject::parse("image a:1, b:2")));
    assert!(
        matches("image = \"a:*\"", &Subject::parse("image a:1"))
            && !matches("image = \"*\"", &Subject::parse("daemon"))
    );
}

#[test]
fn a_bad_waiver_is_an_error_that_says_where_and_what_would_be_right() {
    let cases = [
        ("check = \"5.5\"\nreason = \"x\"\nexpires = \"never\"", "cis-docker-1.8.0/5.5"),
        ("check = \"c\"\nreason = \" \"\nexpires = \"never\"", "needs a reason"),
        ("check = \"c\"\nreason = \"x\"", "expires"),
        ("check = \"c\"\nreason = \"x\"\nexpires = \"soon\"", "2027-03-31"),
        ("check = \"c\"\nreason = \"x\"\nexpires = 2027-02-30", "2027-02-30"),
        ("check = \"c\"\nreason = \"x\"\nexpires = \"never\"\ncontainer = \"a[\"", "a["),
        ("check = \"c\"\nreason = \"x\"\nexpires = \"never\"\nlabel = [\"team=x\"]", "no label \"team\""),
        ("check = \"c\"\nreason = \"x\"\nexpires = \"never\"\ncontainers = \"a\"", "containers"),
    ];
    for (text, expected) in cases {
        let error = Waivers::parse(&format!("[[waiver]]\n{text}\n")).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("line "), "{text}: {error}");
    }
}

#[test]
fn against_its_own_baseline_nothing_is_new() {
    let baseline = Baseline::of(&complete());
    assert_eq!(Baseline::parse(&serde_json::to_string(&baseline).unwrap()).unwrap(), baseline);
    let judged = judge(complete(), &Waivers::default(), Some(&baseline), &with(FailOn::New));
    assert_eq!(judged.exit_code, exit::CLEAN);
    let compared = judged.baseline.as_ref().unwrap();
    assert_eq!((compared.new, compared.fixed.len()), (0, 0));
    assert!(compared.known > 98);
    assert_eq!(finding(&judged, "privileged-container").disposition, Disposition::Known);
    assert_eq!(finding(&judged, "host-network").disposition, Disposition::Counts, "what passes is neither");
}

#[test]
fn a_container_that_is_deployed_again_is_not_new_and_another_is() {
    let baseline = Baseline::of(&complete());
    let privileged = |change: fn(&mut Subject)| {
        let mut report = complete();
        let findings = report.benchmarks.iter_mut().flat_map(|b| &mut b.sections).flat_map(|s| &mut s.findings);
        for evidence in findings.flat_map(|finding| &mut finding.evidence).filter(|e| e.subject.name == "db") {
            change(Arc::make_mut(&mut evidence.subject));
        }
        sample::fingerprint(&mut report);
        judge(report, &Waivers::default(), Some(&baseline), &with(FailOn::New))
    };
    let again = privileged(|db| (db.id, db.name) = ("new".into(), "shop-db-2".into()));
    assert_eq!(again.exit_code, exit::CLEAN);
    let other = privileged(|db| db.labels.clear());
    assert_eq!(other.exit_code, exit::FINDINGS);
    let compared = other.baseline.as_ref().unwrap();
    assert_eq!(compared.new, 1);
    assert_eq!(compared.fixed.iter().map(|known| known.subject.as_str()).collect::<Vec<_>>(), ["container shop/db"]);
}

#[test]
fn what_was_not_judged_in_full_is_not_fixed() {
    let baseline = Baseline::of(&complete());
    let mut report = sample::report();
    let findings = report.benchmarks.iter_mut().flat_map(|b| &mut b.sections).flat_map(|s| &mut s.findings);
    findings.for_each(|finding| finding.evidence.retain(|evidence| evidence.error.is_some()));
    let judged = judge(report, &Waivers::default(), Some(&baseline), &with(FailOn::New));
    let fixed = judged.baseline.unwrap().fixed;
    assert!(fixed.iter().all(|known| known.check != "privileged-container"), "{fixed:?}");
    let mut left_out = complete();
    left_out.benchmarks[0].sections.truncate(1);
    let judged = judge(left_out, &Waivers::default(), Some(&baseline), &with(FailOn::New));
    assert!(judged.baseline.unwrap().fixed.is_empty(), "a section was not looked at");
}

#[test]
fn another_engine_s_baseline_says_so() {
    let mut baseline = Baseline::of(&complete());
    baseline.engine = "ANOTHER".into();
    let judged = judge(complete(), &Waivers::default(), Some(&baseline), &with(FailOn::New));
    assert!(judged.report.notes.iter().any(|note| note.starts_with("the baseline is another engine's")));
}

#[test]
fn a_file_that_is_no_baseline_is_refused() {
    for text in ["", "{}", "[]", r#"{"keelmark-baseline":1}"#, r#"{"keelmark-baseline":1,"engine":"","known":[{}]}"#] {
        assert!(matches!(Baseline::parse(text), Err(BaselineError::Json(_))), "{text}");
    }
    assert!(matches!(Baseline::parse(r#"{"keelmark-baseline":2}"#), Err(BaselineError::Format(2))));
}
