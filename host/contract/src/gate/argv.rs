//! Command lines: literal words and typed holes. Never a shell, never a bare wildcard.

/// What a hole stands for: its name in a pattern, and whether a word may fill it.
type Hole = (&'static str, fn(&str) -> bool);

/// The holes that a pattern can have. None of them lets a word begin with a dash, so none can become an option.
const HOLES: &[Hole] = &[("{unit}", is_unit), ("{number}", is_number), ("{name}", is_name)];

/// The programs that keelmark runs at all, whatever was granted: readers of one fact each, by the words that must
/// follow. The operator can add to them ([`Programs`]).
const PROGRAMS: &[(&str, &[&str])] = &[
    ("auditctl", &["-l", "-s"]),
    ("getent", &["group", "passwd"]),
    ("ss", &["-lnt", "-lnu", "-lntu", "-lnx"]),
    ("systemctl", &["is-active", "is-enabled", "list-units", "list-unit-files", "show"]),
];

/// What nobody can add: shells, interpreters and programs that run others. The list cannot be complete, and guards
/// against a slip of the operator's, not against the operator.
const NEVER: &[&str] = &[
    "ash", "awk", "bash", "busybox", "chroot", "crictl", "ctr", "curl", "dash", "dd", "doas", "docker", "env", "find",
    "fish", "gawk", "kubectl", "ksh", "mawk", "nc", "nerdctl", "node", "nsenter", "perl", "podman", "python",
    "python3", "rm", "ruby", "runc", "sed", "sh", "ssh", "su", "sudo", "tar", "tee", "unshare", "watch", "wget",
    "xargs", "zsh",
];

/// A longer command line is nobody's.
const MAX_WORDS: usize = 32;
const MAX_WORD_BYTES: usize = 512;

/// The argv of an `exec` capability.
#[derive(Clone, Debug)]
pub struct ArgvPattern(Vec<String>);

impl ArgvPattern {
    pub fn parse(words: Vec<String>) -> Result<Self, String> {
        let [program, args @ ..] = words.as_slice() else { return Err("argv is empty".into()) };
        if let Some(problem) = problem(program, args) {
            return Err(problem);
        }
        for word in &words {
            let is_hole = HOLES.iter().any(|(hole, _)| hole == word);
            if !is_hole && word.contains(['{', '}', '*']) {
                let holes: Vec<&str> = HOLES.iter().map(|(hole, _)| *hole).collect();
                return Err(format!(
                    "{word:?} is neither a literal word nor a hole; the holes are: {}",
                    holes.join(", ")
                ));
            }
        }
        if program.starts_with('{') {
            return Err("the program is a literal word, not a hole".into());
        }
        if NEVER.contains(&program.as_str()) {
            return Err(format!("{program:?} runs whatever it is told, so it is never run"));
        }
        if args.first().is_some_and(|first| first.starts_with('{')) {
            return Err(
                "the word after the program is a literal one, not a hole: it decides what the program does".into()
            );
        }
        Ok(Self(words))
    }

    pub fn written(&self) -> &[String] {
        &self.0
    }

    /// Whether keelmark runs this at all, by its program and the word that follows.
    pub fn is_listed(&self, more: &Programs) -> bool {
        let program = self.0.first().map_or("", String::as_str);
        let first = self.0.get(1).map_or("", String::as_str);
        let is_built_in = PROGRAMS.iter().any(|(name, allowed)| *name == program && allowed.contains(&first));
        is_built_in || more.0.iter().any(|(name, allowed)| name == program && allowed == first)
    }

    /// Whether every command line that `narrow` matches is one that this matches.
    pub fn covers(&self, narrow: &Self) -> bool {
        self.0.len() == narrow.0.len() && self.0.iter().zip(&narrow.0).all(|(wide, word)| covers_word(wide, word))
    }

    pub fn matches(&self, program: &str, args: &[String]) -> bool {
        let words = std::iter::once(program).chain(args.iter().map(String::as_str));
        self.0.len() == args.len() + 1 && self.0.iter().zip(words).all(|(pattern, word)| fits(pattern, word))
    }
}

fn fits(pattern: &str, word: &str) -> bool {
    match HOLES.iter().find(|(hole, _)| *hole == pattern) {
        Some((_, accepts)) => accepts(word),
        None => pattern == word,
    }
}

/// A hole covers the words that fit it, and the holes whose words all do.
fn covers_word(wide: &str, narrow: &str) -> bool {
    let is_hole = HOLES.iter().any(|(hole, _)| *hole == narrow);
    wide == narrow || if is_hole { wide == "{name}" } else { fits(wide, narrow) }
}

/// Programs that the operator lets plugins run beside the built-in list: by name and first word, as that has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Programs(Vec<(String, String)>);

impl Programs {
    /// Reads entries such as "sysctl -n" or "lsmod"; the latter is run without any words.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        let entry = |entry: &String| {
            let mut words = entry.split_whitespace().map(str::to_owned);
            let (program, first) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            if words.next().is_some() {
                return Err(format!("program {entry:?}: a program and at most the word after it, as in \"sysctl -n\""));
            }
            if let Some(problem) = problem(&program, std::slice::from_ref(&first)) {
                return Err(problem);
            }
            if NEVER.contains(&program.as_str()) {
                return Err(format!("{program:?} runs whatever it is told, so it is never run"));
            }
            Ok((program, first))
        };
        entries.iter().map(entry).collect::<Result<_, _>>().map(Self)
    }
}

/// The programs that keelmark runs without being told to, for messages.
pub fn listed() -> String {
    let list: Vec<String> = PROGRAMS.iter().map(|(name, first)| format!("{name} {}", first.join("|"))).collect();
    list.join(", ")
}

/// What is wrong with a command line whatever was granted.
pub fn problem(program: &str, args: &[String]) -> Option<String> {
    if program.is_empty() || program.contains('/') || program.starts_with('.') || program.starts_with('-') {
        return Some(format!("program {program:?} is not a bare file name"));
    }
    if args.len() >= MAX_WORDS {
        return Some(format!("a command line of {} words; the limit is {MAX_WORDS}", args.len() + 1));
    }
    let words = std::iter::once(program).chain(args.iter().map(String::as_str));
    for word in words {
        if word.len() > MAX_WORD_BYTES {
            return Some(format!("a word of {} bytes; the limit is {MAX_WORD_BYTES}", word.len()));
        }
        if word.contains(|c: char| c.is_control()) {
            return Some(format!("word {word:?} holds a control character"));
        }
    }
    None
}

/// A systemd unit's name.
fn is_unit(word: &str) -> bool {
    is_name(word)
        && [".service", ".socket", ".mount", ".timer", ".path", ".target"].iter().any(|kind| word.ends_with(kind))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.len() <= 18 && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(word: &str) -> bool {
    let starts_well = word.starts_with(|c: char| c.is_ascii_alphanumeric());
    starts_well && word.len() <= 128 && word.chars().all(|c| c.is_ascii_alphanumeric() || "_.@-".contains(c))
}
