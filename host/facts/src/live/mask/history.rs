//! Build instructions, as the history of an image tells them.
//!
//! `ENV` and `ARG` values are masked whatever their names are. Builders write values without quotes, so where one ends
//! cannot be known: everything between two names is taken for a value.

use super::marks::masked_value;
use super::names::looks_secret;
use super::text::{Form, masked_text};

/// What the classic builder puts before an instruction that ran nothing.
const NO_OPERATION: &str = "#(nop)";
/// What BuildKit puts at the end of every instruction.
const BUILDKIT: &str = " # buildkit";

/// An instruction without the values of its variables.
pub(super) fn mask_instruction(text: &str) -> String {
    let (head, instruction) = match text.split_once(NO_OPERATION) {
        Some((_, rest)) => text.split_at(text.len() - rest.trim_start().len()),
        None => ("", text),
    };
    let (instruction, tail) = match instruction.strip_suffix(BUILDKIT) {
        Some(rest) => (rest, BUILDKIT),
        None => (instruction, ""),
    };
    // An ONBUILD holds another instruction, but never another ONBUILD.
    let instruction = match first_word(instruction) {
        (word, rest) if word.eq_ignore_ascii_case("ONBUILD") => format!("{word} {}", mask_trigger(rest.trim_start())),
        _ => mask_body(instruction, Form::Command),
    };
    format!("{head}{instruction}{tail}")
}

/// An instruction that waits for the next build, as its Dockerfile has it: a RUN is a script, or a list of words.
pub(super) fn mask_trigger(instruction: &str) -> String {
    let form = if instruction.contains('[') { Form::Command } else { Form::Script };
    mask_body(instruction, form)
}

/// An instruction, with what a RUN without a shell's path is.
fn mask_body(instruction: &str, run: Form) -> String {
    let (word, rest) = first_word(instruction);
    match word.to_ascii_uppercase().as_str() {
        "ENV" | "ARG" => format!("{word} {}", assignments(rest)),
        "LABEL" => format!("{word} {}", labels(rest)),
        "RUN" => format!("{word} {}", mask_run(rest.trim_start(), run)),
        // In exec form these hold words; in shell form, a script.
        "CMD" | "ENTRYPOINT" | "HEALTHCHECK" | "SHELL" if !rest.contains('[') => {
            format!("{word} {}", masked_text(rest, Form::Script))
        }
        "CMD" | "ENTRYPOINT" | "HEALTHCHECK" | "SHELL" => format!("{word} {}", masked_text(rest, Form::Command)),
        "ADD" | "COPY" | "EXPOSE" | "MAINTAINER" | "STOPSIGNAL" | "USER" | "VOLUME" | "WORKDIR" => {
            masked_text(instruction, Form::Text)
        }
        // The classic builder records of a RUN only what it ran.
        _ => mask_run(instruction, run),
    }
}

fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

/// `/bin/sh -c command`, and before it, if there are any, the build arguments that it saw: `|2 A=b C=d`.
fn mask_run(text: &str, form: Form) -> String {
    let (count, rest) = match first_word(text) {
        (count, rest) if count.starts_with('|') => (count, rest),
        _ => return mask_command(text, form),
    };
    let limit = count.trim_start_matches('|').parse().unwrap_or(usize::MAX);
    let (values, command) = rest.split_at(end_of_arguments(rest, limit));
    let command = mask_command(command, form);
    match build_arguments(values, limit).as_str() {
        "" => format!("{count} {command}"),
        names if command.is_empty() => format!("{count} {names}"),
        names => format!("{count} {names} {command}"),
    }
}

/// What a shell runs is a script; what is run without one, words.
fn mask_command(text: &str, form: Form) -> String {
    let form = if is_shell(first_word(text).0) { Form::Script } else { form };
    masked_text(text, form)
}

