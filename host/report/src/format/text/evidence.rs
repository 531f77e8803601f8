//! Evidence under a finding: a line a fact, and one line for all subjects of which the same is true.

use std::collections::HashMap;

use keelmark_contract::escape;

use super::page::Page;
use crate::Evidence;
use crate::layout::{clip, pad, plural, width, wrap};
use crate::paint::Paint;

/// Lines of evidence per finding, without `--verbose`.
const MAX_LINES: usize = 8;

/// Columns of one value, without `--verbose`: a command line may be thousands of characters long.
const MAX_VALUE: usize = 240;

/// Evidence that says the same about several subjects of one kind.
struct Group<'e> {
    evidence: &'e Evidence,
    /// The names of the subjects, without their noun, where there are several.
    names: Vec<&'e str>,
}

/// Everything but the subject's name: evidence with the same key stands in one group.
type Key<'e> = (&'e str, [&'e str; 3], [Option<&'e str>; 3]);

/// Groups evidence by what it says, in the order in which it was first said.
fn group(evidence: &[Evidence]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut known: HashMap<Key, usize> = HashMap::new();
    for one in evidence {
        let Some((noun, name)) = one.subject.noun_and_name() else {
            groups.push(Group { evidence: one, names: Vec::new() });
            continue;
        };
        let says = [one.property.as_str(), &one.found, &one.expected];
        let key = (noun, says, [one.source.as_deref(), one.error.as_deref(), one.note.as_deref()]);
        let at = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.names.push(name),
            None => groups.push(Group { evidence: one, names: vec![name] }),
        }
    }
    groups
}

impl Group<'_> {
    /// How many pieces of evidence it stands for.
    fn len(&self) -> usize {
        self.names.len().max(1)
    }

    /// "container web", or "97 containers".
    fn label(&self) -> String {
        match self.evidence.subject.noun_and_name() {
            Some((noun, _)) if self.names.len() > 1 => {
                format!("{} {}", self.names.len(), plural(&escape::line(noun), self.names.len()))
            }
            _ => escape::line(&self.evidence.subject.to_string()).into_owned(),
        }
    }

    /// "HostConfig.UsernsMode = (empty), expected a namespace of its own; the daemon remaps no users"
    fn statement(&self, verbose: bool) -> String {
        let value = |text: &str| {
            let text = escape::line(text);
            if verbose { text.into_owned() } else { clip(&text, MAX_VALUE) }
        };
        let one = self.evidence;
        if let Some(error) = &one.error {
            let property = value(&one.property);
            let gap = if property.is_empty() { "" } else { " " };
            return format!("{property}{gap}could not be read: {}", value(error));
        }
        let found = if one.found.is_empty() { "(empty)".to_owned() } else { value(&one.found) };
        let mut statement = if one.property.is_empty() { found } else { format!("{} = {found}", value(&one.property)) };
        if !one.expected.is_empty() {
            statement.push_str(&format!(", expected {}", value(&one.expected)));
        }
        if let Some(note) = &one.note {
            statement.push_str(&format!("; {}", value(note)));
        }
        statement
    }

    fn source(&self) -> Option<String> {
        let source = self.evidence.source.as_deref().filter(|source| !source.is_empty())?;
        Some(format!("[{}]", clip(&escape::line(source), MAX_VALUE)))
    }
}

/// Where the statements stand: beside the subjects, or below them where subjects are long.
struct Columns {
    beside: Option<usize>,
}

impl Columns {
    fn fit(rows: &[(&Group, String, String)], room: usize) -> Self {
        let labels = rows.iter().map(|(_, label, _)| width(label)).max().unwrap_or(0) + 2;
        let statements = rows.iter().map(|(_, _, statement)| width(statement)).max().unwrap_or(0);
        let fits = labels <= room / 3 || labels + statements <= room;
        Self { beside: fits.then_some(labels) }
    }

    /// Where statements begin, counted from the subjects.
    fn statement(&self) -> usize {
        self.beside.unwrap_or(2)
    }
}

