//! `keelmark plugin update`

use keelmark_report::exit;
use keelmark_store::source::Source;
use keelmark_store::{Allowances, Entry};

use super::super::super::{Done, Failure, console};
use super::install::{self, Installation, Request};
use super::{failure, open, print};
use crate::cli::Cli;
use crate::cli::plugin::manage::UpdateArgs;

pub async fn run(cli: &Cli, args: &UpdateArgs) -> Done {
    install::check_digest(args.sha256.as_deref())?;
    if (args.from.is_some() || args.sha256.is_some() || args.consent.grant.is_some()) && args.ids.len() != 1 {
        return Err(Failure::usage("--from, --sha256 and --grant are about one plugin: name it"));
    }
    let state = open()?.read().map_err(failure)?;
    let ids = if args.ids.is_empty() { state.lock.ids() } else { args.ids.clone() };
    let entries = ids.iter().map(|id| state.lock.require(id).cloned()).collect::<Result<Vec<Entry>, _>>();
    let request = Request {
        sha256: args.sha256.clone(),
        consent: args.consent.clone(),
        allowances: Allowances { downgrade: args.allow_downgrade, publisher_change: args.allow_publisher_change },
        keep_level: true,
    };
    let mut done: Vec<Installation> = Vec::new();
    let mut worst = exit::CLEAN;
    // One that cannot be updated does not keep the others from it.
    for entry in entries.map_err(failure)? {
        match update(cli, &entry, args.from.as_deref(), &request).await {
            Ok(installation) => {
                worst = worst.max(installation.code());
                done.push(installation);
            }
            Err(failure) => {
                console::complain("error", &format!("{}: {}", entry.id, failure.message));
                worst = worst.max(failure.code);
            }
        }
    }
    let text: String = done.iter().map(Installation::text).collect();
    print(args.output, &done, if ids.is_empty() { "nothing is installed\n" } else { &text })?;
    Ok(worst)
}

async fn update(cli: &Cli, entry: &Entry, from: Option<&str>, request: &Request) -> Result<Installation, Failure> {
    let source: Source = from.unwrap_or(&entry.source).parse().map_err(Failure::usage)?;
    let fetched = install::fetch(&source).await?;
    let found = keelmark_contract::plugin::Manifest::of_component(&fetched.bytes).ok();
    // Asked for one plugin, a source that gives another is not what was asked for.
    if let Some(other) = found.filter(|manifest| manifest.id != entry.id) {
        return Err(Failure::usage(format!("{} holds another plugin: {:?}", fetched.resolved, other.id)));
    }
    install::install(cli, fetched, &source, request).await
}
