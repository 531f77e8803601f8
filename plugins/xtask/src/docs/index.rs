//! The index, and the crosswalk between editions.

use std::collections::{BTreeMap, BTreeSet};

use super::book::{Book, CheckPage};
use super::markdown::{cell, link, table};

/// The index: editions, and checks by what they look at.
pub fn index(book: &Book) -> String {
    let mut page = super::start("Editions and checks");
    page.push_str(
        "What keelmark's built-in plugins audit. `keelmark explain <check>` prints the same about one check; \
         the [crosswalk](crosswalk.md) shows where each one stands in each edition, and the \
         [deviations](deviations.md) where keelmark decides otherwise than the benchmark's own commands.\n\n## Editions\n\n",
    );
    let editions = book.editions.iter().map(|catalog| {
        let edition = &catalog.edition;
        let count: usize = catalog.plugins.iter().map(|plugin| plugin.section.recommendations.len()).sum();
        vec![
            link(&cell(edition.id), &format!("editions/{}.md", edition.id)),
            cell(&edition.title),
            cell(edition.released.as_deref().unwrap_or("–")),
            format!("{} and later", edition.engine.0),
            count.to_string(),
        ]
    });
    let columns = ["Edition", "Title", "Released", "Docker Engine", "Recommendations"];
    page.push_str(&table(&columns, &editions.collect::<Vec<_>>()));

    let mut sections: BTreeMap<&str, Vec<(&str, &CheckPage)>> = BTreeMap::new();
    for (slug, check) in &book.checks {
        sections.entry(check.section).or_default().push((slug, check));
    }
    for (number, checks) in sections {
        page.push_str(&format!("\n## Checks: {}\n\n", cell(title_of_section(book, number))));
        let row = |(slug, check): &(&str, &CheckPage)| {
            let editions: BTreeSet<&str> = check.decides.iter().map(|(edition, _)| edition.id).collect();
            let address = format!("checks/{slug}.md");
            vec![link(&cell(slug), &address), cell(check.text("finding")), editions.len().to_string()]
        };
        page.push_str(&table(
            &["Check", "What it found when it fires", "Editions"],
            &checks.iter().map(row).collect::<Vec<_>>(),
        ));
    }
    page
}

/// What the newest edition that has the section calls it.
fn title_of_section<'a>(book: &Book<'a>, number: &'a str) -> &'a str {
    let sections = book.editions.iter().flat_map(|catalog| &catalog.plugins).map(|plugin| &plugin.section);
    sections.into_iter().find(|section| section.number == number).map_or(number, |section| &section.title)
}

/// Controls and checks by editions, with the id that each has there.
pub fn crosswalk(book: &Book) -> String {
    let mut page = super::start("Crosswalk");
    page.push_str(
        "Which recommendation of which edition asks for the same thing. A control is the thing that is asked for, the \
         check is the logic that decides it. Ids mean something only together with their edition.\n\n",
    );
    let mut rows: Vec<(&str, Vec<String>)> = Vec::new();
    for (slug, check) in &book.checks {
        let control = check.text("control");
        let mut row = vec![cell(control), link(&cell(slug), &format!("checks/{slug}.md"))];
        for catalog in &book.editions {
            let here = check.decides.iter().filter(|(edition, _)| edition.id == catalog.edition.id);
            row.push(here.map(|(_, recommendation)| cell(&recommendation.id)).collect::<Vec<_>>().join(", "));
        }
        rows.push((control, row));
    }
    rows.sort_by_key(|(control, _)| *control);
    let names = book.editions.iter().map(|catalog| {
        let short = catalog.edition.id.trim_start_matches("cis-docker-");
        link(&cell(short), &format!("editions/{}.md", catalog.edition.id))
    });
    let columns: Vec<String> = ["Control".to_owned(), "Check".to_owned()].into_iter().chain(names).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
    page.push_str(&table(&columns, &rows));
    page
}
