//! Which accesses the host's audit rules record.

use keelmark_sdk::{Facts, HostError, Need};

use super::auditctl::{ATTRIBUTES, Line, List, Rule, WRITE, parse_line};

const LIST: Need = Need::new("exec", &["auditctl", "-l"], "lists the audit rules that the kernel holds");
const STATUS: Need = Need::new("exec", &["auditctl", "-s"], "tells whether auditing is switched on");
const FILES: Need = Need::new(
    "fs.read-text",
    &["/etc/audit/audit.rules", "/etc/audit/rules.d/*.rules"],
    "reads the audit rules where auditctl cannot be run",
);
const DIR: Need =
    Need::new("fs.list-dir", &["/etc/audit/rules.d"], "finds the audit rules where auditctl cannot be run");
/// Everything that [`AuditRules`] reads.
pub const NEEDS: &[Need] = &[LIST, STATUS, FILES, DIR];

/// What must be recorded: whoever tampers with a file writes it or changes its attributes.
const WANTED: u8 = WRITE | ATTRIBUTES;

/// The rules as the kernel holds them; where auditctl cannot be run, as the files would load them.
#[derive(Debug)]
pub struct AuditRules {
    /// One: "auditctl -l". Or those of the two that exist: audit.rules, and the files from which augenrules makes it.
    pub sources: Vec<Source>,
    /// Whether it was the kernel that listed them: files only say what somebody would like it to load.
    pub are_loaded: bool,
}

#[derive(Debug, Default)]
pub struct Source {
    pub name: String,
    rules: Vec<Rule>,
    is_off: bool,
}

/// Whether writes and changes of attributes of a file are recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// By these rules.
    Recorded(Vec<String>),
    /// Only under the conditions of these rules.
    Partly(Vec<String>),
    /// They are not; these rules come near.
    Missing(Vec<String>),
}

impl AuditRules {
    pub fn read(facts: &Facts) -> Result<Self, HostError> {
        match facts.run("auditctl", &["-l"]) {
            Err(error) if error.is_unavailable() => Self::read_files(facts),
            answer => {
                let answer = answer?;
                if answer.code != Some(0) || answer.truncated {
                    let stderr = answer.stderr.lines().next().unwrap_or("it gave no reason").trim();
                    let problem = if answer.truncated { "its answer was cut short" } else { stderr };
                    return Err(HostError::failed(format!("auditctl -l could not list the audit rules: {problem}")));
                }
                let mut source = Source { name: "auditctl -l".to_owned(), ..Source::default() };
                source.load(&answer.stdout);
                source.is_off = !is_enabled(facts)?;
                Ok(Self { sources: vec![source], are_loaded: true })
            }
        }
    }

    fn read_files(facts: &Facts) -> Result<Self, HostError> {
        const DIR: &str = "/etc/audit/rules.d";
        const FILE: &str = "/etc/audit/audit.rules";
        let mut sources = Vec::new();
        if let Some(text) = facts.read_text_if_exists(FILE)? {
            let mut source = Source { name: FILE.to_owned(), ..Source::default() };
            source.load(&text);
            sources.push(source);
        }
        let mut names = facts.list_dir_if_exists(DIR)?.unwrap_or_default();
        names.retain(|name| name.ends_with(".rules"));
        names.sort();
        if !names.is_empty() {
            let mut text = String::new();
            for name in names {
                text.push_str(&facts.read_text(&format!("{DIR}/{name}"))?);
                text.push('\n');
            }
            // augenrules puts every -D first and every -e last, wherever they stand.
            let is_last = |line: &&str| matches!(parse_line(line), Line::Enable(_) | Line::Lock);
            let (last, mut lines): (Vec<&str>, Vec<&str>) =
                text.lines().filter(|line| parse_line(line) != Line::DeleteAll).partition(is_last);
            lines.extend(last);
            let mut source = Source { name: format!("{DIR}/*.rules"), ..Source::default() };
            source.load(&lines.join("\n"));
            sources.push(source);
        }
        Ok(Self { sources, are_loaded: false })
    }
}

