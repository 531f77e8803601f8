//! As much of a shell's grammar as it takes to tell which programs a RUN instruction starts.

mod wrapper;

use wrapper::Started;

/// A program and its arguments, without the assignments, keywords and wrappers before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// "apt-get", also where the script says /usr/bin/apt-get.
    pub program: String,
    pub args: Vec<String>,
}

impl Command {
    pub fn line(&self) -> String {
        [std::slice::from_ref(&self.program), &self.args].concat().join(" ")
    }
}

const SHELLS: &[&str] = &["sh", "bash", "ash", "dash", "ksh", "zsh", "cmd", "powershell", "pwsh"];

/// Scripts within scripts (`sh -c "sh -c …"`) are followed this deep.
const DEPTH: usize = 3;

/// Every command of a script, in order; those in quotes are followed only where a shell runs them.
pub fn commands(script: &str) -> Vec<Command> {
    let mut found = Vec::new();
    collect(script, DEPTH, &mut found);
    found
}

fn collect(script: &str, depth: usize, found: &mut Vec<Command>) {
    for words in simple_commands(script) {
        collect_command(words, depth, found);
    }
}

fn collect_command(words: Vec<String>, depth: usize, found: &mut Vec<Command>) {
    let mut words: Vec<String> = words.into_iter().skip_while(|word| is_assignment(word)).collect();
    // Each turn takes a word away, so that it ends.
    while !words.is_empty() {
        let args = words.split_off(1);
        let Some(word) = words.pop() else { return };
        let program = base_name(&word).to_owned();
        match wrapper::started(&program, &args) {
            Some(Started::Words(inner)) => words = inner.into_iter().skip_while(|word| is_assignment(word)).collect(),
            Some(Started::Script(inner)) if depth > 0 => return collect(&inner, depth - 1, found),
            Some(Started::Nothing) if args.is_empty() => return,
            None | Some(Started::Script(_) | Started::Nothing) => {
                let strings: Vec<&str> =
                    std::iter::once(word.as_str()).chain(args.iter().map(String::as_str)).collect();
                match script_of(&strings) {
                    Some(inner) if depth > 0 => collect(inner, depth - 1, found),
                    _ => found.push(Command { program, args }),
                }
                return;
            }
        }
    }
}

/// The script that a command gives to a shell: `sh -c "…"`, `bash -ec …`, and `eval` of one word.
pub fn script_of<'a>(words: &[&'a str]) -> Option<&'a str> {
    let (program, args) = words.split_first()?;
    let program = base_name(program);
    if program == "eval" {
        return args.first().copied();
    }
    if !SHELLS.contains(&program) {
        return None;
    }
    args.iter().skip_while(|arg| !is_script_flag(arg)).nth(1).copied()
}

/// What a shell in front was given: `/bin/bash -o pipefail -c make` is `make`.
pub fn without_shell(text: &str) -> &str {
    let (first, mut rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if !SHELLS.contains(&base_name(first)) {
        return text;
    }
    let whole = text;
    loop {
        let (word, after) = rest.trim_start().split_once(char::is_whitespace).unwrap_or((rest.trim_start(), ""));
        match word {
            _ if is_script_flag(word) => return after.trim(),
            // `-o` takes the next word.
            "-o" => rest = after.trim_start().split_once(char::is_whitespace).map_or("", |(_, after)| after),
            _ if word.starts_with(['-', '/']) => rest = after,
            _ => return whole,
        }
    }
}

/// `-c`, `-ec`, cmd's `/C` and PowerShell's `-Command`.
fn is_script_flag(word: &str) -> bool {
    let letters = word.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
    letters.is_some_and(|letters| {
        letters.eq_ignore_ascii_case("command") || (letters.len() <= 5 && letters.ends_with('c'))
    }) || word.eq_ignore_ascii_case("/c")
}

fn base_name(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".exe").unwrap_or(name)
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The words of each simple command: split at operators and line breaks, quotes respected, comments dropped.
fn simple_commands(script: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut chars = script.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some(escaped) => word.get_or_insert_default().push(escaped),
            },
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                while let Some(quoted) = chars.next().filter(|quoted| *quoted != c) {
                    let escapes = quoted == '\\' && c == '"';
                    word.push(if escapes { chars.next().unwrap_or('\\') } else { quoted });
                }
            }
            '#' if word.is_none() => while chars.next_if(|c| *c != '\n').is_some() {},
            ' ' | '\t' | '\r' | '&' | '|' | ';' | '\n' | '(' | ')' | '`' => {
                if let Some(command) = commands.last_mut() {
                    command.extend(word.take());
                }
                if !c.is_whitespace() || c == '\n' {
                    commands.push(Vec::new());
                }
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    if let Some(command) = commands.last_mut() {
        command.extend(word);
    }
    commands.retain(|command| !command.is_empty());
    commands
}

