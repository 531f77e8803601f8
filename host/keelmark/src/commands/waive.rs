//! `keelmark waive`

use std::path::{Path, PathBuf};

use keelmark_audit::suggest;
use keelmark_contract::settings::Settings;
use keelmark_report::exit;
use keelmark_report::policy::{NewWaiver, with_waiver};

use super::benchmarks::{BenchmarkCatalog, catalogs};
use super::{Done, Failure, console, output};
use crate::cli::{Cli, WaiveArgs};

/// A file that somebody wrote by hand is smaller.
const MAX_BYTES: usize = 1024 * 1024;

pub async fn run(cli: &Cli, args: &WaiveArgs) -> Done {
    let path = args.file.clone().unwrap_or_else(|| settings_file(cli));
    let waiver = NewWaiver {
        check: check(cli, &args.check).await?,
        reason: args.reason.clone(),
        owner: args.owner.clone(),
        ticket: args.ticket.clone(),
        expires: args.expires.clone(),
        container: args.container.clone(),
        image: args.image.clone(),
        file: args.subject_file.clone(),
        host: args.host.clone(),
        labels: args.labels.clone(),
    };
    let wrong = |problem: &dyn std::fmt::Display| Failure::usage(format!("{}: {problem}", path.display()));
    let before = match keelmark_disk::input::read(&path, MAX_BYTES) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|error| wrong(&error))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(wrong(&error)),
    };
    let after = with_waiver(&before, &waiver).map_err(|error| wrong(&error))?;
    output::rewrite(&path, &after)?;
    console::complain("note", &format!("{} waives {} until {}", path.display(), waiver.check, waiver.expires));
    Ok(exit::CLEAN)
}

/// The settings file that audits read; the host's own, where there is none yet.
fn settings_file(cli: &Cli) -> PathBuf {
    let defaults = Settings::default_paths();
    let found = cli.config.clone().or_else(|| defaults.iter().find(|path| path.exists()).cloned());
    found.or_else(|| defaults.last().cloned()).unwrap_or_else(|| Path::new("keelmark.toml").to_owned())
}

/// The check that is meant, as waivers name it: the slug, which all editions share, for a bare id of the newest one.
async fn check(cli: &Cli, name: &str) -> Result<String, Failure> {
    let catalogs = catalogs(cli, &[]).await?;
    let all = || {
        let of = |catalog: &BenchmarkCatalog| {
            let recommendations = catalog.sections.iter().flat_map(|section| &section.recommendations);
            recommendations.map(|one| (catalog.id.clone(), one.id.clone(), one.check.clone())).collect::<Vec<_>>()
        };
        catalogs.iter().rev().flat_map(of)
    };
    if let Some((_, _, slug)) = all().find(|(_, id, slug)| slug == name || id == name) {
        return Ok(slug);
    }
    if all().any(|(edition, id, _)| name.split_once('/') == Some((edition.as_str(), id.as_str()))) {
        return Ok(name.to_owned());
    }
    let known: Vec<String> = all().flat_map(|(_, id, slug)| [id, slug]).collect();
    let nearest = suggest(name, known.iter().map(String::as_str)).join(", ");
    Err(Failure::usage(format!("there is no check or recommendation {name:?}; the nearest: {nearest}")))
}
