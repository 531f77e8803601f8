//! Programs whose options take secrets without saying so by their names: `curl -u user:x`, `sshpass -p x`.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::marks::{Secret, mark_at};

/// One program and how it is told a secret.
struct Program {
    name: &'static str,
    /// The word that must come before the option: `docker login`.
    command: &'static str,
    /// Options before a secret, which also may follow in the same word (`-pX`).
    options: &'static [&'static str],
    /// Whether the secret only ever follows in the same word.
    is_attached: bool,
    /// Whether the value is a secret only behind a user name and one of these characters.
    behind: &'static str,
}

const fn plain(name: &'static str, options: &'static [&'static str]) -> Program {
    Program { name, command: "", options, is_attached: false, behind: "" }
}

const fn login(name: &'static str) -> Program {
    Program { name, command: "login", options: &["-p"], is_attached: false, behind: "" }
}

const fn attached(name: &'static str) -> Program {
    Program { name, command: "", options: &["-p"], is_attached: true, behind: "" }
}

const fn user(name: &'static str, options: &'static [&'static str], behind: &'static str) -> Program {
    Program { name, command: "", options, is_attached: false, behind }
}

const PROGRAMS: [Program; 32] = [
    user("curl", &["-u", "-U", "--user", "--proxy-user"], ":"),
    user("smbclient", &["-U", "--user"], "%"),
    plain("sshpass", &["-p"]),
    plain("redis-cli", &["-a"]),
    plain("ldapsearch", &["-w"]),
    plain("ldapadd", &["-w"]),
    plain("ldapmodify", &["-w"]),
    plain("ldapwhoami", &["-w"]),
    plain("mongo", &["-p"]),
    plain("mongosh", &["-p"]),
    plain("mongodump", &["-p"]),
    plain("mosquitto_pub", &["-P"]),
    plain("mosquitto_sub", &["-P"]),
    plain("ipmitool", &["-P"]),
    plain("zip", &["-P"]),
    plain("unzip", &["-P"]),
    plain("useradd", &["-p"]),
    plain("usermod", &["-p"]),
    plain("cqlsh", &["-p"]),
    attached("mysql"),
    attached("mysqladmin"),
    attached("mysqldump"),
    attached("mariadb"),
    attached("mariadb-admin"),
    attached("mariadb-dump"),
    attached("7z"),
    login("docker"),
    login("podman"),
    login("nerdctl"),
    login("buildah"),
    login("az"),
    login("helm"),
];

/// The programs that read a secret from the words that are piped into them.
const READERS: [&str; 3] = ["chpasswd", "--password-stdin", "passwd --stdin"];

static NAMES: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(PROGRAMS.iter().map(|program| program.name).chain(READERS)).ok());

/// The programs that a command line has named so far.
#[derive(Default)]
pub(super) struct Seen {
    programs: Vec<&'static Program>,
    /// Those of them whose command came too.
    commands: Vec<&'static Program>,
    /// Whether the words are those of a .netrc, where `password x` has nothing between.
    is_netrc: bool,
    /// Whether the word before was an option with a secret, and what must stand before that in the value.
    awaited: Option<&'static str>,
}

impl Seen {
    /// The part of `word` that is a secret, by the words that came before it.
    pub fn secret_in(&mut self, word: &str) -> Option<Range<usize>> {
        if let Some(behind) = self.awaited.take()
            && !word.is_empty()
        {
            return Some(behind_user(word, behind)?..word.len());
        }
        for program in self.commands.iter().filter(|_| word.starts_with('-')) {
            for option in program.options {
                match word.strip_prefix(option) {
                    Some("") if !program.is_attached => self.awaited = Some(program.behind),
                    Some("") | None => {}
                    // `-pX`, and `--user=x`, but not `--userland`.
                    Some(value) => {
                        let start = match value.strip_prefix('=') {
                            Some(_) => option.len() + 1,
                            None if option.starts_with("--") => continue,
                            None => option.len(),
                        };
                        let start = start + behind_user(word.get(start..)?, program.behind)?;
                        return (start < word.len()).then_some(start..word.len());
                    }
                }
            }
        }
        self.note(word);
        None
    }

    fn note(&mut self, word: &str) {
        self.is_netrc |= word == "machine";
        if self.is_netrc && word == "password" {
            self.awaited = Some("");
        }
        let name = word.rsplit('/').next().unwrap_or(word);
        // A line of nothing but the names of programs is nobody's.
        if self.programs.len() < 8
            && let Some(program) = PROGRAMS.iter().find(|program| program.name == name)
        {
            self.programs.push(program);
            if program.command.is_empty() {
                self.commands.push(program);
            }
        }
        let ready = self.programs.iter().filter(|program| !program.command.is_empty() && program.command == word);
        let ready: Vec<&Program> = ready.copied().collect();
        self.programs.retain(|program| program.command.is_empty() || program.command != word);
        self.commands.extend(ready);
    }
}

/// Where the secret begins in a value: behind a user name and `behind`, if there is one. That may be masked itself.
fn behind_user(value: &str, behind: &str) -> Option<usize> {
    Some(if behind.is_empty() { 0 } else { value.find(behind)? + behind.len() })
}

/// Finds what the programs named in `text` are told.
pub(super) fn find(text: &str, is_harmless: fn(&str) -> bool, secrets: &mut Vec<Secret>) {
    // A text of one word names no program with its options.
    let Some(names) = NAMES.as_ref().filter(|_| text.bytes().any(|byte| byte.is_ascii_whitespace())) else { return };
    let (mut end, mut command_start) = (0, 0);
    for found in names.find_iter(text) {
        let is_reader = found.pattern().as_usize() >= PROGRAMS.len();
        if !is_reader && found.start() < end || !is_alone(text, found.range()) {
            continue;
        }
        if is_reader {
            let piped = text.get(command_start..found.start()).unwrap_or_default();
            find_piped(piped, command_start, secrets);
            let rest = text.get(found.end()..).unwrap_or_default();
            // `chpasswd <<< user:password`
            let blanks = rest.len() - rest.trim_start_matches(' ').len();
            if rest.get(blanks..).is_some_and(|rest| rest.starts_with("<<<")) {
                find_pairs(text, found.end() + blanks + 3, secrets);
            }
            command_start = found.end();
            continue;
        }
        let mut seen = Seen::default();
        for (place, word) in words(text, found.start()) {
            end = place.end;
            if let Some(secret) = seen.secret_in(word)
                && !word.get(secret.clone()).is_some_and(is_harmless)
            {
                secrets.push(Secret::credential(place.start + secret.start..place.start + secret.end));
            }
        }
    }
}

/// What is echoed into a program that reads passwords: `echo root:x | chpasswd`, `echo x | docker login …`.
fn find_piped(text: &str, offset: usize, secrets: &mut Vec<Secret>) {
    // The last command before, which starts behind the last separator that is not a pipe.
    let start = text.rfind(['\n', ';', '&']).map_or(0, |place| place + 1);
    let command = text.get(start..).unwrap_or_default();
    let printer = ["echo ", "printf "].iter().filter_map(|name| Some(command.find(name)? + name.len())).min();
    let (Some(printer), Some(pipe)) = (printer, command.rfind('|')) else { return };
    if printer < pipe {
        let printed = command.get(printer..pipe).unwrap_or_default();
        let trimmed = printed.trim();
        let lead = printed.len() - printed.trim_start().len();
        let begin = offset + start + printer + lead;
        secrets.push(Secret::credential(begin..begin + trimmed.len()));
    }
}

/// The next word, if it has a colon: `user:password`.
fn find_pairs(text: &str, start: usize, secrets: &mut Vec<Secret>) {
    if let Some((place, word)) = words(text, start).next()
        && word.contains(':')
    {
        secrets.push(Secret::credential(place));
    }
}

/// Whether nothing before and behind makes another word of it; a path may lead to it.
fn is_alone(text: &str, place: Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let before = place.start.checked_sub(1).and_then(|before| bytes.get(before));
    !before.is_some_and(is_part) && !bytes.get(place.end).is_some_and(is_part)
}

/// The words of one command from `start` on, without the quotes around them. An operator of the shell ends it.
fn words(text: &str, start: usize) -> impl Iterator<Item = (Range<usize>, &str)> {
    let bytes = text.as_bytes();
    let mut next = start;
    std::iter::from_fn(move || {
        loop {
            match bytes.get(next)? {
                b'\\' if bytes.get(next + 1) == Some(&b'\n') => next += 2,
                b' ' | b'\t' | b'\r' | b'\x0b' | b'\x0c' | b',' => next += 1,
                // The quote that closes the word before.
                b'"' | b'\'' if next > start && bytes.get(next + 1).is_none_or(|byte| b" ,\t]".contains(byte)) => {
                    next += 1
                }
                _ => break,
            }
        }
        let first = *bytes.get(next)?;
        if b"\n;|&])".contains(&first) {
            return None;
        }
        let quote = Some(first).filter(|first| b"\"'".contains(first));
        let begin = next + usize::from(quote.is_some());
        let mut end = begin;
        while let Some(&byte) = bytes.get(end) {
            let ends = match quote {
                Some(quote) => byte == quote,
                None => byte.is_ascii_whitespace() || b"\"';|&)".contains(&byte),
            };
            if ends {
                break;
            }
            if let Some(mark) = bytes.get(end..).and_then(mark_at) {
                end += mark.len();
                continue;
            }
            end += if byte == b'\\' && bytes.get(end + 1).is_some_and(u8::is_ascii) { 2 } else { 1 };
        }
        let end = end.min(bytes.len());
        next = end + usize::from(quote.is_some());
        // What follows a quote at once is part of the word, and no secret that anybody writes.
        Some((begin..end, text.get(begin..end)?))
    })
}
