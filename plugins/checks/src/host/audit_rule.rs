//! Whether a file's audit rule is there, and the macro that makes a check of it.

use std::collections::BTreeSet;

use keelmark_sdk::{Evidence, Facts, FileKind, HostError, Verdict};

use super::audit_rules::{AuditRules, Coverage, Source};
use crate::files::place::{Located, Place};

const EXPECTED: &str = "a rule that records writes and attribute changes";

/// Every file at `place` is covered by an audit rule.
pub fn audit(facts: &Facts, place: &Place) -> Result<Verdict, HostError> {
    let found = place.find(facts)?;
    if found.files.is_empty() {
        return Ok(found.settled(Verdict::not_applicable(&found.absent)));
    }
    let rules = facts.derive(AuditRules::read)?;
    let (mut passed, mut doubtful, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for file in &found.files {
        let by_source: Vec<(&str, Coverage)> =
            rules.sources.iter().map(|source| (source.name.as_str(), coverage(source, file))).collect();
        let count = |is: fn(&Coverage) -> bool| by_source.iter().filter(|(_, coverage)| is(coverage)).count();
        let recorded = count(|coverage| matches!(coverage, Coverage::Recorded(_)));
        let absent = count(|coverage| matches!(coverage, Coverage::Missing(_)));
        let evidence = by_source.iter().map(|(source, coverage)| show(file, source, coverage));
        if by_source.is_empty() {
            let none = show(file, "neither auditctl nor /etc/audit has rules", &Coverage::Missing(Vec::new()));
            missing.push(none);
        } else if recorded == by_source.len() {
            passed.extend(evidence);
        } else if absent == by_source.len() {
            missing.extend(evidence);
        } else {
            // A rule under conditions, or two sources that do not say the same.
            doubtful.extend(evidence);
        }
    }
    let verdict = if !missing.is_empty() {
        let subjects: BTreeSet<&str> = missing.iter().map(|evidence| evidence.subject.as_str()).collect();
        let what = match (found.files.as_slice(), subjects.len()) {
            ([file], _) => file.path.clone(),
            (files, count) => format!("{count} of {} files", files.len()),
        };
        Verdict::fail(format!("no audit rule records who changes {what}"), missing)
    } else if !doubtful.is_empty() {
        let message = match rules.sources.len() {
            1 => "judge whether these rules leave out accesses that matter",
            _ => "judge which rules are loaded, and whether they leave out accesses that matter",
        };
        Verdict::manual(message, doubtful)
    } else if !rules.are_loaded {
        Verdict::manual("the rules stand in files: find out whether the kernel has loaded them (auditctl -l)", passed)
    } else {
        Verdict::pass(passed)
    };
    Ok(found.settled(verdict))
}

fn coverage(source: &Source, file: &Located) -> Coverage {
    let is_dir = file.metadata.kind == FileKind::Directory;
    let (certain, doubtful) = file.watched_names();
    match (source.coverage(&certain, is_dir), source.coverage(&doubtful, is_dir)) {
        // The rule names what may be a link: then it watches the link.
        (Coverage::Missing(_), Coverage::Recorded(rules) | Coverage::Partly(rules)) if !doubtful.is_empty() => {
            Coverage::Partly(rules)
        }
        (coverage, _) => coverage,
    }
}

fn show(file: &Located, source: &str, coverage: &Coverage) -> Evidence {
    let (Coverage::Recorded(rules) | Coverage::Partly(rules) | Coverage::Missing(rules)) = coverage;
    let found = if rules.is_empty() { "none".to_owned() } else { rules.join("; ") };
    let source = if file.because.is_empty() { source.to_owned() } else { format!("{source}; {}", file.because) };
    let evidence = Evidence::new(format!("file {}", file.path), "audit rule", found).source(source);
    if matches!(coverage, Coverage::Recorded(_)) { evidence } else { evidence.expected(EXPECTED) }
}

/// The check that a file is audited: the words in which it differs from the others, and where the file is.
macro_rules! audit_check {
    (
        $name:ident $slug:literal decides $control:literal,
        what: $what:literal,
        params: [$(($param:literal, $value:literal)),*],
        place: |$bound:ident| $place:expr,
        located: $located:literal,
        $(needs: $needs:expr,)?
        harm: $harm:literal,
        path: $path:literal,
        impact: $impact:literal $(,)?
    ) => {
        pub static $name: ::keelmark_sdk::Check = ::keelmark_sdk::Check {
            slug: $slug,
            control: $control,
            title: concat!("Changes to ", $what, " are not audited"),
            means: concat!("The kernel's audit log records who changes ", $what, "."),
            why: concat!(
                $harm,
                " Everything the engine does is done as root, so its own log does not tell which account was behind a \
                 change; the audit log does, and the login that it came from."
            ),
            audited: concat!(
                $located,
                " A rule must record at least writes and changes of attributes (-p wa; without -p it is all \
                 accesses) of that file, or of a directory that holds it; a rule for something inside it, or for a \
                 name that merely begins alike, is none. Rules come from auditctl -l, and must be enabled (auditctl \
                 -s); where auditctl cannot be run, from /etc/audit/audit.rules and from /etc/audit/rules.d/*.rules, \
                 whose rules a person must find in the kernel. \
                 The first rule that matches decides, as in the kernel, so an earlier `never` counts. A rule that is \
                 bound to users, system calls or results is left to a person, and so are two rule files that \
                 disagree, and a rule for a name that may be a link to the file: it would watch the link; and one \
                 with -F path= for a directory, which does not reach what is written in it; and rules by which \
                 nobody writes down who it was or which file (exclude SYSCALL or PATH, a filesystem that is left out)."
            ),
            fix: concat!(
                "Add to /etc/audit/rules.d/docker.rules:\n\
                 \n\
                 -w ",
                $path,
                " -p rwxa -k docker\n\
                 \n\
                 and load it: augenrules --load"
            ),
            impact: $impact,
            deviates: "",
            default: "No audit rule of any distribution covers the engine's files.",
            references: &[
                "https://man7.org/linux/man-pages/man8/auditctl.8.html",
                "https://man7.org/linux/man-pages/man7/audit.rules.7.html",
                "https://docs.docker.com/engine/security/",
            ],
            needs: $crate::needs::joined![$crate::files::place::NEEDS, $crate::host::audit_rules::NEEDS $(, $needs)?],
            params: &[$(($param, $value)),*],
            audit: |facts, $bound| $crate::host::audit_rule::audit(facts, &$place),
        };
    };
}
pub(crate) use audit_check;
