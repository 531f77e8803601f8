//! Verdicts, and the evidence without which nobody need believe one.

use std::collections::HashMap;
use std::fmt;

use crate::host::HostError;

/// The five verdicts; never overloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The facts are as they should be.
    Pass,
    /// The facts are not as they should be.
    Fail,
    /// A person must judge; the evidence is attached.
    Manual,
    /// The recommendation has nothing to apply to.
    NotApplicable,
    /// A fact could not be read.
    Error,
}

impl Status {
    /// The verdict's name in the WIT, and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Pass => "pass",
            Status::Fail => "fail",
            Status::Manual => "manual",
            Status::NotApplicable => "not-applicable",
            Status::Error => "error",
        }
    }
}

/// One fact that a verdict rests on.
///
/// ```
/// use keelmark_sdk::Evidence;
///
/// let evidence = Evidence::new("container web", "HostConfig.Privileged", true).expected(false);
/// assert_eq!(evidence.to_string(), "container web: HostConfig.Privileged = true (expected false)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// "container web", "file /etc/docker/daemon.json", "daemon".
    pub subject: String,
    /// In the words of its source: "HostConfig.Privileged".
    pub property: String,
    /// What was found: the value as its source gave it, so that it can be compared. Words about it are its note.
    pub found: String,
    /// What would have been right; empty where there is nothing to compare with.
    pub expected: String,
    /// Further pairs; known keys are `source`, `error` and `note`.
    pub info: Vec<(String, String)>,
}

impl Evidence {
    /// Evidence about a subject: which property of it has which value.
    pub fn new(subject: impl Into<String>, property: impl Into<String>, found: impl ToString) -> Self {
        Self {
            subject: subject.into(),
            property: property.into(),
            found: found.to_string(),
            expected: String::new(),
            info: Vec::new(),
        }
    }

    /// What would have been right.
    pub fn expected(mut self, expected: impl ToString) -> Self {
        self.expected = expected.to_string();
        self
    }

    /// Where the fact was read: "daemon.json", "command line of dockerd (pid 812)".
    pub fn source(mut self, source: impl ToString) -> Self {
        self.info.push(("source".into(), source.to_string()));
        self
    }

    /// Words about what was found: "the daemon remaps no users".
    pub fn note(mut self, note: impl ToString) -> Self {
        self.info.push(("note".into(), note.to_string()));
        self
    }

    /// A subject that could not be read, and why.
    pub fn unread(subject: impl Into<String>, error: &HostError) -> Self {
        let mut evidence = Self::new(subject, "", "could not be read");
        evidence.info.push(("error".into(), error.message.clone()));
        evidence
    }
}

/// `container web: HostConfig.Privileged = true (expected false)`: the form in which scenarios write evidence.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.subject)?;
        if !self.property.is_empty() {
            write!(f, " {} =", self.property)?;
        }
        write!(f, " {}", if self.found.is_empty() { "(empty)" } else { &self.found })?;
        if !self.expected.is_empty() {
            write!(f, " (expected {})", self.expected)?;
        }
        let mut notes = self.info.iter().filter(|(key, _)| key == "note");
        notes.try_for_each(|(_, note)| write!(f, " [{note}]"))
    }
}

/// A check's answer about one recommendation.
///
/// ```
/// use keelmark_sdk::{Status, Verdict};
///
/// assert_eq!(Verdict::not_applicable("no containers").status(), Status::NotApplicable);
/// ```
///
/// There is no constructor for an error: return the [`HostError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub(crate) status: Status,
    pub(crate) message: String,
    pub(crate) evidence: Vec<Evidence>,
}

impl Verdict {
    /// The facts are as they should be.
    pub fn pass(evidence: impl IntoIterator<Item = Evidence>) -> Self {
        Self { status: Status::Pass, message: String::new(), evidence: evidence.into_iter().collect() }
    }

    /// The facts are not as they should be; `message` is one sentence, the evidence says where.
    pub fn fail(message: impl Into<String>, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        Self { status: Status::Fail, message: message.into(), evidence: evidence.into_iter().collect() }
    }

    /// A person must judge; `message` says what, the evidence is what there is to go by.
    pub fn manual(message: impl Into<String>, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        Self { status: Status::Manual, message: message.into(), evidence: evidence.into_iter().collect() }
    }

    /// The recommendation has nothing to apply to.
    pub fn not_applicable(reason: impl Into<String>) -> Self {
        Self { status: Status::NotApplicable, message: reason.into(), evidence: Vec::new() }
    }

