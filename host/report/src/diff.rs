//! What changed between two reports: object by object, whatever became of containers' ids, and check by check, whatever
//! the editions call their recommendations.

use std::collections::{BTreeMap, BTreeSet};

use keelmark_contract::escape;
use schemars::JsonSchema;
use serde::Serialize;

use crate::layout::{plural, wrap};
use crate::model::SubjectKind;
use crate::paint::Paint;
use crate::{Evidence, Report, Status, exit};

/// The differences between an older report and a newer one.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Differences {
    /// Wrong now, and not before.
    pub new: Vec<Change>,
    /// Wrong before, and not now.
    pub fixed: Vec<Change>,
    /// Wrong before and now, in another way.
    pub changed: Vec<Change>,
    /// Checks of which one of the reports does not say enough.
    pub incomparable: Vec<Incomparable>,
    /// How many objects are as wrong as they were.
    pub same: usize,
}

/// One object of which a verdict changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// The rule's id: "privileged-container".
    pub check: String,
    /// "container shop/web"; empty where a finding has no evidence.
    pub subject: String,
    pub property: String,
    /// What was found before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// What is found now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub now: Vec<String>,
}

/// A check that cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Incomparable {
    pub check: String,
    pub why: String,
}

/// An object, as far as it can be recognised: not by the engine either, so that two hosts can be compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Object {
    kind: SubjectKind,
    name: String,
    property: String,
}

/// What a report says of one check.
#[derive(Default)]
struct Said {
    in_doubt: bool,
    wrong: BTreeMap<Object, BTreeSet<String>>,
}

/// Compares two reports.
pub fn differences(old: &Report, new: &Report) -> Differences {
    let (old, new) = (by_check(old), by_check(new));
    let mut found = Differences::default();
    for check in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let why = match (old.get(check), new.get(check)) {
            (None, _) => Some("the older report does not look at it"),
            (_, None) => Some("the newer report does not look at it"),
            (Some(old), _) if old.in_doubt => Some("the older report could not read all of it"),
            (_, Some(new)) if new.in_doubt => Some("the newer report could not read all of it"),
            _ => None,
        };
        found.incomparable.extend(why.map(|why| Incomparable { check: check.clone(), why: why.to_owned() }));
        // What is seen is certain; that something is not seen says nothing where not all could be read.
        let (Some(old), Some(new)) = (old.get(check), new.get(check)) else { continue };
        compare(check, old, new, &mut found);
    }
    found
}

fn compare(check: &str, old: &Said, new: &Said, found: &mut Differences) {
    let change = |object: &Object, before: Option<&BTreeSet<String>>, now: Option<&BTreeSet<String>>| Change {
        check: check.to_owned(),
        subject: object.sentence(),
        property: object.property.clone(),
        before: before.into_iter().flatten().cloned().collect(),
        now: now.into_iter().flatten().cloned().collect(),
    };
    for (object, now) in &new.wrong {
        match old.wrong.get(object) {
            Some(before) if before == now => found.same += 1,
            Some(before) => found.changed.push(change(object, Some(before), Some(now))),
            None if !old.in_doubt => found.new.push(change(object, None, Some(now))),
            None => {}
        }
    }
    let gone = old.wrong.iter().filter(|(object, _)| !new.in_doubt && !new.wrong.contains_key(object));
    found.fixed.extend(gone.map(|(object, before)| change(object, Some(before), None)));
}

fn by_check(report: &Report) -> BTreeMap<String, Said> {
    let mut checks: BTreeMap<String, Said> = BTreeMap::new();
    for section in report.sections() {
        for finding in &section.findings {
            let said = checks.entry(section.rule_id(&finding.check)).or_default();
            said.in_doubt |= finding.is_incomplete();
            if !matches!(finding.status, Status::Fail | Status::Manual) {
                continue;
            }
            if finding.evidence.is_empty() {
                said.wrong.entry(Object::none()).or_default().insert(finding.message.clone());
            }
            for evidence in finding.evidence.iter().filter(|evidence| evidence.error.is_none()) {
                said.wrong.entry(Object::of(evidence)).or_default().insert(evidence.found.clone());
            }
        }
    }
    checks
}

impl Object {
    fn none() -> Self {
        Self { kind: SubjectKind::Other, name: String::new(), property: String::new() }
    }

    fn of(evidence: &Evidence) -> Self {
        let subject = &evidence.subject;
        Self { kind: subject.kind, name: subject.stable_name(), property: evidence.property.clone() }
    }

    fn sentence(&self) -> String {
        crate::Subject { kind: self.kind, name: self.name.clone(), ..Default::default() }.to_string()
    }
}

impl Differences {
    /// 0 where nothing is worse, 1 where something is, 2 where the reports do not say enough to tell.
    pub fn exit_code(&self) -> u8 {
        match (self.incomparable.is_empty(), self.new.is_empty()) {
            (false, _) => exit::INCOMPLETE,
            (true, false) => exit::FINDINGS,
            (true, true) => exit::CLEAN,
        }
    }
}

