//! What judgements add up to, and how verdicts are written.

use super::*;
use crate::host::ErrorKind;

type Judged = Result<Judgement, HostError>;

fn evidence(subject: &str) -> Evidence {
    Evidence::new(subject, "p", "x")
}

fn good() -> Judged {
    Ok(Judgement::good(Evidence::new("a", "p", "y")))
}

fn bad(subject: &str) -> Judged {
    Ok(Judgement::bad(evidence(subject)))
}

fn ask(subject: &str) -> Judged {
    Ok(Judgement::ask(evidence(subject)))
}

fn unread(message: &str) -> Judged {
    Err(HostError::new(ErrorKind::Timeout, message))
}

/// Sums up subjects called a, b, c …
fn sum_up(judged: impl IntoIterator<Item = Judged>) -> Result<Verdict, HostError> {
    Judgement::sum_up("things", ('a'..).map(String::from).zip(judged))
}

fn lines(verdict: &Verdict) -> Vec<String> {
    verdict.evidence.iter().map(ToString::to_string).collect()
}

#[test]
fn all_good_is_a_pass_that_counts_them() {
    let verdict = sum_up([good(), good()]).unwrap();
    assert_eq!((verdict.status, verdict.message.as_str()), (Status::Pass, "2 things"));
}

#[test]
fn one_bad_decides_over_good_and_ask_and_hides_neither() {
    let verdict = sum_up([good(), ask("b"), bad("c")]).unwrap();
    assert_eq!((verdict.status, verdict.message.as_str()), (Status::Fail, "1 of 3 things, and 1 to judge"));
    assert_eq!(lines(&verdict), ["c: p = x", "b: p = x"]);
}

#[test]
fn bad_and_unread_is_a_fail_with_the_unread_in_evidence() {
    let verdict = sum_up([unread("no answer"), bad("b"), good()]).unwrap();
    assert_eq!((verdict.status, verdict.message.as_str()), (Status::Fail, "1 of 2 things"));
    assert_eq!(lines(&verdict), ["b: p = x", "a: could not be read"]);
    assert_eq!(verdict.evidence[1].info, [("error".to_owned(), "no answer".to_owned())]);
}

#[test]
fn unread_without_bad_is_an_error_whatever_else_there_is() {
    for others in [good(), ask("b"), Ok(Judgement::Skip)] {
        let error = sum_up([others, unread("no answer")]).unwrap_err();
        assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Timeout, "no answer"));
    }
}

#[test]
fn an_error_says_how_many_more_there_are() {
    let message = |count: usize| sum_up((0..count).map(|_| unread("no"))).unwrap_err().message;
    assert_eq!(message(1), "no");
    assert_eq!(message(2), "no (and one more could not be read)");
    assert_eq!(message(4), "no (and 3 more could not be read)");
}

#[test]
fn ask_without_bad_or_unread_is_manual() {
    let verdict = sum_up([good(), ask("b"), Ok(Judgement::Skip)]).unwrap();
    assert_eq!((verdict.status, verdict.message.as_str()), (Status::Manual, "1 of 2 things to judge"));
    assert_eq!(lines(&verdict), ["b: p = x"]);
}

#[test]
fn ask_without_evidence_is_manual_too() {
    assert_eq!(sum_up([Ok(Judgement::Ask(Vec::new()))]).unwrap().status, Status::Manual);
    assert_eq!(sum_up([Ok(Judgement::Bad(Vec::new()))]).unwrap().status, Status::Fail);
}

#[test]
fn only_skipped_is_not_applicable_and_one_good_beside_them_is_a_pass() {
    let verdict = sum_up([Ok(Judgement::Skip), Ok(Judgement::Skip)]).unwrap();
    let expected = (Status::NotApplicable, "applies to none of the 2 things");
    assert_eq!((verdict.status, verdict.message.as_str()), expected);
    let verdict = sum_up([Ok(Judgement::Skip), good()]).unwrap();
    let expected = (Status::Pass, "1 thing, and 1 that it does not apply to");
    assert_eq!((verdict.status, verdict.message.as_str()), expected);
}

