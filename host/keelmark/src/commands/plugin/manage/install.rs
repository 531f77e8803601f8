//! `keelmark plugin install`, and the one way in which any plugin gets into the store.

use keelmark_audit::catalog::no_host;
use keelmark_contract::gate::Access;
use keelmark_contract::plugin::{DESCRIPTION_SECTION, Level, description};
use keelmark_contract::settings::Settings;
use keelmark_report::exit;
use keelmark_sandbox::engine::Origin;
use keelmark_store::source::{self, FetchOptions, Fetched, Source};
use keelmark_store::{Allowances, Candidate, Change, Entry, State, Store};
use serde::Serialize;

use super::super::super::{Done, Failure, console, sandbox};
use super::consent::{self, Answer};
use super::{failure, open, print, row, settings, source_failure, spec};
use crate::cli::Cli;
use crate::cli::plugin::manage::{ConsentArgs, InstallArgs};

/// How often the store may change under a plugin that is about to be installed before that is given up.
const TRIES: usize = 5;

/// How a plugin is to be installed.
pub struct Request {
    pub sha256: Option<String>,
    pub consent: ConsentArgs,
    pub allowances: Allowances,
    /// Whether a level below the one that is installed is refused.
    pub keep_level: bool,
}

/// What became of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Installation {
    pub id: String,
    pub version: String,
    /// The version that it replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced: Option<String>,
    pub level: Level,
    pub sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// "installed", "updated", "unchanged", or "declined".
    pub outcome: &'static str,
    pub granted: Vec<row::CapabilityRow>,
    pub missing: Vec<row::CapabilityRow>,
    /// The command that grants what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_command: Option<String>,
}

pub async fn run(cli: &Cli, args: &InstallArgs) -> Done {
    let source: Source = args.source.parse().map_err(Failure::usage)?;
    let request = Request {
        sha256: args.sha256.clone(),
        consent: args.consent.clone(),
        allowances: Allowances { downgrade: args.allow_downgrade, publisher_change: args.allow_publisher_change },
        keep_level: false,
    };
    check_digest(request.sha256.as_deref())?;
    let fetched = fetch(&source).await?;
    let installation = install(cli, fetched, &source, &request).await?;
    print(args.output, &installation, &installation.text())?;
    Ok(installation.code())
}

/// A digest that no file can have is a slip, and nothing is fetched for it.
pub fn check_digest(sha256: Option<&str>) -> Result<(), Failure> {
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match sha256.filter(|text| !is_digest(text)) {
        Some(text) => Err(Failure::usage(format!("--sha256 {text:?} is not a SHA-256: 64 hexadecimal digits"))),
        None => Ok(()),
    }
}

/// Fetches on a thread of its own: sources block.
pub async fn fetch(source: &Source) -> Result<Fetched, Failure> {
    let source = source.clone();
    let fetched = tokio::task::spawn_blocking(move || source::fetch(&source, &FetchOptions::default())).await;
    fetched.map_err(|error| Failure::internal(format!("fetching broke off: {error}")))?.map_err(source_failure)
}

/// Checks what was fetched, asks the operator, and installs it.
pub async fn install(cli: &Cli, fetched: Fetched, source: &Source, request: &Request) -> Result<Installation, Failure> {
    let settings = settings(cli)?;
    let store = open()?;
    let name = fetched.resolved.clone();
    let refused = |error: &dyn std::fmt::Display| Failure::usage(format!("{name}: {error}"));
    let state = store.read().map_err(failure)?;
    let sha256 = request.sha256.as_deref();
    let candidate =
        Candidate::check(fetched, source, sha256, &state, settings.plugins()).map_err(|error| refused(&error))?;
    check_change(&store, &candidate, request, &state).map_err(|problem| refused(&problem))?;
    try_out(cli, &candidate).await.map_err(|problem| refused(&problem))?;
    for _ in 0..TRIES {
        // Asked without holding the store: a person may take long. What was shown has to hold when it is written.
        let seen = store.read().map_err(failure)?;
        let change = check_change(&store, &candidate, request, &seen).map_err(|problem| refused(&problem))?;
        let shown = consent::describe(&candidate, &change, &seen.trusted, &settings.plugins().ceiling);
        console::say(&shown);
        let grant = match consent::ask(&candidate, &change, &request.consent).map_err(Failure::usage)? {
            Answer::Grant(grant) => grant,
            Answer::Ungranted => Vec::new(),
            Answer::No => return Ok(Installation::declined(&candidate, &change)),
        };
        let transaction = store.begin().map_err(failure)?;
        let is_same = |state: &State| {
            let id = &candidate.manifest.id;
            let granted = |state: &State| state.grants.to_text().unwrap_or_default();
            state.lock.find(id) == seen.lock.find(id)
                && granted(state) == granted(&seen)
                && state.trusted == seen.trusted
        };
        if !is_same(&transaction.state) {
            continue;
        }
        let entry = candidate.install(transaction, &grant).map_err(failure)?;
        let state = store.read().map_err(failure)?;
        return Ok(Installation::done(&candidate, &change, &entry, &state, &settings));
    }
    Err(Failure::usage(format!("{name}: others kept changing the store meanwhile; try again")))
}

