//! Waivers, baselines and comparisons, as an operator uses them.

use std::path::Path;

use serde_json::{Value, json};

use super::{Done, Recorded, clean, keelmark, privileged, run};

const CHECK: [&str; 4] = ["--check", "privileged-container", "-o", "json"];

fn audit(recorded: &Recorded, args: &[&str]) -> (Done, Value) {
    let done = recorded.audit(&[&CHECK, args].concat());
    let report = serde_json::from_str(&done.stdout).unwrap_or_default();
    (done, report)
}

fn waivers(recorded: &Recorded, text: &str) -> String {
    let path = recorded.join("waivers.toml");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn waiver(more: &str) -> String {
    format!("[[waiver]]\ncheck = \"privileged-container\"\nreason = \"lab\"\n{more}\n")
}

#[test]
fn a_waiver_takes_a_finding_out_of_the_exit_code_and_not_out_of_the_report() {
    let recorded = privileged();
    let file = waivers(&recorded, &waiver("container = \"w*\"\nexpires = \"never\""));
    let (done, report) = audit(&recorded, &["--waivers", &file]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let finding = &report["benchmarks"][0]["sections"][0]["findings"][0];
    assert_eq!((&finding["status"], &finding["disposition"]["waived"]["reason"]), (&json!("fail"), &json!("lab")));
    assert_eq!((&report["counts"]["fail"], &report["counts"]["waived"]), (&json!(0), &json!(1)));
    let (done, _) = audit(&recorded, &["--no-waivers"]);
    assert_eq!(done.code, Some(1));
    let file = waivers(&recorded, &waiver("expires = 2001-01-01"));
    let (done, report) = audit(&recorded, &["--waivers", &file]);
    assert_eq!(done.code, Some(1));
    assert!(report["notes"].to_string().contains("ended on 2001-01-01"), "{}", report["notes"]);
}

#[test]
fn a_wrong_waiver_costs_no_audit_and_names_its_line() {
    let recorded = privileged();
    let file = waivers(&recorded, &waiver("expires = \"soon\""));
    let (done, _) = audit(&recorded, &["--waivers", &file]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(64), ""));
    assert!(done.stderr.contains("line 4") && done.stderr.contains("2027-03-31"), "{}", done.stderr);
}

#[test]
fn a_waiver_is_written_into_the_settings_and_read_from_there() {
    let recorded = privileged();
    let settings = recorded.join("keelmark.toml");
    std::fs::write(&settings, "trusted-users = [\"ann\"] # ours\n").unwrap();
    let waive = |args: &[&str]| -> Done {
        let mut command = keelmark();
        command.arg("--config").arg(&settings).arg("waive").args(args);
        command.output().unwrap().into()
    };
    let done = waive(&["5.5", "--container", "web", "--reason", "lab", "--expires", "never"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let text = std::fs::read_to_string(&settings).unwrap();
    assert!(
        text.starts_with("trusted-users = [\"ann\"] # ours\n") && text.contains("check = \"privileged-container\"")
    );
    let config = settings.display().to_string();
    assert_eq!(audit(&recorded, &["--config", &config]).0.code, Some(0));
    assert_eq!(audit(&recorded, &["--config", &config, "--no-waivers"]).0.code, Some(1));
    for wrong in [["5.555", "never"], ["5.5", "soon"]] {
        let done = waive(&[wrong[0], "--reason", "lab", "--expires", wrong[1]]);
        assert_eq!(done.code, Some(64), "{wrong:?}: {}", done.stderr);
    }
    assert_eq!(std::fs::read_to_string(&settings).unwrap(), text, "what is wrong is not written");
}

#[test]
fn against_a_baseline_only_what_is_new_counts() {
    let recorded = privileged();
    let baseline = recorded.join("baseline.json").display().to_string();
    let written = recorded.audit(&["--check", "privileged-container", "-o", &format!("baseline={baseline}")]);
    assert_eq!((written.code, written.stdout.as_str()), (Some(1), ""), "{}", written.stderr);
    let fail_on_new = ["--baseline", &baseline, "--fail-on", "new"];
    let (done, report) = audit(&recorded, &fail_on_new);
    assert_eq!((done.code, &report["baseline"]["new"]), (Some(0), &json!(0)), "{}", done.stderr);
    let another = Recorded::new(json!({"containers": [
        {"name": "web", "HostConfig": {"Privileged": true}},
        {"name": "late", "HostConfig": {"Privileged": true}},
    ]}));
    let (done, report) = audit(&another, &fail_on_new);
    assert_eq!((done.code, &report["baseline"]["new"]), (Some(1), &json!(1)), "{}", done.stderr);
    let (done, report) = audit(&clean(), &fail_on_new);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(report["baseline"]["fixed"][0]["subject"], "container web");
    assert_eq!(audit(&recorded, &["--fail-on", "new"]).0.code, Some(64), "new compared with what?");
}

#[test]
fn two_reports_are_compared() {
    let (one, other) = (privileged(), clean());
    let report = |recorded: &Recorded| {
        let path = recorded.join("report.json");
        recorded.audit(&["--check", "privileged-container", "-o", &format!("json={}", path.display())]);
        path.display().to_string()
    };
    let (worse, better) = (report(&one), report(&other));
    let fixed = run(&["diff", &worse, &better]);
    assert_eq!(fixed.code, Some(0), "{}", fixed.stderr);
    assert!(fixed.stdout.contains("Fixed (1)\n  privileged-container  container web:"), "{}", fixed.stdout);
    let new = run(&["diff", &better, &worse, "-o", "json"]);
    let found: Value = serde_json::from_str(&new.stdout).unwrap();
    assert_eq!((new.code, &found["new"][0]["subject"]), (Some(1), &json!("container web")));
    let recording = one.path();
    let done = run(&["diff", &worse, recording.to_str().unwrap()]);
    assert_eq!(done.code, Some(64));
    assert!(done.stderr.contains("format") && !Path::new("report").exists(), "{}", done.stderr);
}

#[test]
fn a_container_has_its_image_and_application_in_the_report() {
    let labels = json!({"com.docker.compose.project": "shop", "com.docker.compose.service": "web", "token": "x"});
    let recorded = Recorded::new(json!({"containers": [
        {"name": "shop-web-1", "HostConfig": {"Privileged": true}, "Config": {"Labels": labels}},
    ]}));
    let (done, report) = audit(&recorded, &[]);
    let evidence = &report["benchmarks"][0]["sections"][0]["findings"][0]["evidence"][0];
    let subject = &evidence["subject"];
    assert_eq!((&subject["kind"], &subject["name"]), (&json!("container"), &json!("shop-web-1")), "{}", done.stderr);
    assert_eq!(subject["image"], "registry.example/app:1.4");
    assert_eq!(subject["id"].as_str().map(str::len), Some(64), "{subject}");
    let application = json!({"com.docker.compose.project": "shop", "com.docker.compose.service": "web"});
    assert_eq!(subject["labels"], application, "no other label is in a report");
}
