//! One edition's page.

use keelmark_audit::catalog::Catalog;
use keelmark_contract::Recommendation;
use keelmark_report::list::label;

use super::markdown::{cell, code, link, table};

/// The page of an edition: its recommendations, each with the check that decides it.
pub fn page(catalog: &Catalog) -> String {
    let edition = &catalog.edition;
    let count: usize = catalog.plugins.iter().map(|plugin| plugin.section.recommendations.len()).sum();
    let mut page = super::start(&edition.title);
    let released = edition.released.as_deref().map(|date| format!(" · released {date}")).unwrap_or_default();
    page.push_str(&format!("Edition {}{released} · {count} recommendations · ", code(edition.id)));
    page.push_str(&format!("for Docker Engine {} and later\n", edition.engine.0));
    for plugin in &catalog.plugins {
        let section = &plugin.section;
        page.push_str(&format!("\n## {} {}\n\n", section.number, cell(&section.title)));
        let rows: Vec<_> = section.recommendations.iter().map(row).collect();
        page.push_str(&table(&["Id", "Recommendation", "Level", "Label", "Check"], &rows));
    }
    page
}

fn row(recommendation: &Recommendation) -> Vec<String> {
    vec![
        // The anchor that the checks' pages link to; ids are letters, digits and ".-_".
        format!("<a id=\"{0}\"></a>{0}", recommendation.id),
        cell(&recommendation.title),
        recommendation.level().map_or_else(|| "–".to_owned(), |level| level.to_string()),
        label(recommendation.get("assessment"), recommendation.scored()).unwrap_or_else(|| "–".to_owned()),
        link(&cell(&recommendation.check), &format!("../checks/{}.md", recommendation.check)),
    ]
}
