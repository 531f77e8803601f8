//! What `keelmark list` prints: one row type and one table per noun. `--output json` writes the rows as they are.

use keelmark_contract::escape;
use schemars::JsonSchema;
use serde::Serialize;

use super::layout::{Align, Table};

/// One benchmark that built-in or installed plugins implement.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EditionRow {
    /// "cis-docker-1.8.0"
    pub id: String,
    pub title: String,
    /// The date on its cover; absent where that is not established.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released: Option<String>,
    /// The engines it says it is for; absent where that is not established.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// How many sections plugins implement.
    pub sections: usize,
    /// How many recommendations those sections have.
    pub recommendations: usize,
}

/// One recommendation of one edition.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct RecommendationRow {
    /// "5.5"; means something only together with the edition.
    pub id: String,
    pub title: String,
    /// 1 or 2; absent where the edition's level is not established.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// "automated" or "manual", as the edition prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assessment: Option<String>,
    /// Whether it counts for the score, in editions that say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scored: Option<bool>,
    /// The slug of the check that decides it.
    pub check: String,
    /// The number of its section.
    pub section: String,
}

/// One check, and where it is used.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct CheckRow {
    /// "privileged-container"
    pub slug: String,
    /// What was found when it fires, as a headline.
    pub title: String,
    /// The key that ties it to the same control in other editions.
    pub control: String,
    /// The ids of the editions that use it.
    pub editions: Vec<String>,
}

/// Where a plugin's bytes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Part of this keelmark.
    BuiltIn,
    /// From the store.
    Installed,
}

/// One plugin.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PluginRow {
    /// "cis-docker-1.8.0-5"
    pub id: String,
    pub version: String,
    pub benchmark: String,
    pub section: String,
    pub title: String,
    /// The SHA-256 of the component, in hexadecimal.
    pub digest: String,
    pub origin: Origin,
    /// "signed", "pinned" or "local"; absent for built-in plugins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// How many capabilities its manifest asks for.
    pub capabilities: usize,
    /// "ready", or why it is not.
    pub state: String,
}

/// The editions as a table.
pub fn list_editions(rows: &[EditionRow]) -> String {
    let mut table = Table::new(&[
        ("ID", Align::Left),
        ("RELEASED", Align::Left),
        ("SECTIONS", Align::Right),
        ("RECOMMENDATIONS", Align::Right),
        ("TITLE", Align::Left),
        ("ENGINE", Align::Left),
    ]);
    for row in rows {
        table.row(vec![
            cell(&row.id),
            known(row.released.as_deref()),
            row.sections.to_string(),
            row.recommendations.to_string(),
            cell(&row.title),
            known(row.engine.as_deref()),
        ]);
    }
    print(&table)
}

/// One edition's recommendations as a table.
pub fn list_recommendations(rows: &[RecommendationRow]) -> String {
    let mut table = Table::new(&[
        ("ID", Align::Left),
        ("LEVEL", Align::Right),
        ("LABEL", Align::Left),
        ("CHECK", Align::Left),
        ("TITLE", Align::Left),
    ]);
    for row in rows {
        table.row(vec![
            cell(&row.id),
            row.level.map_or_else(unknown, |level| level.to_string()),
            known(label(row.assessment.as_deref(), row.scored).as_deref()),
            cell(&row.check),
            cell(&row.title),
        ]);
    }
    print(&table)
}

/// The checks as a table.
pub fn list_checks(rows: &[CheckRow]) -> String {
    let mut table = Table::new(&[("CHECK", Align::Left), ("EDITIONS", Align::Right), ("TITLE", Align::Left)]);
    for row in rows {
        table.row(vec![cell(&row.slug), row.editions.len().to_string(), cell(&row.title)]);
    }
    print(&table)
}