#[test]
fn nothing_to_judge_is_not_applicable_and_never_a_pass() {
    let verdict = sum_up([]).unwrap();
    assert_eq!((verdict.status, verdict.message.as_str()), (Status::NotApplicable, "no things"));
}

#[test]
fn a_doubt_takes_a_pass_away_and_leaves_a_fail() {
    let doubted = |verdict: Verdict| {
        let verdict = verdict.doubted("judge it", evidence("doubt"));
        assert_eq!(lines(&verdict).last().map(String::as_str), Some("doubt: p = x"));
        (verdict.status, verdict.message)
    };
    assert_eq!(doubted(Verdict::pass([evidence("a")])), (Status::Manual, "judge it".into()));
    assert_eq!(doubted(Verdict::not_applicable("nothing")), (Status::Manual, "judge it".into()));
    assert_eq!(doubted(Verdict::fail("bad", [])), (Status::Fail, "bad".into()));
    assert_eq!(doubted(Verdict::manual("look", [])), (Status::Manual, "look".into()));
}

#[test]
fn evidence_is_written_as_scenarios_write_it() {
    assert_eq!(evidence("a").expected("y").source("here").to_string(), "a: p = x (expected y)");
    assert_eq!(Evidence::new("a", "p", "").expected("y").note("why").to_string(), "a: p = (empty) (expected y) [why]");
    assert_eq!(Evidence::unread("a", &HostError::failed("no")).to_string(), "a: could not be read");
}

#[test]
fn whatever_is_judged_tells_by_what() {
    let (a, b, fact) = (|| evidence("a"), || evidence("b"), || Evidence::new("a", "q", "z"));
    assert_eq!(Judgement::bad_if_any(Vec::new(), fact()), Judgement::good(fact()));
    assert_eq!(Judgement::bad_if_any(vec![a()], fact()), Judgement::bad(a()));
    assert_eq!(Judgement::bad_if(false, a()), Judgement::good(a()));
    assert_eq!(Judgement::bad_if(true, a()), Judgement::bad(a()));
    assert_eq!(Judgement::worst(vec![a()], vec![b()], fact()), Judgement::Bad(vec![a(), b()]));
    assert_eq!(Judgement::worst(Vec::new(), vec![b()], fact()), Judgement::ask(b()));
    assert_eq!(Judgement::worst(Vec::new(), Vec::new(), fact()), Judgement::good(fact()));
}

#[test]
fn a_pass_tells_once_what_is_true_of_many() {
    let fact = |subject: &str, found: &str| Ok(Judgement::good(Evidence::new(subject, "p", found)));
    let twice = Judgement::Good(vec![Evidence::new("d", "p", "y"), Evidence::new("d", "p", "y")]);
    let verdict = sum_up([fact("a", "x"), fact("b", "y"), fact("c", "x"), Ok(twice)]).unwrap();
    assert_eq!((verdict.status, verdict.message.as_str()), (Status::Pass, "4 things"));
    assert_eq!(lines(&verdict), ["2 things: p = x", "2 things: p = y"]);
    assert_eq!(lines(&sum_up([fact("a", "x")]).unwrap()), ["a: p = x"]);
}

#[test]
fn a_fact_that_does_not_exist_here_leaves_no_subject_out() {
    let absent = || Err(HostError::inapplicable("there is no daemon"));
    for others in [good(), Ok(Judgement::Skip), ask("b")] {
        let error = sum_up([others, absent()]).unwrap_err();
        assert_eq!((error.message.as_str(), error.is_inapplicable()), ("there is no daemon", false));
    }
    assert_eq!(lines(&sum_up([bad("a"), absent()]).unwrap()), ["a: p = x", "b: could not be read"]);
}

#[test]
fn numbers_agree_with_their_nouns() {
    let counted =
        [(1, "containers"), (2, "containers"), (1, "registries"), (1, "addresses"), (0, "images"), (1, "sheep")];
    let counted = counted.map(|(number, plural)| super::counted(number, plural));
    assert_eq!(counted, ["1 container", "2 containers", "1 registry", "1 address", "0 images", "1 sheep"]);
}