    /// Adds a sentence to a pass, or replaces the message.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Something has come up that makes the facts doubtful. What was right, or did not apply, is for a person to judge,
    /// with `message`; what was wrong stays so. Either way the doubt is in the evidence.
    ///
    /// ```
    /// use keelmark_sdk::{Evidence, Status, Verdict};
    ///
    /// let doubt = Evidence::new("file /etc/docker/daemon.json", "modified", "since dockerd started");
    /// let verdict = Verdict::pass([]).doubted("restart dockerd", doubt);
    /// assert_eq!(verdict.status(), Status::Manual);
    /// ```
    pub fn doubted(mut self, message: impl Into<String>, doubt: Evidence) -> Self {
        if matches!(self.status, Status::Pass | Status::NotApplicable) {
            self.status = Status::Manual;
            self.message = message.into();
        }
        self.evidence.push(doubt);
        self
    }

    /// The same where what was wrong is as doubtful as what was right: both are for a person to judge.
    pub fn unsettled(mut self, message: impl Into<String>, doubt: Evidence) -> Self {
        if self.status == Status::Fail {
            self.status = Status::Pass;
        }
        self.doubted(message, doubt)
    }

    /// Which of the five it is.
    pub fn status(&self) -> Status {
        self.status
    }
}

/// What a check says about one container, image or other subject; [`Judgement::sum_up`] makes the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// As it should be, by these facts.
    Good(Vec<Evidence>),
    /// Not as it should be.
    Bad(Vec<Evidence>),
    /// A person must judge this one.
    Ask(Vec<Evidence>),
    /// The recommendation does not apply to this one.
    Skip,
}

impl Judgement {
    /// As it should be, by one fact.
    pub fn good(evidence: Evidence) -> Self {
        Judgement::Good(vec![evidence])
    }

    /// Not as it should be, with one piece of evidence.
    pub fn bad(evidence: Evidence) -> Self {
        Judgement::Bad(vec![evidence])
    }

    /// For a person to judge, with one piece of evidence.
    pub fn ask(evidence: Evidence) -> Self {
        Judgement::Ask(vec![evidence])
    }

    /// `Bad` where `wrong`, else `Good`: by the same fact either way.
    pub fn bad_if(wrong: bool, evidence: Evidence) -> Self {
        if wrong { Judgement::bad(evidence) } else { Judgement::good(evidence) }
    }

    /// `Bad` where there is any evidence of wrong, else `Good` by what it `rests_on`.
    pub fn bad_if_any(wrong: Vec<Evidence>, rests_on: Evidence) -> Self {
        if wrong.is_empty() { Judgement::good(rests_on) } else { Judgement::Bad(wrong) }
    }

    /// `Bad` where anything is wrong, with what is to be asked about beside it; else `Ask` where there is that; else
    /// `Good` by what it `rests_on`.
    pub fn worst(mut wrong: Vec<Evidence>, ask: Vec<Evidence>, rests_on: Evidence) -> Self {
        match (wrong.is_empty(), ask.is_empty()) {
            (true, true) => Judgement::good(rests_on),
            (true, false) => Judgement::Ask(ask),
            (false, _) => {
                wrong.extend(ask);
                Judgement::Bad(wrong)
            }
        }
    }

    /// The verdict over all subjects: one that is bad decides; else one that could not be read; else one to ask about.
    ///
    /// ```
    /// use keelmark_sdk::{Evidence, Judgement, Status};
    ///
    /// let judged = [
    ///     ("container web".to_owned(), Ok(Judgement::good(Evidence::new("container web", "State", "running")))),
    ///     ("container db".to_owned(), Ok(Judgement::bad(Evidence::new("container db", "State", "paused")))),
    /// ];
    /// let verdict = Judgement::sum_up("containers", judged)?;
    /// assert_eq!(verdict.status(), Status::Fail);
    /// # Ok::<(), keelmark_sdk::HostError>(())
    /// ```
    ///
    /// `noun` is the plural of what was judged ("containers"). Where some are bad and others could not be read, the
    /// verdict is `fail` and the unread ones stand in its evidence with an `error`, so that the audit counts as incomplete.
    /// A pass tells on what it rests: the same fact about many subjects once, as about "97 containers".
    ///
    /// Every subject counts. A fact that [does not exist here](HostError::inapplicable) says nothing about the one subject
    /// that it was asked about: that one was not judged, which is an error and not a reason to leave it out. What the
    /// recommendation does not apply to is [`Judgement::Skip`].
    pub fn sum_up(
        noun: &str,
        judgements: impl IntoIterator<Item = (String, Result<Judgement, HostError>)>,
    ) -> Result<Verdict, HostError> {
        Self::sum_up_all(noun, &mut judgements.into_iter())
    }