/// The plugins as a table; digests by their first twelve characters, as docker prints them.
pub fn list_plugins(rows: &[PluginRow]) -> String {
    let mut table = Table::new(&[
        ("ID", Align::Left),
        ("VERSION", Align::Left),
        ("ORIGIN", Align::Left),
        ("LEVEL", Align::Left),
        ("STATE", Align::Left),
        ("CAPABILITIES", Align::Right),
        ("DIGEST", Align::Left),
        ("SECTION", Align::Left),
    ]);
    for row in rows {
        let digest: String = row.digest.chars().take(12).collect();
        table.row(vec![
            cell(&row.id),
            cell(&row.version),
            if row.origin == Origin::BuiltIn { "built-in" } else { "installed" }.to_owned(),
            cell(row.level.as_deref().unwrap_or_default()),
            cell(&row.state),
            row.capabilities.to_string(),
            cell(&digest),
            cell(&format!("{} {} {}", row.benchmark, row.section, row.title)),
        ]);
    }
    print(&table)
}

/// The edition's own label: "automated", "manual", "scored", "not scored"; none where it is not established.
pub fn label(assessment: Option<&str>, scored: Option<bool>) -> Option<String> {
    let scored = scored.map(|scored| if scored { "scored" } else { "not scored" });
    assessment.or(scored).map(str::to_owned)
}

fn cell(text: &str) -> String {
    escape::line(text).into_owned()
}

/// A dash for what is not established: unknown is not empty.
fn known(text: Option<&str>) -> String {
    text.map_or_else(unknown, cell)
}

fn unknown() -> String {
    "-".to_owned()
}

fn print(table: &Table) -> String {
    table.lines().into_iter().map(|line| line + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::POISON;
    use super::*;

    fn recommendation(id: &str, level: Option<u8>, check: &str, title: &str) -> RecommendationRow {
        RecommendationRow {
            id: id.into(),
            title: title.into(),
            level,
            profile: None,
            assessment: Some("manual".into()),
            scored: None,
            check: check.into(),
            section: "5".into(),
        }
    }

    #[test]
    fn columns_align_and_unknowns_are_dashes() {
        let rows = [
            recommendation("5.5", Some(1), "privileged-container", "Ensure A"),
            recommendation("5.10", None, "host-network", "Ensure B"),
        ];
        assert_eq!(
            list_recommendations(&rows),
            "ID    LEVEL  LABEL   CHECK                 TITLE\n\
             5.5       1  manual  privileged-container  Ensure A\n\
             5.10      -  manual  host-network          Ensure B\n"
        );
    }

    #[test]
    fn rows_are_lines_whatever_a_plugin_calls_itself() {
        let row = PluginRow {
            id: POISON.into(),
            version: POISON.into(),
            benchmark: POISON.into(),
            section: POISON.into(),
            title: POISON.into(),
            digest: POISON.into(),
            origin: Origin::Installed,
            level: Some(POISON.into()),
            capabilities: 3,
            state: POISON.into(),
        };
        let text = list_plugins(&[row]);
        assert_eq!(text.lines().count(), 2);
        assert!(!text.chars().any(|c| c != '\n' && escape::is_unsafe(c)));
    }

    #[test]
    fn rows_are_json_too() {
        let json = super::super::pretty(&[recommendation("5.5", None, "privileged-container", "Ensure A")]);
        assert!(json.contains("\"check\": \"privileged-container\"") && !json.contains("level"), "{json}");
    }

    #[test]
    fn checks_and_editions() {
        let check = CheckRow {
            slug: "privileged-container".into(),
            title: "Container runs privileged".into(),
            control: "runtime-no-privileged-containers".into(),
            editions: vec!["cis-docker-1.6.0".into(), "cis-docker-1.8.0".into()],
        };
        let text = list_checks(&[check]);
        assert!(text.ends_with("privileged-container         2  Container runs privileged\n"), "{text}");
        let edition = EditionRow {
            id: "cis-docker-1.8.0".into(),
            title: "CIS Docker Benchmark v1.8.0".into(),
            released: None,
            engine: None,
            sections: 7,
            recommendations: 118,
        };
        let text = list_editions(&[edition]);
        assert!(
            text.contains("cis-docker-1.8.0  -                7              118  CIS Docker Benchmark v1.8.0"),
            "{text}"
        );
    }
}