/// Writes the evidence at column `at`.
pub fn write(page: &mut Page, at: usize, evidence: &[Evidence]) {
    let groups = group(evidence);
    let shown = if page.verbose { groups.len() } else { MAX_LINES };
    let rows: Vec<(&Group, String, String)> =
        groups.iter().take(shown).map(|group| (group, group.label(), group.statement(page.verbose))).collect();
    let columns = Columns::fit(&rows, page.room(at));
    for (group, label, statement) in &rows {
        write_row(page, at, &columns, label, statement, group.source());
        if group.names.len() > 1 {
            write_names(page, at + columns.statement(), &group.names);
        }
    }
    let hidden: usize = groups.iter().skip(shown).map(Group::len).sum();
    if hidden > 0 {
        page.more(at, hidden);
    }
}

fn write_row(page: &mut Page, at: usize, columns: &Columns, label: &str, statement: &str, source: Option<String>) {
    let indent = at + columns.statement();
    let room = page.room(indent);
    let mut lines = wrap(statement, room);
    if let Some(source) = source {
        // The source follows its fact, or stands under it: it is never torn apart while it fits on a line.
        match lines.last_mut() {
            Some(last) if width(last) + 1 + width(&source) <= room => {
                last.push_str(&format!(" {}", page.paint.faint(&source)));
            }
            _ => lines.extend(wrap(&source, room).iter().map(|line| page.paint.faint(line))),
        }
    }
    match columns.beside {
        Some(width) => {
            for (n, line) in lines.iter().enumerate() {
                match n {
                    0 => page.line(at, &format!("{}{line}", pad(label, width))),
                    _ => page.line(indent, line),
                }
            }
        }
        None => {
            page.wrapped(at, label, |_, text| text.to_owned());
            for line in &lines {
                page.line(indent, line);
            }
        }
    }
}

/// The names of a group: all of them with `--verbose`, else as many as fit on one line.
fn write_names(page: &mut Page, indent: usize, names: &[&str]) {
    let text = match page.verbose {
        true => names.iter().map(|name| escape::line(name)).collect::<Vec<_>>().join(", "),
        false => enumerate(names, page.room(indent)),
    };
    page.wrapped(indent, &text, Paint::faint);
}

/// "web-1, web-2 and 95 more": the items that fit into `room`, at least one, and how many do not.
pub fn enumerate<T: AsRef<str>>(items: &[T], room: usize) -> String {
    let (mut text, mut used) = (String::new(), 0);
    for (n, item) in items.iter().enumerate() {
        let item = clip(&escape::line(item.as_ref()), room);
        let left = items.len() - n;
        // Room for what must be said if this item turns out to be the last that fits.
        let reserve = if left > 1 { format!(" and {left} more").len() } else { 0 };
        let comma = if n > 0 { ", " } else { "" };
        let needed = comma.len() + width(&item);
        if n > 0 && used + needed + reserve > room {
            return format!("{text} and {left} more");
        }
        text.push_str(comma);
        text.push_str(&item);
        used += needed;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(subject: &str, found: &str) -> Evidence {
        crate::sample::evidence(subject, "HostConfig.Memory", found, "a limit")
    }

    #[test]
    fn the_same_fact_about_several_subjects_is_one_group() {
        let all = [
            evidence("container a", "0"),
            evidence("container b", "-1"),
            evidence("container c", "0"),
            evidence("image a", "0"),
        ];
        let groups = group(&all);
        let labels: Vec<String> = groups.iter().map(Group::label).collect();
        assert_eq!(labels, ["2 containers", "container b", "image a"]);
        assert_eq!(groups[0].names, ["a", "c"]);
        assert_eq!(groups[0].statement(false), "HostConfig.Memory = 0, expected a limit");
    }

    #[test]
    fn subjects_without_a_name_are_not_counted() {
        let groups_of = [evidence("daemon", "0"), evidence("daemon", "0")];
        assert_eq!(group(&groups_of).len(), 2);
    }

    #[test]
    fn enumerations_fit_and_count_the_rest() {
        let names: Vec<String> = (1..=97).map(|n| format!("web-{n}")).collect();
        for room in 20..200 {
            let text = enumerate(&names, room);
            assert!(width(&text) <= room, "{room}: {text}");
        }
        assert_eq!(enumerate(&names, 30), "web-1, web-2 and 95 more");
        assert_eq!(enumerate(&["a", "b"], 30), "a, b");
        assert_eq!(enumerate::<&str>(&[], 30), "");
    }
}