    /// Behind a reference, so that a plugin holds one copy of it.
    fn sum_up_all(
        noun: &str,
        judgements: &mut dyn Iterator<Item = (String, Result<Judgement, HostError>)>,
    ) -> Result<Verdict, HostError> {
        let (mut good, mut skipped) = (0, 0);
        let mut right = Vec::new();
        let (mut bad, mut ask, mut unread) = (Vec::new(), Vec::new(), Vec::new());
        let (mut bad_subjects, mut ask_subjects) = (0, 0);
        let mut first_error: Option<HostError> = None;
        for (subject, judgement) in judgements {
            match judgement {
                Ok(Judgement::Good(evidence)) => {
                    good += 1;
                    right.extend(evidence);
                }
                Ok(Judgement::Skip) => skipped += 1,
                Ok(Judgement::Bad(evidence)) => {
                    bad_subjects += 1;
                    bad.extend(evidence);
                }
                Ok(Judgement::Ask(evidence)) => {
                    ask_subjects += 1;
                    ask.extend(evidence);
                }
                Err(error) => {
                    unread.push(Evidence::unread(subject, &error));
                    first_error.get_or_insert(error);
                }
            }
        }
        let judged = good + bad_subjects + ask_subjects;
        if bad_subjects > 0 {
            // What else there is to say stays in sight: a person's part, and what makes the audit incomplete.
            let also = if ask_subjects > 0 { format!(", and {ask_subjects} to judge") } else { String::new() };
            bad.extend(ask);
            bad.extend(unread);
            return Ok(Verdict::fail(format!("{bad_subjects} of {}{also}", counted(judged, noun)), bad));
        }
        if let Some(error) = first_error {
            let others = unread.len() - 1;
            return Err(HostError::new(
                error.kind,
                match others {
                    0 => error.message,
                    1 => format!("{} (and one more could not be read)", error.message),
                    n => format!("{} (and {n} more could not be read)", error.message),
                },
            ));
        }
        Ok(if ask_subjects > 0 {
            Verdict::manual(format!("{ask_subjects} of {} to judge", counted(judged, noun)), ask)
        } else if good > 0 {
            let others = if skipped > 0 { format!(", and {skipped} that it does not apply to") } else { String::new() };
            Verdict::pass(told_once(right, noun)).message(format!("{}{others}", counted(good, noun)))
        } else if skipped == 1 {
            Verdict::not_applicable(format!("does not apply to the one {}", singular(noun)))
        } else if skipped > 0 {
            Verdict::not_applicable(format!("applies to none of the {skipped} {noun}"))
        } else {
            Verdict::not_applicable(format!("no {noun}"))
        })
    }
}

/// "1 container", "2 containers", "0 registries".
///
/// ```
/// assert_eq!(keelmark_sdk::counted(1, "registries"), "1 registry");
/// ```
pub fn counted(number: usize, plural: &str) -> String {
    if number == 1 { format!("1 {}", singular(plural)) } else { format!("{number} {plural}") }
}

/// Of a regular plural.
fn singular(plural: &str) -> String {
    let stem = |ending: &str, instead: &str| plural.strip_suffix(ending).map(|stem| format!("{stem}{instead}"));
    stem("ies", "y").or_else(|| stem("sses", "ss")).or_else(|| stem("s", "")).unwrap_or_else(|| plural.to_owned())
}

/// What is the same of several subjects as one piece of evidence about "97 containers", where it was first said.
fn told_once(evidence: Vec<Evidence>, noun: &str) -> Vec<Evidence> {
    let mut facts: Vec<(Evidence, Vec<String>)> = Vec::new();
    let mut known = HashMap::new();
    for mut one in evidence {
        let subject = std::mem::take(&mut one.subject);
        match known.get(&one).and_then(|at: &usize| facts.get_mut(*at)) {
            Some((_, subjects)) if subjects.last() == Some(&subject) => {}
            Some((_, subjects)) => subjects.push(subject),
            None => {
                known.insert(one.clone(), facts.len());
                facts.push((one, vec![subject]));
            }
        }
    }
    let named = |(fact, mut subjects): (Evidence, Vec<String>)| {
        let one = if subjects.len() == 1 { subjects.pop() } else { None };
        Evidence { subject: one.unwrap_or_else(|| counted(subjects.len(), noun)), ..fact }
    };
    facts.into_iter().map(named).collect()
}

#[cfg(test)]
mod tests;