#[cfg(test)]
mod tests {
    use super::{commands, without_shell};

    fn lines(script: &str) -> Vec<String> {
        commands(script).iter().map(super::Command::line).collect()
    }

    #[test]
    fn operators_and_line_breaks_separate_commands() {
        assert_eq!(lines("set -ex; a b && c|d || e\nf & (g)"), ["set -ex", "a b", "c", "d", "e", "f", "g"]);
        assert_eq!(lines("a \\\n b # c && d\ne"), ["a b", "e"]);
    }

    #[test]
    fn wrappers_assignments_and_paths_are_passed_over() {
        assert_eq!(lines("DEBIAN_FRONTEND=x sudo -E /usr/bin/apt-get update"), ["apt-get update"]);
        assert_eq!(lines("if ! env A=1 apk add x; then exit 1; fi"), ["apk add x", "exit 1", "fi"]);
    }

    #[test]
    fn wrappers_options_and_operands_are_their_own() {
        for wrapped in [
            "timeout 300 apt-get update",
            "timeout -k 5 --signal=KILL 1m apt-get update",
            "nice -n 10 apt-get update",
            "nice -10 ionice -c3 apt-get update",
            "sudo -u root -- apt-get update",
            "sudo -E DEBIAN_FRONTEND=x apt-get update",
            "gosu root apt-get update",
            "su-exec root:root apt-get update",
            "su -c 'apt-get update'",
            "su root -s /bin/sh -c 'apt-get update'",
            "runuser -u root -- apt-get update",
            "env -u A B=1 nohup stdbuf -oL apt-get update",
            "xargs -a /tmp/list -r -n 1 apt-get update",
            "flock -w 5 /var/lock/x apt-get update",
            "flock /var/lock/x -c 'apt-get update'",
            "exec -a x setpriv --reuid 0 --clear-groups apt-get update",
            "chroot /mnt apt-get update",
            "tini -- time -p apt-get update",
            "eval 'apt-get update'",
            "until nice -n 5 apt-get update",
            "sudo bash -c 'timeout 9 apt-get update'",
        ] {
            assert_eq!(lines(wrapped), ["apt-get update"], "{wrapped}");
        }
    }

    #[test]
    fn a_program_that_is_only_named_is_not_started() {
        assert_eq!(lines("command -v apt-get update"), ["command -v apt-get update"]);
        assert_eq!(lines("echo apt-get update"), ["echo apt-get update"]);
        assert_eq!(lines("su - app"), ["su - app"]);
        assert_eq!(lines("exec"), [] as [&str; 0]);
        assert_eq!(
            lines("for i in 1 2; do apt-get update && break; done"),
            ["for i in 1 2", "apt-get update", "break", "done"]
        );
    }

    #[test]
    fn quoted_text_is_a_word_unless_a_shell_runs_it() {
        assert_eq!(lines("echo 'apt-get update && x'"), ["echo apt-get update && x"]);
        assert_eq!(lines("bash -ec \"apt-get update && x\""), ["apt-get update", "x"]);
    }

    #[test]
    fn a_shell_in_front_is_taken_off() {
        assert_eq!(without_shell("/bin/sh -c make all"), "make all");
        assert_eq!(without_shell("/bin/bash -o pipefail -exc make"), "make");
        assert_eq!(without_shell("cmd /S /C dir"), "dir");
        assert_eq!(without_shell("powershell -Command dir"), "dir");
        assert_eq!(without_shell("bash script.sh"), "bash script.sh");
        assert_eq!(without_shell("make"), "make");
    }
}
