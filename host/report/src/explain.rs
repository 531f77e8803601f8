//! What `keelmark explain` prints about one check.

use keelmark_contract::escape;
use schemars::JsonSchema;
use serde::Serialize;

use super::layout::{Align, Table, wrap};
use super::list;
use super::paint::Paint;

/// All that a reader may ask about a check, in the plugin's words.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Explanation {
    /// "privileged-container"
    pub slug: String,
    /// The key that ties it to the same control in other editions.
    pub control: String,
    /// What was found when it fires, as a headline: "Container runs privileged".
    pub finding: String,
    /// What the recommendation asks for.
    pub means: String,
    /// Why it matters.
    pub why: String,
    /// Which facts decide, and from where.
    pub audited: String,
    pub fix: String,
    /// What the fix may break.
    pub impact: String,
    /// What a host has when nobody changed anything.
    pub default: String,
    /// Where it decides otherwise than the audit command that the benchmark prints, and why; empty where they agree.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub deviates: String,
    /// Addresses of documentation.
    pub references: Vec<String>,
    /// What it asks of the host, one capability each.
    pub needs: Vec<String>,
    /// "name=value", one each.
    pub params: Vec<String>,
    /// The recommendations that it decides.
    pub editions: Vec<Decides>,
}

/// A recommendation that a check decides.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Decides {
    /// "cis-docker-1.8.0"
    pub benchmark: String,
    /// The recommendation's id: "5.5".
    pub id: String,
    pub title: String,
    /// 1 or 2; absent where the edition's level is not established.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// "automated" or "manual", as the edition prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assessment: Option<String>,
    /// Whether it counts for the score, in editions that say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scored: Option<bool>,
}

/// Blanks before everything but headings: a plugin's text can never stand where a heading does.
const INDENT: &str = "  ";

/// The explanation as text of at most `width` columns; the table of editions is as wide as its titles.
pub fn explain_text(entry: &Explanation, width: usize, colour: bool) -> String {
    let mut text = Text { out: String::new(), width: width.max(40), paint: Paint::new(colour) };
    text.heading(&escape::line(&entry.slug));
    text.paragraph(&entry.finding);
    text.out.push('\n');
    text.paragraph(&entry.means);
    let parts = [
        ("Why it matters", &entry.why),
        ("How it is audited", &entry.audited),
        ("Where it differs from the benchmark's own audit", &entry.deviates),
        ("How to fix it", &entry.fix),
        ("What the fix may break", &entry.impact),
        ("By default", &entry.default),
    ];
    for (heading, body) in parts {
        if !body.trim().is_empty() {
            text.part(heading);
            text.paragraph(body);
        }
    }
    text.editions(&entry.editions);
    text.items("Parameters", &entry.params);
    text.items("What it asks of the host", &entry.needs);
    text.items("References", &entry.references);
    if !entry.control.is_empty() {
        text.part("Control");
        text.paragraph(&entry.control);
    }
    text.out
}

struct Text {
    out: String,
    width: usize,
    paint: Paint,
}

impl Text {
    fn heading(&mut self, text: &str) {
        for line in wrap(text, self.width) {
            self.out.push_str(&self.paint.heading(&line));
            self.out.push('\n');
        }
    }

    fn part(&mut self, heading: &str) {
        self.out.push('\n');
        self.heading(heading);
    }

    /// A text with lines of its own, each indented and wrapped.
    fn paragraph(&mut self, body: &str) {
        for line in escape::lines(body) {
            for part in wrap(&line, self.width - INDENT.len()) {
                self.line(&part);
            }
        }
    }

    fn items(&mut self, heading: &str, items: &[String]) {
        if items.is_empty() {
            return;
        }
        self.part(heading);
        for item in items {
            for part in wrap(&escape::line(item), self.width - INDENT.len()) {
                self.line(&part);
            }
        }
    }

    fn editions(&mut self, editions: &[Decides]) {
        if editions.is_empty() {
            return;
        }
        self.part("Recommendations that it decides");
        let mut table = Table::new(&[
            ("EDITION", Align::Left),
            ("ID", Align::Left),
            ("LEVEL", Align::Right),
            ("LABEL", Align::Left),
            ("TITLE", Align::Left),
        ]);
        for one in editions {
            let label = list::label(one.assessment.as_deref(), one.scored);
            table.row(vec![
                escape::line(&one.benchmark).into_owned(),
                escape::line(&one.id).into_owned(),
                one.level.map_or_else(|| "-".to_owned(), |level| level.to_string()),
                label.map_or_else(|| "-".to_owned(), |label| escape::line(&label).into_owned()),
                escape::line(&one.title).into_owned(),
            ]);
        }
        for line in table.lines() {
            self.line(&line);
        }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(if line.is_empty() { "" } else { INDENT });
        self.out.push_str(line);
        self.out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout;
    use super::super::sample::POISON;
    use super::*;

    fn privileged() -> Explanation {
        Explanation {
            slug: "privileged-container".into(),
            control: "runtime-no-privileged-containers".into(),
            finding: "Container runs privileged".into(),
            means: "No container is started with --privileged.".into(),
            why: "A privileged container holds every Linux capability and sees every device of the host.".into(),
            audited: "HostConfig.Privileged of every container must be false.".into(),
            fix: "Recreate it:\n\ndocker run --cap-add NET_ADMIN …   instead of --privileged".into(),
            references: vec!["https://docs.docker.com/engine/containers/run/".into()],
            needs: vec!["docker.list-containers Id Names".into()],
            editions: vec![Decides {
                benchmark: "cis-docker-1.8.0".into(),
                id: "5.5".into(),
                title: "Ensure that privileged containers are not used".into(),
                level: Some(1),
                assessment: Some("manual".into()),
                scored: None,
            }],
            ..Explanation::default()
        }
    }

    #[test]
    fn parts_have_headings_and_empty_parts_are_left_out() {
        let text = explain_text(&privileged(), 58, false);
        assert!(
            text.starts_with("privileged-container\n  Container runs privileged\n\n  No container is started"),
            "{text}"
        );
        assert!(
            text.contains(
                "\nHow to fix it\n  Recreate it:\n\n  docker run --cap-add NET_ADMIN …   instead of\n  --privileged\n"
            ),
            "{text}"
        );
        assert!(
            text.contains(
                "  EDITION           ID   LEVEL  LABEL   TITLE\n  cis-docker-1.8.0  5.5      1  manual  Ensure that"
            ),
            "{text}"
        );
        assert!(!text.contains("By default") && !text.contains("Parameters"));
        let prose = text.lines().filter(|line| !line.contains("Ensure that"));
        assert!(prose.into_iter().all(|line| layout::width(line) <= 58), "{text}");
    }

    #[test]
    fn no_text_can_forge_a_heading_or_a_colour() {
        let mut entry = privileged();
        for text in [&mut entry.slug, &mut entry.why, &mut entry.fix, &mut entry.control] {
            text.push_str(POISON);
        }
        entry.params.push(POISON.into());
        let text = explain_text(&entry, 80, false);
        assert!(!text.chars().any(|c| c != '\n' && escape::is_unsafe(c)));
        assert!(!text.lines().any(|line| line.starts_with("PASS")), "{text}");
    }
}