/// `enabled 1`, in old versions `AUDIT_STATUS: enabled=1 flag=1 …`; 2 is enabled and locked.
fn is_enabled(facts: &Facts) -> Result<bool, HostError> {
    let answer = facts.run("auditctl", &["-s"])?;
    if answer.code != Some(0) || answer.truncated {
        return Err(HostError::failed("auditctl -s failed, so whether auditing is enabled cannot be told"));
    }
    let mut words = answer.stdout.split(|c: char| c.is_whitespace() || c == '=');
    let value = words.find(|word| *word == "enabled").and_then(|_| words.next());
    match value {
        Some("0") => Ok(false),
        Some("1" | "2") => Ok(true),
        _ => Err(HostError::failed("auditctl -s did not tell whether auditing is enabled")),
    }
}

impl Source {
    fn load(&mut self, text: &str) {
        for line in text.lines() {
            match parse_line(line) {
                Line::Append(rule) => self.rules.push(rule),
                Line::Prepend(rule) => self.rules.insert(0, rule),
                Line::DeleteAll => self.rules.clear(),
                Line::Delete(gone) => self.rules.retain(|rule| !rule.is_same(&gone)),
                Line::Enable(on) => self.is_off = !on,
                Line::Lock => {
                    self.is_off = false;
                    return;
                }
                Line::Other => {}
            }
        }
    }

    /// Goes through the rules as the kernel does: for each kind of access the first that matches decides.
    /// `is_dir` is whether all below the file matters too.
    pub fn coverage(&self, names: &[&str], is_dir: bool) -> Coverage {
        if self.is_off {
            return Coverage::Missing(vec!["auditing is switched off (enabled 0)".to_owned()]);
        }
        let stops_all = |rule: &&Rule| rule.list == List::Task && rule.never && !rule.narrowed;
        if let Some(rule) = self.rules.iter().find(stops_all) {
            return Coverage::Missing(vec![rule.text.clone()]);
        }
        let (mut open, mut recorded) = (WANTED, 0);
        let (mut by, mut narrow, mut holes, mut near) = (vec![], vec![], vec![], vec![]);
        for rule in self.rules.iter().filter(|rule| rule.list == List::Exit) {
            let reach = reach(rule, names);
            let decides = rule.access & open;
            // `-F path=` of a directory is about what is created and deleted in it, not about what is written there.
            let narrowed = rule.narrowed || is_dir && rule.path.is_some() && !rule.tree;
            let text = || rule.text.clone();
            match (reach, rule.never) {
                (Reach::None, _) | (Reach::Below, false) => {}
                // A rule about every file under conditions: the usual ones silence a single daemon's calls.
                _ if rule.path.is_none() && rule.narrowed => {}
                _ if decides == 0 => near.push(text()),
                (Reach::Below, true) => holes.push(text()),
                (Reach::Whole, true) if narrowed => holes.push(text()),
                (Reach::Whole, false) if narrowed => narrow.push(text()),
                (Reach::Whole, true) => {
                    open &= !decides;
                    near.push(text());
                }
                (Reach::Whole, false) => {
                    open &= !decides;
                    recorded |= decides;
                    by.push(text());
                }
            }
        }
        // Of what is recorded, these keep out who did it, or to which file.
        let hidden: Vec<String> = self.rules.iter().filter(|rule| rule.hides()).map(|rule| rule.text.clone()).collect();
        match (recorded == WANTED, holes.is_empty() && hidden.is_empty(), narrow.is_empty()) {
            (true, true, _) => Coverage::Recorded(by),
            (true, false, _) => Coverage::Partly([hidden, holes, by].concat()),
            (false, _, false) => Coverage::Partly([by, narrow, holes].concat()),
            (false, _, true) => Coverage::Missing([near, by, holes].concat()),
        }
    }
}

/// How much of a file, or of a directory and all below it, a rule is about.
enum Reach {
    Whole,
    Below,
    None,
}

fn reach(rule: &Rule, names: &[&str]) -> Reach {
    let Some(path) = rule.path.as_deref() else { return Reach::Whole };
    // A prefix counts only where a name ends: /etc/docker does not hold /etc/docker-old.
    let holds =
        |dir: &str, file: &str| file.strip_prefix(dir.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'));
    if names.iter().any(|name| *name == path || rule.tree && holds(path, name)) {
        Reach::Whole
    } else if names.iter().any(|name| holds(name, path)) {
        Reach::Below
    } else {
        Reach::None
    }
}
