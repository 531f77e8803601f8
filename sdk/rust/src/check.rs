//! Checks, what they need, and the tables that put them into a section.

use crate::facts::Facts;
use crate::host::HostError;
use crate::verdict::Verdict;

/// The logic behind one or more recommendations, and all that a reader may ask about it.
pub struct Check {
    /// Names the finding, never a number: "privileged-container".
    pub slug: &'static str,
    /// The key that ties this check to the same control in other editions' tables.
    pub control: &'static str,
    /// What was found when it fires, as a headline: "Container runs privileged".
    pub title: &'static str,
    /// What the recommendation asks for, in one to three sentences.
    pub means: &'static str,
    /// Why it matters: what an attacker or an accident makes of it.
    pub why: &'static str,
    /// How it is audited: which facts, from where, and what decides.
    pub audited: &'static str,
    /// How to fix it: the exact daemon.json, compose, run-flag or auditd lines.
    pub fix: &'static str,
    /// What the fix may break.
    pub impact: &'static str,
    /// What a host has when nobody changed anything.
    pub default: &'static str,
    /// Where it decides otherwise than the audit command that the benchmark prints: what that one would say, what this
    /// check says, and why. Empty where they agree.
    pub deviates: &'static str,
    /// Addresses of documentation.
    pub references: &'static [&'static str],
    /// What the check asks of the host. The section's manifest is the union over its rows.
    pub needs: &'static [Need],
    /// Defaults of the parameters that a row may bind.
    pub params: &'static [(&'static str, &'static str)],
    /// Decides: from the facts to a verdict. With `?`, a fact that cannot be read becomes the verdict `error`.
    pub audit: fn(&Facts, &Params) -> Result<Verdict, HostError>,
}

/// One capability that a check needs, as its section's manifest asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// "exec", "fs.stat", "docker.inspect-containers", "host.setting" …
    pub op: &'static str,
    /// The words of an argv, path patterns, process names, fields or setting keys. `{name}` stands for a parameter.
    pub args: &'static [&'static str],
    /// What the operator reads before granting it.
    pub why: &'static str,
}

impl Need {
    /// A need; see the fields for what goes where.
    pub const fn new(op: &'static str, args: &'static [&'static str], why: &'static str) -> Self {
        Self { op, args, why }
    }

    /// The arguments with the row's parameters filled in.
    pub fn bound_args(&self, params: &Params) -> Vec<String> {
        let fill = |arg: &&str| {
            params.iter().fold(arg.to_string(), |text, (key, value)| text.replace(&format!("{{{key}}}"), value))
        };
        self.args.iter().map(fill).collect()
    }
}

/// A row's bindings over its check's defaults.
#[derive(Clone, Copy, Debug)]
pub struct Params {
    pub(crate) defaults: &'static [(&'static str, &'static str)],
    pub(crate) bound: &'static [(&'static str, &'static str)],
}

impl Params {
    /// No parameters: for tests of a check that has none.
    pub const fn none() -> Self {
        Self { defaults: &[], bound: &[] }
    }

    /// The value of a parameter. An unknown name is empty: the conventions test holds rows to their check's parameters.
    pub fn get(&self, name: &str) -> &'static str {
        self.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    /// Every parameter once, a binding before its default.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let bound = self.bound;
        let is_free = move |(key, _): &&(&str, &str)| !bound.iter().any(|(name, _)| name == key);
        bound.iter().chain(self.defaults.iter().filter(is_free)).copied()
    }
}

/// One recommendation of a section: its labels as the benchmark prints them, and the check that decides it.
pub struct Row {
    /// The recommendation's number, as the benchmark prints it: "5.5".
    pub id: &'static str,
    /// Its title, as the benchmark prints it.
    pub title: &'static str,
    /// What decides it.
    pub check: &'static Check,
    /// None where the benchmark's level is not established.
    pub level: Option<u8>,
    /// "Docker - Linux", for example; none where the benchmark has no profiles.
    pub profile: Option<&'static str>,
    /// "automated" or "manual", as the benchmark prints it.
    pub assessment: Option<&'static str>,
    /// Whether it counts for the score, in benchmarks that say so.
    pub scored: Option<bool>,
    /// The title of the subsection it stands in.
    pub subsection: Option<&'static str>,
    /// The parameters that this row binds, over the check's defaults.
    pub bound: &'static [(&'static str, &'static str)],
}

