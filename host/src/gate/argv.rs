//! Command lines: literal words and typed holes. Never a shell, never a bare wildcard.

/// What a hole stands for: its name in a pattern, and whether a word may fill it.
type Hole = (&'static str, fn(&str) -> bool);

/// The holes that a pattern can have. None of them lets a word begin with a dash, so none can become an option.
const HOLES: &[Hole] = &[("{unit}", is_unit), ("{number}", is_number), ("{name}", is_name)];

/// The programs that keelmark runs at all, whatever a manifest asks for: readers of one fact each, by the words that
/// must follow. Never a shell, an interpreter, or a program that runs others.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("auditctl", &["-l", "-s"]),
    ("getent", &["group", "passwd"]),
    ("ss", &["-lnt", "-lnu", "-lntu", "-lnx"]),
    ("systemctl", &["is-active", "is-enabled", "list-units", "list-unit-files", "show"]),
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
        let first = args.first().map_or("", String::as_str);
        if !PROGRAMS.iter().any(|(name, allowed)| name == program && allowed.contains(&first)) {
            let known: Vec<String> =
                PROGRAMS.iter().map(|(name, first)| format!("{name} {}", first.join("|"))).collect();
            return Err(format!("{program:?} {first:?} is nothing that keelmark runs; it runs: {}", known.join(", ")));
        }
        Ok(Self(words))
    }

    pub fn written(&self) -> &[String] {
        &self.0
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
