//! Command lines: literal words and typed holes. Never a shell, never a bare wildcard.

/// What a hole stands for: its name in a pattern, and whether a word may fill it.
type Hole = (&'static str, fn(&str) -> bool);

/// The holes that a pattern can have. None of them lets a word begin with a dash, so none can become an option.
const HOLES: &[Hole] = &[("{unit}", is_unit), ("{number}", is_number), ("{name}", is_name)];

/// A program that keelmark runs whatever was granted, and every word that it may be run with: those with which it reads
/// facts of this host and changes nothing. Options that lead elsewhere (`systemctl --host`, `--machine`, `--root`,
/// `--image`), write (`ss --diag`) or kill (`ss --kill`) are not among them, nor is what nobody has looked at.
struct Reader {
    program: &'static str,
    /// The word after the program, which decides what it does: one of these.
    first: &'static [&'static str],
    /// The options that may follow; one that ends in "=" takes a value.
    options: &'static [&'static str],
    /// Whether names may follow: of units, users or groups.
    takes_names: bool,
}

const READERS: &[Reader] = &[
    Reader { program: "auditctl", first: &["-l", "-s"], options: &[], takes_names: false },
    Reader { program: "getent", first: &["group", "passwd"], options: &[], takes_names: true },
    Reader { program: "ss", first: &["-lnt", "-lnu", "-lntu", "-lnx"], options: &[], takes_names: false },
    Reader {
        program: "systemctl",
        first: &["is-active", "is-enabled", "list-units", "list-unit-files", "show"],
        options: &[
            "--all",
            "--full",
            "--no-legend",
            "--no-pager",
            "--plain",
            "--property=",
            "--quiet",
            "--state=",
            "--type=",
            "--value",
        ],
        takes_names: true,
    },
];

impl Reader {
    fn reads(&self, words: &[String]) -> bool {
        let [program, first, rest @ ..] = words else { return false };
        self.program == program
            && self.first.contains(&first.as_str())
            && rest.iter().all(|word| self.allows_option(word) || (self.takes_names && is_operand(word)))
    }

    fn allows_option(&self, word: &str) -> bool {
        self.options.iter().any(|option| match option.strip_suffix('=') {
            Some(name) => word.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')).is_some_and(is_value),
            None => word == *option,
        })
    }
}

/// A word that names something, or a hole, which only words like that fill.
fn is_operand(word: &str) -> bool {
    HOLES.iter().any(|(hole, _)| *hole == word) || is_name(word)
}

/// Names of properties, states and kinds, with commas between them.
fn is_value(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || ",-_".contains(c))
}

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
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// Whether keelmark runs this at all: all of it, to the last word.
    pub fn is_listed(&self, more: &Programs) -> bool {
        READERS.iter().any(|reader| reader.reads(&self.0)) || more.0.iter().any(|listed| listed.covers(self))
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

/// Command lines that the operator lets plugins run beside the built-in list: whole ones, since only all the words of a
/// command line say what it does (`sysctl -n kernel.panic` reads, `sysctl -n kernel.panic=1` writes).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Programs(Vec<ArgvPattern>);

impl Programs {
    /// Reads entries such as "sysctl -n {name}" or "lsmod", with the holes that a manifest can have.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        let entry = |entry: &String| {
            let words = entry.split_whitespace().map(str::to_owned).collect();
            ArgvPattern::parse(words).map_err(|problem| format!("program {entry:?}: {problem}"))
        };
        entries.iter().map(entry).collect::<Result<_, _>>().map(Self)
    }

    /// Exactly these command lines, as far as they can be run at all.
    pub fn exactly(lines: impl Iterator<Item = Vec<String>>) -> Self {
        Self(lines.filter_map(|words| ArgvPattern::parse(words).ok()).collect())
    }
}

/// The programs that keelmark runs without being told to, for messages.
pub fn listed() -> String {
    let list = READERS.iter().map(|reader| format!("{} {}", reader.program, reader.first.join("|")));
    format!("{}, with options that only read", list.collect::<Vec<_>>().join(", "))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(line: &str) -> ArgvPattern {
        ArgvPattern::parse(line.split(' ').map(str::to_owned).collect()).unwrap()
    }

    #[test]
    fn a_program_is_run_with_words_that_only_read() {
        for line in [
            "auditctl -l",
            "getent group {name}",
            "getent passwd root daemon",
            "ss -lnt",
            "systemctl show --property=FragmentPath docker.service",
            "systemctl show --property=Listen {unit}",
            "systemctl list-units --type=service --state=running --no-legend --plain",
            "systemctl is-active getty@tty1.service",
        ] {
            assert!(pattern(line).is_listed(&Programs::default()), "{line}");
        }
    }

    /// Each of these writes, leaves the host, runs something or looks at another machine.
    #[test]
    fn a_program_is_never_run_with_others() {
        for line in [
            "auditctl -l -D",
            "auditctl -s -e 0",
            "auditctl -s -b 0",
            "getent group -s files",
            "getent group --service=x",
            "ss -lnt -D /path",
            "ss -lnt --diag=/path",
            "ss -lnt -K",
            "ss -lnt -F /etc/shadow",
            "ss -lnt state",
            "systemctl show -H {name} x.service",
            "systemctl show -Hroot@far x.service",
            "systemctl show --host=far x.service",
            "systemctl show --host {name}",
            "systemctl show -M {name}",
            "systemctl show --machine=x",
            "systemctl list-unit-files --image=/file",
            "systemctl list-unit-files --root=/tmp",
            "systemctl list-unit-files --image-policy=x",
            "systemctl show --property=a=b",
            "systemctl show --property= x.service",
            "systemctl --host=far show",
            "systemctl stop docker.service",
            "systemctl show --show-transaction --now",
        ] {
            assert!(!pattern(line).is_listed(&Programs::default()), "{line}");
        }
    }

    #[test]
    fn the_operator_lists_whole_command_lines() {
        let more = Programs::parse(&["sysctl -n {name}".to_owned(), "lsmod".to_owned()]).unwrap();
        for line in ["sysctl -n kernel.panic", "sysctl -n {name}", "sysctl -n {number}", "lsmod"] {
            assert!(pattern(line).is_listed(&more), "{line}");
        }
        for line in [
            "sysctl -n vm.swappiness=60",
            "sysctl -n -w",
            "sysctl -n kernel.panic kernel.x",
            "sysctl -n",
            "sysctl -w {name}",
            "sysctl -n --system",
        ] {
            assert!(!pattern(line).is_listed(&more), "{line}");
        }
        // What fills the hole at run time is no more than what may be written into a manifest.
        assert!(!pattern("sysctl -n {name}").matches("sysctl", &["-n".to_owned(), "vm.swappiness=60".to_owned()]));
        for wrong in ["bash", "sysctl {name}", "sysctl -n *", "/bin/ls", ""] {
            assert!(Programs::parse(&[wrong.to_owned()]).is_err(), "{wrong:?}");
        }
    }
}