/// Starts a row; what is not said stays unknown.
///
/// ```
/// # use keelmark_sdk::{Check, Verdict, row};
/// # static CHECK: Check = Check {
/// #     slug: "", control: "", title: "", means: "", why: "", audited: "", fix: "", impact: "", default: "", deviates: "",
/// #     references: &[], needs: &[], params: &[], audit: |_, _| Ok(Verdict::pass([])),
/// # };
/// let row = row("5.5", "Ensure that privileged containers are not used", &CHECK).level(1).automated();
/// assert_eq!((row.level, row.assessment), (Some(1), Some("automated")));
/// ```
pub const fn row(id: &'static str, title: &'static str, check: &'static Check) -> Row {
    Row { id, title, check, level: None, profile: None, assessment: None, scored: None, subsection: None, bound: &[] }
}

impl Row {
    /// The benchmark's level, 1 or 2.
    pub const fn level(mut self, level: u8) -> Self {
        self.level = Some(level);
        self
    }

    /// The benchmark's profile.
    pub const fn profile(mut self, profile: &'static str) -> Self {
        self.profile = Some(profile);
        self
    }

    /// The benchmark calls it automated.
    pub const fn automated(mut self) -> Self {
        self.assessment = Some("automated");
        self
    }

    /// The benchmark calls it manual.
    pub const fn manual(mut self) -> Self {
        self.assessment = Some("manual");
        self
    }

    /// It counts for the benchmark's score.
    pub const fn scored(mut self) -> Self {
        self.scored = Some(true);
        self
    }

    /// It does not count for the benchmark's score.
    pub const fn not_scored(mut self) -> Self {
        self.scored = Some(false);
        self
    }

    /// The title of the subsection it stands in.
    pub const fn subsection(mut self, subsection: &'static str) -> Self {
        self.subsection = Some(subsection);
        self
    }

    /// Binds parameters where the meaning drifts between editions.
    pub const fn with(mut self, bound: &'static [(&'static str, &'static str)]) -> Self {
        self.bound = bound;
        self
    }

    /// The parameters that its check is given.
    pub const fn params(&self) -> Params {
        Params { defaults: self.check.params, bound: self.bound }
    }
}

/// One section of one benchmark; see [`section!`](crate::section).
pub struct Section {
    /// The benchmark's id, as in plugin.toml.
    pub benchmark: &'static str,
    /// The section's number, as in plugin.toml.
    pub number: &'static str,
    /// The section's title.
    pub title: &'static str,
    /// Its recommendations, in order.
    pub rows: &'static [Row],
}

impl Section {
    /// Whether any of its checks says in its `needs` that it asks for `op`.
    ///
    /// Evaluated while a plugin is compiled: what no check needs is not imported, so that the component's type says
    /// what it can ask.
    pub const fn needs(&self, op: &str) -> bool {
        let mut rows = self.rows;
        while let [row, rest @ ..] = rows {
            let mut needs = row.check.needs;
            while let [need, rest @ ..] = needs {
                if is_same(need.op.as_bytes(), op.as_bytes()) {
                    return true;
                }
                needs = rest;
            }
            rows = rest;
        }
        false
    }
}

/// `==`, where the compiler can use it.
const fn is_same(mut a: &[u8], mut b: &[u8]) -> bool {
    while let ([first, rest @ ..], [other, others @ ..]) = (a, b) {
        if *first != *other {
            return false;
        }
        (a, b) = (rest, others);
    }
    a.is_empty() && b.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_whole() {
        for (a, b) in [("", ""), ("exec", "exec"), ("exec", "exe"), ("", "x"), ("fs.stat", "fs.stay")] {
            assert_eq!(is_same(a.as_bytes(), b.as_bytes()), a == b, "{a:?} {b:?}");
        }
    }
}
