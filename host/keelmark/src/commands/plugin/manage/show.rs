//! `keelmark plugin show`: what a plugin asks for, beside what it imports. None of its code runs.

use std::path::{Path, PathBuf};

use keelmark_contract::gate::Ceiling;
use keelmark_contract::plugin::{Form, Imports, Manifest, is_valid_id, reserved};
use keelmark_contract::settings::Settings;
use keelmark_contract::{digest, escape, limits};
use keelmark_disk::input;
use keelmark_report::exit;
use keelmark_store::{Installed, State, Store, provenance, what_needs_a_grant};

use super::super::super::{Done, Failure};
use super::row::{self, PluginRow};
use super::{consent, failure, print, settings};
use crate::cli::Cli;
use crate::cli::plugin::manage::ShowArgs;

pub fn run(cli: &Cli, args: &ShowArgs) -> Done {
    let settings = settings(cli)?;
    let store = Store::open_default().map_err(failure)?;
    let state = store.as_ref().map(Store::read).transpose().map_err(failure)?.unwrap_or_default();
    if let (Some(store), true) = (&store, state.lock.find(&args.plugin).is_some()) {
        let loaded = store.load_some(settings.plugins(), |entry| entry.id == args.plugin).map_err(failure)?;
        match loaded.first() {
            Some(Ok(installed)) => return show_installed(args, installed, &settings),
            Some(Err(unusable)) => {
                let row = PluginRow::entry(&unusable.entry, &unusable.problem.to_string());
                let text = format!(
                    "{} {}\nIt does not run: {}\n",
                    row.id,
                    row.version,
                    escape::line(row.problem.as_deref().unwrap_or_default())
                );
                print(args.output, &row, &text)?;
                return Ok(exit::FINDINGS);
            }
            None => {}
        }
    }
    if is_valid_id(&args.plugin) && !Path::new(&args.plugin).exists() {
        state.lock.require(&args.plugin).map_err(failure)?;
    }
    show_file(args, &state, &settings)
}

fn show_installed(args: &ShowArgs, installed: &Installed, settings: &Settings) -> Done {
    let imports = Imports::of(&installed.bytes).map_err(Failure::usage)?;
    let manifest = &installed.manifest;
    let row = PluginRow { imports: Some(row::imports(&imports, manifest)), ..PluginRow::installed(installed) };
    let mut text = head(&row, manifest, settings);
    if !row.missing.is_empty() {
        text.push_str(&format!("\nNot granted:\n{}", consent::brief(&installed.access.missing)));
    }
    text.push_str(&import_lines(&imports, manifest));
    print(args.output, &row, &text)?;
    Ok(exit::CLEAN)
}

/// A file that is not installed: what installing it would find.
fn show_file(args: &ShowArgs, state: &State, settings: &Settings) -> Done {
    let path = PathBuf::from(&args.plugin);
    let named = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", path.display()));
    let bytes = input::read(&path, limits::COMPONENT_BYTES).map_err(|error| named(&error))?;
    Form::of(&bytes).map_err(|error| named(&error))?;
    let manifest = Manifest::of_component(&bytes).map_err(|error| named(&error))?;
    let imports = Imports::of(&bytes).map_err(|error| named(&error))?;
    let fetched =
        keelmark_store::source::fetch(&keelmark_store::source::Source::File(path.clone()), &Default::default());
    let signature = fetched.map_err(|error| named(&error))?.signature;
    let found = provenance(&bytes, signature.as_deref(), manifest.publisher.as_deref(), &state.trusted);
    let uncovered = !imports.uncovered(&manifest.capabilities).is_empty();
    let problem = match (&found, reserved(&manifest)) {
        (Err(error), _) => Some(error.to_string()),
        (_, Some(name)) => Some(format!(
            "it takes the id or benchmark {name:?}, which only a built-in plugin may have, or one that looks like it"
        )),
        _ => uncovered.then(|| "it imports functions that its manifest does not ask for".to_owned()),
    };
    let found = found.unwrap_or_default();
    let asked = what_needs_a_grant(&manifest);
    let row = PluginRow {
        id: manifest.id.clone(),
        version: manifest.version.to_string(),
        benchmark: Some(manifest.benchmark.clone()),
        section: Some(manifest.section.clone()),
        level: Some(found.level(false)),
        publisher: found.publisher,
        claimed_publisher: manifest.publisher.clone(),
        sha256: digest(&bytes),
        size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        source: None,
        resolved: None,
        installed_at: None,
        installed: false,
        state: if problem.is_some() { "unusable" } else { "not installed" },
        granted: Vec::new(),
        missing: row::capabilities(&asked),
        forbidden: Vec::new(),
        imports: Some(row::imports(&imports, &manifest)),
        problem,
    };
    let mut text = head(&row, &manifest, settings);
    text.push_str(&import_lines(&imports, &manifest));
    if let Some(problem) = &row.problem {
        text.push_str(&format!("\nIt would not be installed: {}\n", escape::line(problem)));
    }
    print(args.output, &row, &text)?;
    Ok(if row.problem.is_some() { exit::FINDINGS } else { exit::CLEAN })
}

fn head(row: &PluginRow, manifest: &Manifest, settings: &Settings) -> String {
    let ceiling: &Ceiling = &settings.plugins().ceiling;
    let mut text = format!("{} {}\n", row.id, row.version);
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<10} {}\n", escape::line(value)));
    line("benchmark", &format!("{}, section {}", manifest.benchmark, manifest.section));
    let publisher = match (&row.publisher, &row.claimed_publisher) {
        (Some(key), _) => key.clone(),
        (None, Some(key)) => format!("says it is by {key}; nothing proves it"),
        (None, None) => "unknown".to_owned(),
    };
    line("publisher", &publisher);
    if let Some(level) = row.level {
        line("level", &format!("{level}: {}", level.meaning()));
    }
    line("sha256", &row.sha256);
    for (name, value) in [("source", &row.resolved), ("installed", &row.installed_at)] {
        if let Some(value) = value {
            line(name, value);
        }
    }
    let asked = what_needs_a_grant(manifest);
    let heading = if asked.is_empty() { "It asks for nothing of this host." } else { "Its manifest asks for:" };
    text.push_str(&format!("\n{heading}\n{}", consent::capabilities(&asked, ceiling)));
    text
}

/// The imports, with the operation that covers each, or that none does.
fn import_lines(imports: &Imports, manifest: &Manifest) -> String {
    let uncovered = imports.uncovered(&manifest.capabilities);
    let mut text = String::from("\nIts code imports:\n");
    for import in &imports.functions {
        let covered = match import.op {
            None => "outside the contract".to_owned(),
            Some(op) if uncovered.contains(&import) => format!("NOT COVERED by the manifest: no op = \"{}\"", op.name),
            Some(op) if manifest.capabilities.iter().any(|capability| capability.operation() == op) => {
                format!("covered by op = \"{}\"", op.name)
            }
            Some(op) => format!("with its interface; denied, since no op = \"{}\" is asked for", op.name),
        };
        let name = format!("{} {}", import.interface, import.function);
        text.push_str(&format!("  {:<52} {covered}\n", escape::line(&name)));
    }
    for other in &imports.others {
        text.push_str(&format!("  {}\n", escape::line(other)));
    }
    text
}
