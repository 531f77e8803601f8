//! Build instructions, as the history of an image tells them.
//!
//! `ENV` and `ARG` values are masked whatever their names are. Builders write values without quotes, so where one ends
//! cannot be known: everything between two names is taken for a value.

use super::MASKED;
use super::text::mask_text;

/// What the classic builder puts before an instruction that ran nothing.
const NO_OPERATION: &str = "#(nop)";
/// What BuildKit puts at the end of every instruction.
const BUILDKIT: &str = " # buildkit";

/// An instruction without the values of its variables.
pub(super) fn mask_instruction(text: &str) -> String {
    let (head, instruction) = match text.split_once(NO_OPERATION) {
        Some((head, rest)) => (format!("{head}{NO_OPERATION} "), rest.trim_start()),
        None => (String::new(), text),
    };
    let (instruction, tail) = match instruction.strip_suffix(BUILDKIT) {
        Some(rest) => (rest, BUILDKIT),
        None => (instruction, ""),
    };
    format!("{head}{}{tail}", mask_body(instruction))
}

fn mask_body(instruction: &str) -> String {
    let trimmed = instruction.trim_start();
    let (word, rest) = trimmed.split_once(char::is_whitespace).unwrap_or((trimmed, ""));
    match word.to_ascii_uppercase().as_str() {
        "ENV" | "ARG" => format!("{word} {}", assignments(rest, usize::MAX)),
        "RUN" if rest.trim_start().starts_with('|') => format!("{word} {}", mask_build_args(rest.trim_start())),
        _ if trimmed.starts_with('|') => mask_build_args(trimmed),
        _ => mask_text(instruction).unwrap_or_else(|| instruction.to_owned()),
    }
}

/// `|2 A=b C=d /bin/sh -c command`: the number of build arguments, the arguments, the command.
fn mask_build_args(text: &str) -> String {
    let (count, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let limit = count.trim_start_matches('|').parse().unwrap_or(usize::MAX);
    let (values, command) = rest.split_at(shell(rest).unwrap_or(rest.len()));
    let command = mask_text(command).unwrap_or_else(|| command.to_owned());
    match assignments(values, limit).as_str() {
        "" => format!("{count} {command}"),
        names => format!("{count} {names} {command}"),
    }
}

/// Where the shell that runs the command stands: the first word that is the path of one.
fn shell(text: &str) -> Option<usize> {
    let is_shell = |word: &str| {
        let program = word.rsplit('/').next().unwrap_or_default();
        word.starts_with('/') && matches!(program, "sh" | "ash" | "bash" | "dash" | "ksh" | "zsh")
    };
    words(text).find(|(_, word)| is_shell(word)).map(|(at, _)| at)
}

/// `A=b c D=e` as `A=<masked> D=<masked>`, at most `limit` of them. The first word is a name in any case (`ARG NAME`,
/// or `ENV NAME value`, an old form).
fn assignments(text: &str, limit: usize) -> String {
    let mut names = Vec::new();
    for (index, (_, word)) in words(text).enumerate() {
        match word.split_once('=') {
            // Further on, "abc==" is more likely the end of a value in base64 than a variable.
            Some((name, value)) if is_variable(name) && (index == 0 || !value.trim_matches('=').is_empty()) => {
                names.push(format!("{name}={MASKED}"));
            }
            None if index == 0 && is_variable(word) => names.push(word.to_owned()),
            _ => {}
        }
    }
    names.truncate(limit);
    names.join(" ")
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The words of a text with the place of each.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    let pieces = text.split_inclusive(char::is_whitespace).map(move |piece| {
        let start = next;
        next += piece.len();
        (start, piece.trim_end())
    });
    pieces.filter(|(_, word)| !word.is_empty())
}
