//! `keelmark explain`

use keelmark_audit::suggest;
use keelmark_contract::Recommendation;
use keelmark_report::exit;
use keelmark_report::explain::{Decides, Explanation, explain_text};

use super::benchmarks::{BenchmarkCatalog, catalogs, unknown_benchmark};
use super::{Done, Failure, console, output};
use crate::cli::{Cli, ExplainArgs};

pub async fn run(cli: &Cli, args: &ExplainArgs) -> Done {
    // Every benchmark is read, whichever is asked for: the answer names the check's id in each.
    let catalogs = catalogs(cli, &[]).await?;
    if let Some(id) = args.benchmark.as_deref().filter(|id| !catalogs.iter().any(|c| c.id == *id)) {
        return Err(unknown_benchmark(id, catalogs.iter().map(|catalog| catalog.id.as_str()), &[]));
    }
    let (home, recommendation) =
        find(&catalogs, &args.name, args.benchmark.as_deref()).ok_or_else(|| unknown(&catalogs, args))?;
    let explanation = explanation(&catalogs, home, recommendation);
    let as_text = |one: &Explanation| explain_text(one, console::width(), console::colour(cli.color));
    let text = args.output.print(&explanation, as_text);
    output::write(None, &text)?;
    Ok(exit::CLEAN)
}

/// The recommendation of that id in the asked benchmark (else the newest edition that has it, else an installed
/// plugin), or one that the check decides; with the benchmark that has it.
fn find<'a>(
    catalogs: &'a [BenchmarkCatalog],
    name: &str,
    benchmark: Option<&str>,
) -> Option<(&'a BenchmarkCatalog, &'a Recommendation)> {
    let newest_first = || {
        let (editions, theirs): (Vec<_>, Vec<_>) = catalogs.iter().rev().partition(|c| c.edition.is_some());
        let wanted = editions.into_iter().chain(theirs).filter(|c| benchmark.is_none_or(|id| c.id == id));
        wanted.flat_map(|catalog| {
            let recommendations = catalog.sections.iter().flat_map(|section| &section.recommendations);
            recommendations.map(move |recommendation| (catalog, recommendation))
        })
    };
    let by_id = newest_first().find(|(_, recommendation)| recommendation.id == name);
    by_id.or_else(|| newest_first().find(|(_, r)| r.check == name || r.get("control") == Some(name)))
}

fn unknown(catalogs: &[BenchmarkCatalog], args: &ExplainArgs) -> Failure {
    let all = catalogs.iter().flat_map(|c| &c.sections).flat_map(|s| &s.recommendations);
    let mut known: Vec<&str> = all.flat_map(|r| [r.id.as_str(), r.check.as_str()]).collect();
    known.sort_unstable();
    known.dedup();
    let place = args.benchmark.as_deref().map(|id| format!(" in {id}")).unwrap_or_default();
    let nearest = suggest(&args.name, known).join(", ");
    Failure::usage(format!("there is no check or recommendation {:?}{place}; the nearest: {nearest}", args.name))
}

fn explanation(catalogs: &[BenchmarkCatalog], home: &BenchmarkCatalog, recommendation: &Recommendation) -> Explanation {
    let text = |key: &str| recommendation.get(key).unwrap_or_default().to_owned();
    let list = |key: &str| recommendation.all(key).map(str::to_owned).collect();
    // Editions share their checks. A third party's check is its own, even where it has the name of another.
    let has_the_check = |catalog: &&BenchmarkCatalog| match home.edition {
        Some(_) => catalog.edition.is_some(),
        None => catalog.id == home.id,
    };
    let decides = catalogs.iter().filter(has_the_check).flat_map(|catalog| {
        let all = catalog.sections.iter().flat_map(|section| &section.recommendations);
        all.filter(|other| other.check == recommendation.check).map(|other| Decides {
            benchmark: catalog.id.clone(),
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
        deviates: text("deviates"),
        references: list("reference"),
        needs: list("need"),
        params: list("param"),
        editions: decides.collect(),
    }
}
