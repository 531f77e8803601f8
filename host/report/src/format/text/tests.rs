use keelmark_contract::escape;

use crate::layout::width;
use crate::{Report, Style, sample};

const PLAIN: Style = Style { colour: false, remediation: true, verbose: false, width: 100 };

fn to_text(report: &Report, style: &Style) -> String {
    super::to_text(&report.clone().judged(), style)
}

/// Lines of the report that hold `needle`.
fn lines_with<'t>(text: &'t str, needle: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.contains(needle)).collect()
}

/// What colour adds, taken away again.
fn without_colour(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[test]
fn a_recommendation_is_a_line_with_its_evidence_below() {
    let text = to_text(&sample::report(), &PLAIN);
    assert!(
        text.contains("  PASS    5.10  Ensure that the host's network namespace is not shared — 100 containers\n"),
        "{text}"
    );
    let fail = text
        .split_once("  FAIL    5.5   Ensure that privileged containers are not used — 98 of 100 containers\n")
        .unwrap()
        .1;
    let expected = [
        "                  97 containers   HostConfig.Privileged = true, expected false",
        "                                  web-1, web-2, web-3, web-4, web-5, web-6, web-7, web-8 and 89 more",
        "                  container db    HostConfig.Privileged = true (as root), expected false",
        "                  container slow  could not be read: no answer in 5 s",
        "                  fix │ Recreate the container without the flag and add only what it needs:",
    ];
    assert_eq!(fail.lines().take(expected.len()).collect::<Vec<_>>(), expected);
}

#[test]
fn the_end_says_how_it_went() {
    let text = to_text(&sample::report(), &PLAIN);
    assert!(
        text.ends_with(
            "\nThe audit is incomplete: 2 recommendations could not be judged in full.\n\
             2 passed, 2 failed, 1 to judge, 1 not applicable, 1 could not be read\n"
        ),
        "{text}"
    );
    assert!(text.contains("\nSummary  audited in 67 ms\n"), "{text}");
    assert!(text.contains("  Total                             2     2       1     1      1\n"), "{text}");
}

#[test]
fn what_could_not_be_read_is_listed_by_cause() {
    let text = to_text(&sample::report(), &PLAIN);
    let unread = text.split_once("\nCould not be read\n").unwrap().1;
    let expected =
        "  needs root: permission denied reading /etc/docker/daemon.json\n    2.7\n  no answer in 5 s\n    5.5\n\n";
    assert!(unread.starts_with(expected), "{unread}");
}

#[test]
fn verbose_shows_what_is_otherwise_left_out() {
    let brief = to_text(&sample::report(), &PLAIN);
    assert!(brief.contains("… and 3 more; --verbose shows all"), "{brief}");
    assert!(!brief.contains("web-97") && !brief.contains("tenant-11"));
    let full = to_text(&sample::report(), &Style { verbose: true, ..PLAIN });
    assert!(full.contains("web-97") && full.contains("tenant-11") && !full.contains("--verbose"), "{full}");
    assert!(full.contains("check privileged-container, level 1, Docker - Linux, manual"));
}

#[test]
fn fixes_stand_under_failures_only_and_only_when_asked_for() {
    let mut report = sample::report();
    report.rules.values_mut().for_each(|rule| rule.fix = "the fix".into());
    let with = to_text(&report, &PLAIN);
    assert_eq!(lines_with(&with, "fix │ the fix").len(), report.counts().fail);
    let without = to_text(&report, &Style { remediation: false, ..PLAIN });
    assert!(!without.contains("the fix"));
}

#[test]
fn no_line_is_wider_than_asked() {
    let mut poisoned = sample::two_editions();
    sample::poison(&mut poisoned);
    for report in [sample::report(), sample::two_editions(), poisoned] {
        for (columns, verbose) in [60, 72, 80, 100, 160].into_iter().flat_map(|c| [(c, false), (c, true)]) {
            let text = to_text(&report, &Style { width: columns, verbose, ..PLAIN });
            for line in text.lines() {
                assert!(width(line) <= columns, "{columns}: {} {line}", width(line));
                assert_eq!(line.trim_end(), line);
            }
        }
    }
}

#[test]
fn no_width_is_too_odd() {
    for columns in [0, 1, usize::MAX] {
        let text = to_text(&sample::report(), &Style { width: columns, ..PLAIN });
        assert!(text.contains("audited in"), "{columns}");
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    for report in [sample::report(), sample::two_editions()] {
        let plain = to_text(&report, &PLAIN);
        assert!(!plain.contains('\u{1b}'));
        let coloured = to_text(&report, &Style { colour: true, ..PLAIN });
        let stripped: Vec<String> = without_colour(&coloured).lines().map(|line| line.trim_end().to_owned()).collect();
        assert_eq!(stripped, plain.lines().collect::<Vec<_>>());
    }
}

#[test]
fn no_string_can_forge_a_line_or_a_colour() {
    let wide = Style { width: usize::MAX, verbose: true, ..PLAIN };
    for report in [sample::report(), sample::two_editions()] {
        let mut poisoned = report.clone();
        sample::poison(&mut poisoned);
        let (clean, dirty) = (to_text(&report, &wide), to_text(&poisoned, &wide));
        assert!(!dirty.chars().any(|c| c != '\n' && escape::is_unsafe(c)));
        assert_eq!(dirty.lines().count(), clean.lines().count(), "{dirty}");
        assert!(dirty.contains(r"\n") && dirty.contains(r"\u{1b}[32m") && dirty.contains(r"\u{202e}"));
    }
}

#[test]
fn each_string_field_is_escaped_where_it_is_wrapped_too() {
    let mut report = sample::report();
    sample::poison(&mut report);
    let text = to_text(&report, &PLAIN);
    assert!(!text.chars().any(|c| c != '\n' && escape::is_unsafe(c)));
    assert!(!text.lines().any(|line| line.starts_with("PASS")), "{text}");
}

#[test]
fn the_lines_of_a_fix_cannot_pass_for_the_reports() {
    let mut report = sample::report();
    let hostile = format!("a\n  PASS    9.9   forged\n\u{1b}[2J{}", sample::POISON);
    report.rules.get_mut("default-bridge-icc").unwrap().fix = hostile;
    let text = to_text(&report, &PLAIN);
    assert!(!text.contains('\u{1b}'));
    for line in lines_with(&text, "forged") {
        assert!(line.contains("│ "), "{line}");
    }
}

#[test]
fn a_long_value_is_cut_unless_verbose() {
    let mut report = sample::report();
    let section = report.benchmarks.first_mut().and_then(|benchmark| benchmark.sections.first_mut()).unwrap();
    section.findings.first_mut().unwrap().evidence = vec![sample::evidence("daemon", "argv", &"x".repeat(5_000), "")];
    assert!(to_text(&report, &PLAIN).matches('x').count() < 400);
    assert!(to_text(&report, &Style { verbose: true, ..PLAIN }).matches('x').count() >= 5_000);
}

#[test]
fn editions_are_compared_by_check() {
    let text = to_text(&sample::two_editions(), &PLAIN);
    let (_, differ) = text.split_once("\nWhere the editions differ\n").unwrap();
    assert!(differ.contains("  host-network  FAIL 5.9 (cis-docker-1.6.0), PASS 5.10 (cis-docker-1.8.0)\n"), "{differ}");
    assert!(differ.contains("Only in cis-docker-1.8.0\n  ERROR   2.7  Ensure TLS"), "{differ}");
    assert!(
        differ.contains(
            "\ncis-docker-1.6.0: 1 passed, 3 failed, 1 to judge, 1 not applicable\ncis-docker-1.8.0: 2 passed"
        ),
        "{differ}"
    );
    assert!(!to_text(&sample::report(), &PLAIN).contains("editions differ"));
}

#[test]
fn editions_that_agree_say_so() {
    let mut report = sample::report();
    report.benchmarks.push(report.benchmarks[0].clone());
    let text = to_text(&report, &PLAIN);
    assert!(text.contains("  nowhere: the same checks with the same verdicts\n"));
}

#[test]
fn an_engine_that_cannot_be_asked_and_an_empty_report_are_reports_too() {
    let mut report = sample::report();
    report.engine.error = Some("nothing listens on /var/run/docker.sock".into());
    report.benchmarks.clear();
    let text = to_text(&report, &PLAIN);
    assert!(text.contains("Engine      could not be asked: nothing listens on /var/run/docker.sock\n"), "{text}");
    assert!(text.ends_with("The audit is incomplete.\nnothing audited\n"), "{text}");
}

#[test]
fn a_third_party_s_section_says_whose_word_it_is() {
    let text = to_text(&sample::with_third_party(), &PLAIN);
    let line = format!("  plugin acme-swarm 1.4.0, signed by RWQf6LRC, sha256 {}", "9f".repeat(32));
    // Wrapped, since a digest is long.
    assert!(text.replace("\n  ", " ").contains(line.trim()), "{text}");
    assert!(!text.contains("Where the editions differ"), "its benchmark was taken for an edition:\n{text}");
    assert!(text.contains("\nPlugins that did not take part\n  acme-slow\n    it takes longer than 120 s"), "{text}");
    assert!(text.contains("1 plugin did not take part."), "{text}");
}

/// Title, number and id are the built-in section's word for word.
#[test]
fn no_line_of_a_third_party_s_reads_like_one_of_an_edition() {
    let mut report = sample::with_third_party();
    let theirs = report.benchmarks.last_mut().unwrap();
    let (id, number, title) = ("cis-docker-1.8.0", "5", "Container Runtime");
    (theirs.id, theirs.title) = (id.into(), "CIS Docker Benchmark v1.8.0".into());
    (theirs.sections[0].number, theirs.sections[0].title) = (number.into(), title.into());
    theirs.sections[0].findings[0].status = crate::Status::Error;
    let names = [id, "5 Container Runtime", "CIS Docker Benchmark v1.8.0"];
    let lines_of = |report: &Report| {
        let text = to_text(report, &PLAIN);
        text.lines().filter(|line| names.iter().any(|name| line.contains(name))).map(str::to_owned).collect::<Vec<_>>()
    };
    let theirs = sample::report_of(report.benchmarks.split_off(1));
    let together = sample::report_of([sample::report().benchmarks, theirs.benchmarks.clone()].concat());
    assert!(lines_of(&theirs).len() >= 3 && !lines_of(&together).is_empty());
    for line in lines_of(&theirs) {
        assert!(line.contains("[third party] "), "{line}");
    }
    let marked = lines_of(&together).into_iter().filter(|line| line.contains("[third party] ")).count();
    assert!(marked >= 3, "{marked}");
}

#[test]
fn a_third_party_cannot_speak_to_the_terminal() {
    let mut report = sample::with_third_party();
    sample::poison(&mut report);
    let options = Style { verbose: true, ..PLAIN };
    for options in [PLAIN, options] {
        assert!(!to_text(&report, &options).chars().any(|c| c != '\n' && escape::is_unsafe(c)));
    }
}