/// Where the command begins: at the path of the shell that runs it. Where there is none, behind so many words with a
/// name: a value with blanks in it cannot be told from a command then.
fn end_of_arguments(text: &str, count: usize) -> usize {
    let all: Vec<(usize, &str)> = words(text).collect();
    let is_option = |word: Option<&(usize, &str)>| word.is_some_and(|(_, word)| word.starts_with('-'));
    let is_start =
        |index: usize, word: &str| is_shell(word) && (word.starts_with('/') || is_option(all.get(index + 1)));
    // No shell comes before the last of the arguments.
    let mut named = all.iter().enumerate().filter(|(_, (_, word))| is_argument(word)).map(|(index, _)| index);
    let last = if count == 0 { None } else { named.nth(count - 1) };
    let behind = match (count, last) {
        (0, _) => 0,
        (_, Some(last)) => last + 1,
        (_, None) => all.len(),
    };
    let shell = (behind.min(all.len())..all.len())
        .find(|index| all.get(*index).is_some_and(|(_, word)| is_start(*index, word)))
        .or_else(|| {
            // Fewer names than there should be: what a value holds is not known, but a shell's path is one.
            let is_short = last.is_none() && count > 0;
            let start = all.iter().enumerate().find(|(index, (_, word))| is_start(*index, word))?;
            is_short.then_some(start.0)
        });
    all.get(shell.unwrap_or(behind)).map_or(text.len(), |(place, _)| *place)
}

fn is_argument(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| is_variable(name))
}

/// Whether a word is the path, or the name, of a shell.
pub(super) fn is_shell(word: &str) -> bool {
    matches!(word.rsplit('/').next(), Some("sh" | "ash" | "bash" | "dash" | "ksh" | "zsh"))
}

/// `A=b c D=e` as `A=<masked> D=<masked>`, at most `limit` of them.
fn build_arguments(text: &str, limit: usize) -> String {
    let mut names = names_and_values(text, is_variable);
    names.truncate(limit);
    hidden(&names)
}

/// The same for an instruction. The first word is a name in any case (`ARG NAME`, or `ENV NAME value`, an old form).
fn assignments(text: &str) -> String {
    let (first, rest) = first_word(text);
    if is_argument(first) {
        build_arguments(text, usize::MAX)
    } else if !is_variable(first) {
        String::new()
    } else if rest.trim().is_empty() {
        first.to_owned()
    } else {
        format!("{first}={}", masked_value(rest.trim()))
    }
}

fn hidden(names: &[(&str, &str)]) -> String {
    names.iter().map(|(name, value)| format!("{name}={}", masked_value(value))).collect::<Vec<_>>().join(" ")
}

/// Names with their values, which go on to the next name.
fn names_and_values(text: &str, is_name: fn(&str) -> bool) -> Vec<(&str, &str)> {
    let mut found: Vec<(&str, usize, usize)> = Vec::new();
    for (place, word) in words(text) {
        match word.split_once('=') {
            // Further on, "abc==" is more likely the end of a value in base64 than a variable.
            Some((name, value)) if is_name(name) && (found.is_empty() || is_whole(name, value)) => {
                found.push((name, place + name.len() + 1, place + word.len()));
            }
            _ => {
                if let Some((_, _, end)) = found.last_mut() {
                    *end = place + word.len();
                }
            }
        }
    }
    found.into_iter().map(|(name, start, end)| (name, text.get(start..end).unwrap_or_default())).collect()
}

/// Whether a word with little behind its "=" is a name: base64 has small letters as a rule, and variables have none.
fn is_whole(name: &str, value: &str) -> bool {
    !value.starts_with('=') && (!value.is_empty() || !name.bytes().any(|byte| byte.is_ascii_lowercase()))
}

/// Labels, whose values are told unless they, or their names, look like secrets. Behind the first that does, what is a
/// name and what the rest of its value cannot be known.
fn labels(text: &str) -> String {
    let names_secret = |word: &str| word.split_once('=').is_some_and(|(name, _)| is_label(name) && looks_secret(name));
    let secret = words(text).find(|(_, word)| names_secret(word));
    let (told, rest) = text.split_at(secret.map_or(text.len(), |(place, _)| place));
    format!("{}{}", masked_text(told, Form::Text), hidden(&names_and_values(rest, is_label)))
}

fn is_label(name: &str) -> bool {
    let name = name.trim_matches('"');
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte))
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The words of a text with the place of each. What stands in the place of a secret is one, blanks and all.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let rest = text.get(next..)?;
        let start = next + (rest.len() - rest.trim_start().len());
        let mut end = start;
        loop {
            let rest = text.get(end..)?;
            end += rest.find(char::is_whitespace).unwrap_or(rest.len());
            match text.get(end..).and_then(|rest| rest.strip_prefix(REST)) {
                Some(_) if text.get(start..end).is_some_and(|word| word.ends_with(HEAD)) => end += REST.len(),
                _ => break,
            }
        }
        next = end;
        (start < end).then(|| (start, text.get(start..end).unwrap_or_default()))
    })
}

/// The two words of `CREDENTIAL`.
const HEAD: &str = "<masked";
const REST: &str = " credential>";
