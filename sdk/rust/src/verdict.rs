//! Verdicts, and the evidence without which nobody need believe one.

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// "container web", "file /etc/docker/daemon.json", "daemon".
    pub subject: String,
    /// In the words of its source: "HostConfig.Privileged".
    pub property: String,
    /// What was found.
    pub found: String,
    /// What would have been right; empty where there is nothing to compare with.
    pub expected: String,
    /// Further pairs; known keys are `source` and `error`.
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
        write!(f, " {}", self.found)?;
        if !self.expected.is_empty() {
            write!(f, " (expected {})", self.expected)?;
        }
        Ok(())
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

    /// Which of the five it is.
    pub fn status(&self) -> Status {
        self.status
    }
}

/// What a check says about one container, image or other subject; [`Judgement::sum_up`] makes the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad(Vec<Evidence>),
    /// A person must judge this one.
    Ask(Vec<Evidence>),
    /// The recommendation does not apply to this one.
    Skip,
}

impl Judgement {
    /// Not as it should be, with one piece of evidence.
    pub fn bad(evidence: Evidence) -> Self {
        Judgement::Bad(vec![evidence])
    }

    /// For a person to judge, with one piece of evidence.
    pub fn ask(evidence: Evidence) -> Self {
        Judgement::Ask(vec![evidence])
    }

    /// `Bad` with the evidence where `wrong`, else `Good`.
    pub fn bad_if(wrong: bool, evidence: impl FnOnce() -> Evidence) -> Self {
        if wrong { Judgement::bad(evidence()) } else { Judgement::Good }
    }

    /// `Bad` where there is any evidence, else `Good`.
    pub fn bad_if_any(evidence: Vec<Evidence>) -> Self {
        if evidence.is_empty() { Judgement::Good } else { Judgement::Bad(evidence) }
    }

    /// The verdict over all subjects: one that is bad decides; else one that could not be read; else one to ask about.
    ///
    /// ```
    /// use keelmark_sdk::{Evidence, Judgement, Status};
    ///
    /// let judged = [
    ///     ("container web".to_owned(), Ok(Judgement::Good)),
    ///     ("container db".to_owned(), Ok(Judgement::bad(Evidence::new("container db", "State", "paused")))),
    /// ];
    /// let verdict = Judgement::sum_up("containers", judged)?;
    /// assert_eq!(verdict.status(), Status::Fail);
    /// # Ok::<(), keelmark_sdk::HostError>(())
    /// ```
    ///
    /// `noun` is the plural of what was judged ("containers"). Where some are bad and others could not be read, the
    /// verdict is `fail` and the unread ones stand in its evidence with an `error`, so that the audit counts as incomplete.
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
        let (mut bad, mut ask, mut unread) = (Vec::new(), Vec::new(), Vec::new());
        let (mut bad_subjects, mut ask_subjects) = (0, 0);
        let mut first_error: Option<HostError> = None;
        for (subject, judgement) in judgements {
            match judgement {
                Ok(Judgement::Good) => good += 1,
                Ok(Judgement::Skip) => skipped += 1,
                Ok(Judgement::Bad(evidence)) => {
                    bad_subjects += 1;
                    bad.extend(evidence);
                }
                Ok(Judgement::Ask(evidence)) => {
                    ask_subjects += 1;
                    ask.extend(evidence);
                }
                Err(error) if error.inapplicable => skipped += 1,
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
            return Ok(Verdict::fail(format!("{bad_subjects} of {judged} {noun}{also}"), bad));
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
            Verdict::manual(format!("{ask_subjects} of {judged} {noun} to judge"), ask)
        } else if good > 0 {
            Verdict::pass([]).message(format!("{good} {noun}"))
        } else if skipped > 0 {
            Verdict::not_applicable(format!("applies to none of the {skipped} {noun}"))
        } else {
            Verdict::not_applicable(format!("no {noun}"))
        })
    }
}

#[cfg(test)]
mod tests;