/// The differences as text of at most `width` columns.
pub fn diff_text(found: &Differences, width: usize, colour: bool) -> String {
    let mut page = Lines { text: String::new(), width: width.max(40), paint: Paint::new(colour) };
    for (heading, status, changes) in [
        ("New", Status::Fail, &found.new),
        ("Changed", Status::Manual, &found.changed),
        ("Fixed", Status::Pass, &found.fixed),
    ] {
        if !changes.is_empty() {
            let heading = page.paint.status(status, &format!("{heading} ({})", changes.len()));
            page.text.push_str(&format!("{heading}\n"));
            changes.iter().for_each(|change| page.line(&change.sentence()));
            page.text.push('\n');
        }
    }
    if !found.incomparable.is_empty() {
        let heading = format!("Cannot be compared ({})", found.incomparable.len());
        page.text.push_str(&format!("{}\n", page.paint.status(Status::Error, &heading)));
        found.incomparable.iter().for_each(|one| page.line(&format!("{}: {}", one.check, one.why)));
        page.text.push('\n');
    }
    let last = format!(
        "{} new, {} changed, {} fixed, {} as before; {} {} cannot be compared",
        found.new.len(),
        found.changed.len(),
        found.fixed.len(),
        found.same,
        found.incomparable.len(),
        plural("check", found.incomparable.len())
    );
    page.text.push_str(&format!("{}\n", page.paint.heading(&last)));
    page.text
}

struct Lines {
    text: String,
    width: usize,
    paint: Paint,
}

impl Lines {
    fn line(&mut self, line: &str) {
        for (n, part) in wrap(&escape::line(line), self.width - 4).into_iter().enumerate() {
            self.text.push_str(&format!("{}{part}\n", if n == 0 { "  " } else { "    " }));
        }
    }
}

impl Change {
    /// "privileged-container  container db: HostConfig.Privileged = true"
    fn sentence(&self) -> String {
        let Self { check, subject, property, before, now } = self;
        let about =
            [subject.as_str(), property].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
        let about = if about.is_empty() { String::new() } else { format!("  {about} =") };
        let values = match (before.is_empty(), now.is_empty()) {
            (false, false) => format!("{} -> {}", before.join(", "), now.join(", ")),
            (_, true) => before.join(", "),
            (true, false) => now.join(", "),
        };
        format!("{check}{about} {values}")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::sample;

    fn complete() -> Report {
        let mut report = sample::report();
        for section in report.benchmarks.iter_mut().flat_map(|benchmark| &mut benchmark.sections) {
            section.findings.retain(|finding| finding.status != Status::Error);
            section.findings.iter_mut().for_each(|finding| finding.evidence.retain(|one| one.error.is_none()));
        }
        report
    }

    fn privileged(report: &mut Report) -> &mut Vec<Evidence> {
        let findings = report.benchmarks.iter_mut().flat_map(|b| &mut b.sections).flat_map(|s| &mut s.findings);
        &mut findings.into_iter().find(|finding| finding.check == "privileged-container").unwrap().evidence
    }

    #[test]
    fn a_report_does_not_differ_from_itself() {
        let found = differences(&complete(), &complete());
        assert_eq!(
            (found.new.len(), found.fixed.len(), found.changed.len(), found.exit_code()),
            (0, 0, 0, exit::CLEAN)
        );
        assert!(found.same > 98);
    }

    #[test]
    fn what_came_what_went_and_what_is_otherwise() {
        let (old, mut new) = (complete(), complete());
        let evidence = privileged(&mut new);
        evidence.retain(|one| one.subject.name != "web-1");
        evidence.push(sample::evidence("container late", "HostConfig.Privileged", "true", "false"));
        evidence.iter_mut().filter(|one| one.subject.name == "db").for_each(|one| one.found = "true".into());
        let found = differences(&old, &new);
        let subjects = |changes: &[Change]| changes.iter().map(|change| change.subject.clone()).collect::<Vec<_>>();
        assert_eq!(subjects(&found.new), ["container late"]);
        assert_eq!(subjects(&found.fixed), ["container web-1"]);
        assert_eq!(subjects(&found.changed), ["container shop/db"]);
        assert_eq!(found.exit_code(), exit::FINDINGS);
        let text = diff_text(&found, 100, false);
        assert!(
            text.contains("New (1)\n  privileged-container  container late: HostConfig.Privileged = true\n"),
            "{text}"
        );
        assert!(text.contains("container shop/db: HostConfig.Privileged = true (as root) -> true\n"), "{text}");
        assert!(differences(&new, &old).exit_code() == exit::FINDINGS);
    }

    #[test]
    fn a_container_that_is_deployed_again_did_not_change() {
        let (old, mut new) = (complete(), complete());
        for one in privileged(&mut new).iter_mut().filter(|one| one.subject.name == "db") {
            let subject = Arc::make_mut(&mut one.subject);
            (subject.id, subject.name) = ("9".repeat(64), "shop-db-7".into());
        }
        assert_eq!(differences(&old, &new).exit_code(), exit::CLEAN);
    }

    #[test]
    fn what_could_not_be_read_is_neither_new_nor_fixed() {
        let found = differences(&complete(), &sample::report());
        assert!(found.fixed.is_empty() && found.new.is_empty(), "{found:?}");
        let checks: Vec<&str> = found.incomparable.iter().map(|one| one.check.as_str()).collect();
        assert_eq!(checks, ["daemon-tls", "privileged-container"]);
        assert_eq!(found.exit_code(), exit::INCOMPLETE);
    }

    #[test]
    fn no_name_can_speak_to_the_terminal() {
        let mut poisoned = complete();
        sample::poison(&mut poisoned);
        let text = diff_text(&differences(&complete(), &poisoned), 80, false);
        assert!(!text.chars().any(|c| c != '\n' && escape::is_unsafe(c)), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("PASS")), "{text}");
    }
}
