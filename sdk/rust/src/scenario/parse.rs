//! Reading a scenario file.

use std::collections::BTreeMap;

use serde_json::Value;

/// One heading of a scenario file with its blocks.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The scenario's heading.
    pub name: String,
    /// The slug, where the file is shared by a family.
    pub check: Option<String>,
    /// The parameters that the row binds.
    pub bound: BTreeMap<String, String>,
    /// The host, as far as it differs from a well-kept one.
    pub host: Value,
    /// What the check must say.
    pub expected: Expected,
    /// What stands below the heading, as it is written: prose and blocks.
    pub body: String,
}

/// The verdict that a scenario expects.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// The verdict's name.
    pub status: String,
    /// A part of the message; empty where the scenario does not say.
    pub message: String,
    /// The evidence, each piece as [`Evidence`](crate::Evidence) prints itself.
    pub evidence: Vec<String>,
}

/// The scenarios of a file. Errors name the heading.
pub fn parse(file: &str) -> Result<Vec<Scenario>, String> {
    let mut scenarios = Vec::new();
    for part in file.split("\n## ").skip(usize::from(!file.starts_with("## "))) {
        let part = part.strip_prefix("## ").unwrap_or(part);
        let (name, body) = part.split_once('\n').unwrap_or((part, ""));
        scenarios.push(parse_one(name.trim(), body).map_err(|problem| format!("scenario \"{name}\": {problem}"))?);
    }
    if scenarios.is_empty() {
        return Err("no scenario: every one starts with a line \"## name\"".into());
    }
    Ok(scenarios)
}

fn parse_one(name: &str, body: &str) -> Result<Scenario, String> {
    let json = |label: &str, text: &str| {
        serde_json::from_str::<Value>(text).map_err(|error| format!("```{label} block is not JSON: {error}"))
    };
    let host = json("host", &block(body, "host").ok_or("no ```host block")?)?;
    let mut bound: BTreeMap<String, String> = BTreeMap::new();
    if let Some(text) = block(body, "row") {
        let row = json("row", &text)?;
        let entries = row.as_object().ok_or("the ```row block is not an object")?;
        for (key, value) in entries {
            bound.insert(key.clone(), value.as_str().ok_or("the ```row block holds strings only")?.to_owned());
        }
    }
    let check = bound.remove("check");
    let verdict = block(body, "verdict").ok_or("no ```verdict block")?;
    let mut lines = verdict.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let first = lines.next().ok_or("an empty ```verdict block")?;
    let (status, message) = first.split_once(':').unwrap_or((first, ""));
    let statuses = ["pass", "fail", "manual", "not-applicable", "error"];
    if !statuses.contains(&status) {
        return Err(format!("unknown verdict {status:?}: one of {}", statuses.join(", ")));
    }
    let expected = Expected {
        status: status.to_owned(),
        message: message.trim().to_owned(),
        evidence: lines.map(str::to_owned).collect(),
    };
    Ok(Scenario { name: name.to_owned(), check, bound, host, expected, body: body.trim().to_owned() })
}

fn block(body: &str, label: &str) -> Option<String> {
    let start = format!("```{label}\n");
    let at = body.find(&start)? + start.len();
    let end = body[at..].find("\n```")?;
    Some(body[at..at + end].to_owned())
}
