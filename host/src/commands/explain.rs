//! `keelmark explain`

use super::{Done, Failure, catalogs, console, output};
use crate::audit::suggest;
use crate::catalog::EditionCatalog;
use crate::cli::{Cli, ExplainArgs, Format};
use crate::engine::Recommendation;
use crate::exit;
use crate::report::explain::{Decides, Explanation, explain_text};
use crate::report::pretty;

pub fn run(cli: &Cli, args: &ExplainArgs) -> Done {
    // Every edition is read, whichever is asked for: the answer names the check's id in each.
    let catalogs = catalogs(&[])?;
    if let Some(id) = args.benchmark.as_deref().filter(|id| !catalogs.iter().any(|c| c.edition.id == *id)) {
        return Err(super::audit::unknown_edition(id));
    }
    let found = find(&catalogs, &args.name, args.benchmark.as_deref());
    let explanation = explanation(&catalogs, found.ok_or_else(|| unknown(&catalogs, args))?);
    let text = match args.output {
        Format::Text => explain_text(&explanation, console::width(), console::colour(cli.color)),
        Format::Json => pretty(&explanation),
    };
    output::write(None, &text)?;
    Ok(exit::CLEAN)
}

/// The recommendation of that id in the asked edition (else the newest that has it), or one that the check decides.
fn find<'a>(catalogs: &'a [EditionCatalog], name: &str, benchmark: Option<&str>) -> Option<&'a Recommendation> {
    let newest_first = || {
        let wanted = move |catalog: &&EditionCatalog| benchmark.is_none_or(|id| catalog.edition.id == id);
        let editions = catalogs.iter().rev().filter(wanted);
        editions.flat_map(|catalog| &catalog.sections).flat_map(|section| &section.recommendations)
    };
    let by_id = newest_first().find(|recommendation| recommendation.id == name);
    by_id.or_else(|| newest_first().find(|r| r.check == name || r.get("control") == Some(name)))
}

fn unknown(catalogs: &[EditionCatalog], args: &ExplainArgs) -> Failure {
    let all = catalogs.iter().flat_map(|c| &c.sections).flat_map(|s| &s.recommendations);
    let mut known: Vec<&str> = all.flat_map(|r| [r.id.as_str(), r.check.as_str()]).collect();
    known.sort_unstable();
    known.dedup();
    let place = args.benchmark.as_deref().map(|id| format!(" in {id}")).unwrap_or_default();
    let nearest = suggest(&args.name, known).join(", ");
    Failure::usage(format!("there is no check or recommendation {:?}{place}; the nearest: {nearest}", args.name))
}

fn explanation(catalogs: &[EditionCatalog], recommendation: &Recommendation) -> Explanation {
    let text = |key: &str| recommendation.get(key).unwrap_or_default().to_owned();
    let list = |key: &str| recommendation.all(key).map(str::to_owned).collect();
    let decides = catalogs.iter().flat_map(|catalog| {
        let all = catalog.sections.iter().flat_map(|section| &section.recommendations);
        all.filter(|other| other.check == recommendation.check).map(|other| Decides {
            benchmark: catalog.edition.id.to_owned(),
            id: other.id.clone(),
            title: other.title.clone(),
            level: other.level(),
            assessment: other.get("assessment").map(str::to_owned),
            scored: other.scored(),
        })
    });
    Explanation {
        slug: recommendation.check.clone(),
        control: text("control"),
        finding: text("finding"),
        means: text("means"),
        why: text("why"),
        audited: text("audited"),
        fix: text("fix"),
        impact: text("impact"),
        default: text("default"),
        references: list("reference"),
        needs: list("need"),
        params: list("param"),
        editions: decides.collect(),
    }
}
