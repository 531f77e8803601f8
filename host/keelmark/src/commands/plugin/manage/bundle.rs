//! `keelmark plugin bundle …`

use std::collections::BTreeSet;
use std::path::PathBuf;

use keelmark_contract::escape;
use keelmark_contract::plugin::Manifest;
use keelmark_contract::settings::InstallPolicy as Policy;
use keelmark_report::exit;
use keelmark_store::source::bundle::{self, Bundle, Item};
use keelmark_store::source::{Fetched, Labels, Source};
use keelmark_store::{Allowances, Candidate, Installed, Store, StoreError};
use serde::Serialize;

use super::super::super::{Done, Failure, console, output};
use super::install::{self, Installation, Request};
use super::{failure, print, settings, source_failure};
use crate::cli::Cli;
use crate::cli::plugin::publish::{BundleCommand, BundleLoadArgs, BundleSaveArgs};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Saved {
    file: String,
    /// Of the whole file: to be told to whoever loads it, by another way than the file takes.
    sha256: String,
    plugins: Vec<SavedPlugin>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct SavedPlugin {
    id: String,
    version: String,
    sha256: String,
    is_signed: bool,
}

pub async fn run(cli: &Cli, command: &BundleCommand) -> Done {
    match command {
        BundleCommand::Save(args) => save(args),
        BundleCommand::Load(args) => load(cli, args).await,
    }
}

fn save(args: &BundleSaveArgs) -> Done {
    let store = Store::open_default().map_err(failure)?;
    let state = store.as_ref().map(Store::read).transpose().map_err(failure)?.unwrap_or_default();
    for id in &args.ids {
        state.lock.require(id).map_err(failure)?;
    }
    let is_wanted = |id: &String| args.ids.is_empty() || args.ids.contains(id);
    // Whether this host would run them is nothing to the one that loads them.
    let found = store.as_ref().map(|store| store.load_some(&Policy::default(), |entry| is_wanted(&entry.id)));
    let found = found.transpose().map_err(failure)?.unwrap_or_default();
    if found.is_empty() {
        return Err(failure(StoreError::Refused("nothing is installed that could be saved".to_owned())));
    }
    let mut plugins = Vec::new();
    let mut items = Vec::new();
    for installed in found {
        let Installed { manifest, bytes, digest, signature, .. } =
            installed.map_err(|bad| Failure::usage(format!("{} cannot be saved: {}", bad.entry.id, bad.problem)))?;
        let (id, version) = (manifest.id, manifest.version.to_string());
        plugins.push(SavedPlugin {
            id: id.clone(),
            version: version.clone(),
            sha256: digest,
            is_signed: signature.is_some(),
        });
        items.push(Item { bytes, signature, labels: Labels { id, version } });
    }
    let sha256 = output::write_with(&args.file, |file| {
        bundle::save(items, std::io::BufWriter::new(file)).map_err(|error| Failure::output(error.cause))
    })?;
    let saved = Saved { file: args.file.display().to_string(), sha256, plugins };
    let mut text: String = saved.plugins.iter().map(|plugin| format!("{} {}\n", plugin.id, plugin.version)).collect();
    let file = escape::line(&saved.file).into_owned();
    text.push_str(&format!("saved to {file}, sha256 {}\n", saved.sha256));
    print(args.output, &saved, &text)?;
    Ok(exit::CLEAN)
}

async fn load(cli: &Cli, args: &BundleLoadArgs) -> Done {
    install::check_digest(args.sha256.as_deref())?;
    let path = args.file.clone();
    let opened = tokio::task::spawn_blocking(move || Bundle::open(&path)).await.map_err(Failure::internal)?;
    let mut bundle = opened.map_err(source_failure)?;
    let wrong = |problem: String| Failure::usage(format!("{}: {problem}", args.file.display()));
    if let Some(expected) = args.sha256.as_ref().filter(|expected| !expected.eq_ignore_ascii_case(bundle.digest())) {
        return Err(wrong(format!("it has the SHA-256 {}, not {expected}", bundle.digest())));
    }
    let source = Source::Bundle(std::path::absolute(&args.file).unwrap_or_else(|_| PathBuf::from(&args.file)));
    // All of them are looked at before any is installed.
    let wanted = choose(cli, args, &mut bundle, &source)?;
    if args.consent.grant.is_some() && wanted.len() != 1 {
        return Err(Failure::usage("--grant is about one plugin: name it"));
    }
    let mut done: Vec<Installation> = Vec::new();
    let mut worst = exit::CLEAN;
    for (number, id, sha256) in wanted {
        let fetched = bundle.fetch(number).map_err(source_failure)?;
        let request = Request {
            // Who names the digest of the file has named those of all that is in it.
            sha256: args.sha256.as_ref().map(|_| sha256),
            consent: args.consent.clone(),
            allowances: Allowances { downgrade: args.allow_downgrade, publisher_change: args.allow_publisher_change },
            keep_level: false,
        };
        match install::install(cli, fetched, &source, &request).await {
            Ok(installation) => {
                worst = worst.max(installation.code());
                done.push(installation);
            }
            Err(failure) => {
                console::complain("error", &format!("{id}: {}", failure.message));
                worst = worst.max(failure.code);
            }
        }
    }
    print(args.output, &done, &done.iter().map(Installation::text).collect::<String>())?;
    Ok(worst)
}

/// The plugins that are asked for, each by its number, its id and its digest. One that nobody could install is an error
/// before anything is.
fn choose(
    cli: &Cli,
    args: &BundleLoadArgs,
    bundle: &mut Bundle,
    source: &Source,
) -> Result<Vec<(usize, String, String)>, Failure> {
    let settings = settings(cli)?;
    let store = Store::open_default().map_err(failure)?;
    let state = store.as_ref().map(Store::read).transpose().map_err(failure)?.unwrap_or_default();
    let wrong = |problem: String| Failure::usage(format!("{}: {problem}", args.file.display()));
    let mut chosen = Vec::new();
    let mut known = BTreeSet::new();
    for number in 0..bundle.len() {
        let name = bundle.name(number).unwrap_or_default().to_owned();
        let fetched: Fetched = bundle.fetch(number).map_err(source_failure)?;
        let id = Manifest::of_component(&fetched.bytes).map_err(|error| wrong(format!("{name}: {error}")))?.id;
        if !known.insert(id.clone()) {
            return Err(wrong(format!("{id:?} is in it twice")));
        }
        if !args.ids.is_empty() && !args.ids.contains(&id) {
            continue;
        }
        let sha256 = args.sha256.as_ref().map(|_| keelmark_contract::digest(&fetched.bytes));
        let candidate = Candidate::check(fetched, source, sha256.as_deref(), &state, settings.plugins());
        let candidate = candidate.map_err(|error| wrong(format!("{name}: {error}")))?;
        chosen.push((number, id, candidate.digest));
    }
    match args.ids.iter().find(|id| !known.contains(*id)) {
        Some(missing) => {
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            Err(wrong(format!("it holds no {missing:?}; it holds: {known}")))
        }
        None => Ok(chosen),
    }
}