/// What would change, and whether that is refused.
fn check_change(store: &Store, candidate: &Candidate, request: &Request, state: &State) -> Result<Change, String> {
    let installed = state.lock.find(&candidate.manifest.id);
    let manifest = installed.and_then(|entry| store.manifest_of(entry));
    let change = candidate.change(state, manifest.as_ref(), request.allowances).map_err(|error| error.to_string())?;
    match installed.filter(|entry| request.keep_level && candidate.level < entry.level) {
        Some(entry) => Err(format!(
            "{} is installed with the level {}, but this one has the level {}; \
             `keelmark plugin install` replaces it (with --sha256 for the level pinned)",
            entry.id, entry.level, candidate.level
        )),
        None => Ok(change),
    }
}

/// Compiles it and lets it describe itself, with every import denied: what cannot do that is of no use. What it carries
/// of itself is what lists will show from now on, so it has to say the same.
async fn try_out(cli: &Cli, candidate: &Candidate) -> Result<(), String> {
    let runtime = sandbox(cli).map_err(|failure| failure.message)?;
    let origin = Origin::File(candidate.resolved.clone());
    let loaded = runtime.load_in_time(candidate.bytes.clone(), origin).await;
    let plugin = loaded.map_err(|error| error.to_string())?;
    let described = runtime.describe(&plugin, no_host()).await?;
    match description(&candidate.bytes).map_err(|error| error.to_string())? {
        Some(carried) if carried != described => Err(format!(
            "it audits something else than its section {DESCRIPTION_SECTION} says; `keelmark plugin build` writes that \
             section anew"
        )),
        _ => Ok(()),
    }
}

impl Installation {
    fn done(candidate: &Candidate, change: &Change, entry: &Entry, state: &State, settings: &Settings) -> Self {
        let grants = state.grants.of(entry.publisher.as_deref(), &entry.id);
        let access = Access::of(&candidate.manifest.capabilities, grants, &settings.plugins().ceiling);
        let outcome = match &change.before {
            None => "installed",
            Some(before) if before.sha256 == entry.sha256 => "unchanged",
            Some(_) => "updated",
        };
        let command = format!("keelmark plugin grant {} --all", spec::quoted(&entry.id));
        Self {
            outcome,
            granted: row::capabilities(&access.granted),
            grant_command: (!access.missing.is_empty()).then_some(command),
            missing: row::capabilities(&access.missing),
            ..Self::declined(candidate, change)
        }
    }

    fn declined(candidate: &Candidate, change: &Change) -> Self {
        Self {
            id: candidate.manifest.id.clone(),
            version: candidate.manifest.version.to_string(),
            replaced: change.before.as_ref().map(|entry| entry.version.to_string()),
            level: candidate.level,
            sha256: candidate.digest.clone(),
            publisher: candidate.provenance.publisher.clone(),
            outcome: "declined",
            granted: Vec::new(),
            missing: Vec::new(),
            grant_command: None,
        }
    }

    /// One line of what was done, and one of what is left to do.
    pub fn text(&self) -> String {
        let Self { id, version, outcome, level, .. } = self;
        let done = match *outcome {
            "declined" => return format!("{id} {version} was not installed\n"),
            "unchanged" => format!("{id} {version} was installed already ({level})"),
            _ => format!("{outcome} {id} {version} ({level})"),
        };
        let Some(command) = &self.grant_command else { return format!("{done}\n") };
        let missing = self.missing.len();
        format!(
            "{done}\n{missing} of its capabilities {} not granted; what needs them will be ERROR: denied.\n\
             Grant them with: {command}\n",
            if missing == 1 { "is" } else { "are" }
        )
    }

    /// Declining is neither an error nor a success.
    pub fn code(&self) -> u8 {
        if self.outcome == "declined" { exit::FINDINGS } else { exit::CLEAN }
    }
}
