//! One check's page.

use keelmark_contract::Recommendation;
use keelmark_report::list::label;

use super::book::{CheckPage, Need};
use super::markdown::{cell, code, code_block, link, prose, table};

/// The page of a check.
pub fn page(slug: &str, check: &CheckPage) -> String {
    let mut page = super::start(&check.text("finding").replace('\n', " "));
    page.push_str(&format!("Check {} · control {}\n\n", code(slug), code(check.text("control"))));
    page.push_str(&format!("{}\n", prose(check.text("means"))));
    let parts = [("Why it matters", "why"), ("How it is audited", "audited")];
    for (heading, key) in parts {
        page.push_str(&format!("\n## {heading}\n\n{}\n", prose(check.text(key))));
    }
    if !check.text("deviates").is_empty() {
        let deviates = prose(check.text("deviates"));
        page.push_str(&format!("\n## Where it differs from the benchmark's own audit\n\n{deviates}\n"));
    }
    page.push_str(&format!("\n## How to fix it\n\n{}\n", fix(check.text("fix"))));
    for (heading, key) in [("What the fix may break", "impact"), ("By default", "default")] {
        page.push_str(&format!("\n## {heading}\n\n{}\n", prose(check.text(key))));
    }
    page.push_str(&format!("\n## Recommendations that it decides\n\n{}", decides(check)));
    if !check.params.is_empty() {
        let rows = check.params.iter().map(|(key, value)| vec![code(key), shown(value)]).collect::<Vec<_>>();
        page.push_str(&format!("\n## Parameters\n\n{}", table(&["Parameter", "Default"], &rows)));
    }
    page.push_str(&format!("\n## What it asks of the host\n\n{}", needs(&check.needs)));
    let references = check.newest.all("reference").map(|address| format!("- {}\n", link(&cell(address), address)));
    page.push_str(&format!("\n## References\n\n{}", references.collect::<String>()));
    page.push_str("\n## Scenarios\n\nEach is run as a test. What a host does not say is as on a well-kept one.\n");
    for scenario in &check.scenarios {
        page.push_str(&format!("\n### {}\n\n{}\n", cell(&scenario.name), blocks_apart(&scenario.body)));
    }
    page
}

/// The fix: sentences as text, everything else as code.
fn fix(text: &str) -> String {
    let is_sentence =
        |part: &str| !part.contains('\n') && part.starts_with(|c: char| c.is_uppercase()) && part.ends_with(['.', ':']);
    let mut parts: Vec<(bool, String)> = Vec::new();
    for part in text.trim().split("\n\n") {
        match (is_sentence(part), parts.last_mut()) {
            // Lines with an empty one between them are still one example.
            (false, Some((false, block))) => block.push_str(&format!("\n\n{part}")),
            (sentence, _) => parts.push((sentence, part.to_owned())),
        }
    }
    let parts = parts.iter().map(|(sentence, part)| if *sentence { prose(part) } else { code_block(part) });
    parts.collect::<Vec<_>>().join("\n\n")
}

fn decides(check: &CheckPage) -> String {
    let binds = check.decides.iter().any(|(_, recommendation)| check.bound(recommendation).next().is_some());
    let row = |edition: &str, recommendation: &Recommendation| {
        let address = format!("../editions/{edition}.md");
        let mut row = vec![
            link(&cell(edition), &address),
            link(&cell(&recommendation.id), &format!("{address}#{}", recommendation.id)),
            cell(&recommendation.title),
            recommendation.level().map_or_else(|| "–".to_owned(), |level| level.to_string()),
            label(recommendation.get("assessment"), recommendation.scored()).unwrap_or_else(|| "–".to_owned()),
        ];
        if binds {
            row.push(check.bound(recommendation).map(code).collect::<Vec<_>>().join(", "));
        }
        row
    };
    let rows: Vec<_> = check.decides.iter().map(|(edition, recommendation)| row(edition.id, recommendation)).collect();
    let mut columns = vec!["Edition", "Id", "Title", "Level", "Label"];
    columns.extend(binds.then_some("Parameters"));
    table(&columns, &rows)
}

fn needs(needs: &[Need]) -> String {
    if needs.is_empty() {
        return "Nothing: a person decides.\n".to_owned();
    }
    let row = |need: &Need| {
        // The words of a command line are one thing, fields and paths are many.
        let args = match need.op.as_str() {
            "exec" => code(&need.args.join(" ")),
            _ => need.args.iter().map(|arg| code(arg)).collect::<Vec<_>>().join(", "),
        };
        vec![code(&need.op), args, cell(&need.why)]
    };
    table(&["Capability", "Limited to", "Why"], &needs.iter().map(row).collect::<Vec<_>>())
}

fn shown(value: &str) -> String {
    if value.is_empty() { "(empty)".to_owned() } else { code(value) }
}

/// A scenario's body with an empty line before each block. Which check it is about is the page's title already.
fn blocks_apart(body: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut is_inside = false;
    for line in body.trim().lines() {
        if line.starts_with("```") {
            if !is_inside && out.last().is_some_and(|last| !last.is_empty()) {
                out.push(String::new());
            }
            is_inside = !is_inside;
        }
        out.push(line.to_owned());
    }
    let is_only_name = |row: &str| {
        let row = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(row);
        row.is_ok_and(|row| row.len() == 1 && row.contains_key("check"))
    };
    let text = out.join("\n");
    match text.split_once("```row\n").and_then(|(before, rest)| Some((before, rest.split_once("\n```\n")?))) {
        Some((before, (row, after))) if is_only_name(row) => format!("{before}{}", after.trim_start()),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_text_and_examples_are_code() {
        let text = "Set it in daemon.json:\n\n{ \"icc\": false }\n\nuserns-remap: x\n\nThen restart *dockerd*.";
        let expected = "Set it in daemon.json:\n\n```text\n{ \"icc\": false }\n\nuserns-remap: x\n```\n\nThen restart \\*dockerd\\*.";
        assert_eq!(fix(text), expected);
    }

    #[test]
    fn a_row_that_only_names_the_check_is_left_out() {
        let body = "Why.\n```row\n{\"check\": \"a\"}\n```\n```host\n{}\n```";
        assert_eq!(blocks_apart(body), "Why.\n\n```host\n{}\n```");
        let bound = "```row\n{\"check\": \"a\", \"path\": \"/b\"}\n```\n```host\n{}\n```";
        assert_eq!(blocks_apart(bound), "```row\n{\"check\": \"a\", \"path\": \"/b\"}\n```\n\n```host\n{}\n```");
    }
}
