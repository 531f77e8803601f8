//! What an operator reads before a plugin gets anything, and how the answer is got.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use keelmark_contract::escape;
use keelmark_contract::gate::{Capability, Ceiling, all_cover};
use keelmark_contract::ops::Key;
use keelmark_store::{Candidate, Change, TrustedKeys};

use super::spec;
use crate::cli::plugin::manage::ConsentArgs;

/// What the operator wants.
#[derive(Debug)]
pub enum Answer {
    /// Install it, and grant this.
    Grant(Vec<Capability>),
    /// Install it, and grant nothing more than it had.
    Ungranted,
    /// Leave everything as it is.
    No,
}

/// What is shown before a plugin is installed or updated.
pub fn describe(candidate: &Candidate, change: &Change, trusted: &TrustedKeys, ceiling: &Ceiling) -> String {
    let manifest = &candidate.manifest;
    let mut text = format!("{} {}{}\n", manifest.id, manifest.version, replaced(candidate, change));
    let mut row = |name: &str, value: &str| text.push_str(&format!("  {name:<10} {}\n", escape::line(value)));
    row("benchmark", &format!("{}, section {}", manifest.benchmark, manifest.section));
    row("publisher", &publisher(candidate, trusted));
    let before = change.before.as_ref().map(|entry| entry.level).filter(|level| *level != candidate.level);
    let fallen = before.map(|level| format!(" (was {level})")).unwrap_or_default();
    row("level", &format!("{}{fallen}: {}", candidate.level, candidate.level.meaning()));
    row("sha256", &candidate.digest);
    row("source", &candidate.resolved);
    // The same id is not the same author: an unsigned plugin inherits what the one before it was granted.
    if let Some(before) = change.before.as_ref().filter(|before| before.source != candidate.source) {
        row("", &format!("(the installed one came from {})", before.resolved));
    }
    let is_update = change.before.is_some();
    let listed = if is_update { &change.new } else { &change.wanted };
    let heading = match (is_update, listed.len()) {
        (false, 0) => "It asks for nothing of this host.".to_owned(),
        (true, 0) => "It asks for nothing new.".to_owned(),
        (false, _) => "It asks for:".to_owned(),
        (true, _) => "New in this version, it asks for:".to_owned(),
    };
    text.push_str(&format!("\n{heading}\n{}", capabilities(listed, ceiling)));
    let left: Vec<Capability> = change.wanted.iter().filter(|wish| !all_cover(listed, wish)).cloned().collect();
    if is_update && !left.is_empty() {
        text.push_str("\nStill not granted, as before:\n");
        text.push_str(&brief(&left));
    }
    if !change.dropped.is_empty() {
        text.push_str("\nNo longer asked for:\n");
        text.push_str(&brief(&change.dropped));
    }
    text
}

fn replaced(candidate: &Candidate, change: &Change) -> String {
    match &change.before {
        None => String::new(),
        Some(entry) if entry.sha256 == candidate.digest => " (installed already)".to_owned(),
        Some(entry) if entry.version == candidate.manifest.version => {
            format!(" (replaces other content of the same version, sha256 {})", entry.sha256)
        }
        Some(entry) => format!(" (replaces {})", entry.version),
    }
}

fn publisher(candidate: &Candidate, trusted: &TrustedKeys) -> String {
    let provenance = &candidate.provenance;
    match (&provenance.publisher, &candidate.manifest.publisher) {
        (Some(key), _) => match trusted.name_of(key) {
            Some(name) => format!("{name}, whom you trust ({key})"),
            None => format!("{key}: its signature fits, but you have not said that you trust it"),
        },
        (None, Some(key)) => format!("says it is by {key}, but nothing proves it: there is no signature"),
        (None, None) if provenance.has_signature => "unknown: it is signed by a key that you do not trust".to_owned(),
        (None, None) => "unknown: nobody signed it".to_owned(),
    }
}

/// Capabilities with the author's reason and the risk, numbered.
pub fn capabilities(list: &[Capability], ceiling: &Ceiling) -> String {
    let mut text = String::new();
    for (index, capability) in list.iter().enumerate() {
        text.push_str(&format!("  {:>2}. {}\n", index + 1, limits(capability)));
        text.push_str(&format!("      why   \"{}\" (the author's words)\n", escape::line(&capability.why)));
        text.push_str(&format!("      risk  {}\n", capability.operation().risk));
        if let Some(problem) = ceiling.problem(capability) {
            text.push_str(&format!("      but   {}\n", escape::line(&problem)));
        }
    }
    text
}

/// Capabilities without their reasons, one a line.
pub fn brief(list: &[Capability]) -> String {
    list.iter().map(|capability| format!("   -  {}\n", limits(capability))).collect()
}

/// An operation with what it is limited to.
fn limits(capability: &Capability) -> String {
    let separator = if capability.operation().key == Some(Key::Argv) { " " } else { ", " };
    let args = capability.args().join(separator);
    let text = if args.is_empty() { capability.op().to_owned() } else { format!("{}: {args}", capability.op()) };
    escape::line(&text).into_owned()
}

/// Finds out what is to be granted: what the command line says; else whoever sits at the terminal; else nothing.
pub fn ask(candidate: &Candidate, change: &Change, args: &ConsentArgs) -> Result<Answer, String> {
    let is_update = change.before.is_some();
    let asked = if is_update { &change.new } else { &change.wanted };
    if args.grant_all {
        return Ok(Answer::Grant(change.wanted.clone()));
    }
    if let Some(path) = &args.grant {
        let granted = keelmark_store::read_grant_file(path)?;
        return match granted.iter().find(|grant| !all_cover(&candidate.manifest.capabilities, grant)) {
            Some(wider) => Err(format!(
                "{} grants more than the manifest asks for, or something else: {}",
                path.display(),
                spec::written(wider).join(", ")
            )),
            None => Ok(Answer::Grant(granted)),
        };
    }
    let nobody_is_there = !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal();
    if nobody_is_there {
        return Ok(Answer::Ungranted);
    }
    let question = match (is_update, asked.is_empty()) {
        (false, true) => "Install it? [y]es, [N]o: ",
        (true, true) => "Update it? [y]es, [N]o: ",
        (false, false) => "Install it and grant all of this? [y]es, [u]ngranted (grant later), [N]o: ",
        (true, false) => "Update it and grant what is new? [y]es, [u]pdate without, [N]o: ",
    };
    Ok(match answer(question).as_str() {
        "y" | "yes" => Answer::Grant(asked.clone()),
        "u" if !asked.is_empty() => Answer::Ungranted,
        _ => Answer::No,
    })
}

/// A line from the terminal. No answer is none.
fn answer(question: &str) -> String {
    let mut stderr = std::io::stderr();
    // A terminal that is gone answers nothing.
    let _ = stderr.write_all(format!("\n{question}").as_bytes()).and_then(|()| stderr.flush());
    let mut line = String::new();
    let _ = std::io::stdin().lock().read_line(&mut line);
    line.trim().to_ascii_lowercase()
}
