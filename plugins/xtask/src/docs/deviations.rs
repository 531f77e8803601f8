//! The page of what keelmark decides otherwise than the audit commands that the benchmark prints.

use super::book::Book;
use super::markdown::{cell, link, table};

/// Every check that deviates, with what it does instead and why.
pub fn page(book: &Book) -> String {
    let mut page = super::start("Where keelmark differs from the benchmark's own audit");
    page.push_str(
        "The benchmark prints a command for most recommendations. keelmark asks for what the recommendation means, and \
         where that and the command come apart, it says so here and in `keelmark explain`. Whoever compares its report \
         with another auditor's finds the difference in this list.\n\n",
    );
    let deviating = book.checks.iter().filter(|(_, check)| !check.text("deviates").is_empty());
    let row = |(slug, check): (&&str, &super::book::CheckPage)| {
        let newest = check.decides.first().map_or("", |(_, recommendation)| recommendation.id.as_str());
        vec![cell(newest), link(&cell(slug), &format!("checks/{slug}.md")), cell(check.text("deviates"))]
    };
    let mut rows: Vec<Vec<String>> = deviating.map(row).collect();
    rows.sort_by_key(|row| row.first().map(|id| natural(id)));
    page.push_str(&table(
        &["Newest id", "Check", "What the benchmark's command says, what keelmark says, and why"],
        &rows,
    ));
    page
}

/// "5.9" before "5.10".
fn natural(id: &str) -> Vec<u32> {
    id.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}
