//! What `audit` and `record` share about plugins: which ones take part, and where their calls are logged.

use std::path::Path;

use keelmark_audit::audit_log::AuditLog;
use keelmark_audit::{AuditError, Candidate, Grant};
use keelmark_contract::plugin::Manifest;
use keelmark_contract::settings::{InstallPolicy as Policy, Settings};
use keelmark_report::BrokenPlugin;
use keelmark_store::{Installed, Store, read_grant_file};

use super::{Failure, output};
use crate::cli::AuditArgs;

/// The plugins that take part beside the built-in ones, and those that cannot.
#[derive(Default)]
pub struct ThirdParties {
    pub candidates: Vec<Candidate>,
    pub broken: Vec<BrokenPlugin>,
}

/// The plugins of `--plugin`.
pub fn files(args: &AuditArgs, settings: &Settings) -> Result<Vec<Candidate>, Failure> {
    let grant = match &args.grant {
        _ if args.grant_all => Grant::All,
        None => Grant::Nothing,
        Some(path) => Grant::Exactly(read_grant_file(path).map_err(Failure::usage)?),
    };
    let ceiling = &settings.plugins().ceiling;
    let files = args.plugins.iter().map(|path| Candidate::of_file(path, grant.clone(), ceiling.clone()));
    files.collect::<Result<_, AuditError>>().map_err(Failure::usage)
}

/// The installed plugins. One that cannot be read is broken, whatever its benchmark: which one it has is not known.
pub fn installed(settings: &Settings) -> ThirdParties {
    let policy = settings.plugins();
    let mut found = ThirdParties::default();
    match load(policy) {
        Err(broken) => found.broken.push(broken),
        Ok(plugins) => {
            for plugin in plugins {
                match plugin {
                    Ok(plugin) => found.candidates.push(Candidate::of_installed(plugin, policy.ceiling.clone())),
                    Err(broken) => found.broken.push(broken),
                }
            }
        }
    }
    found
}

/// Every installed plugin. An error is about the store as a whole.
pub fn load(policy: &Policy) -> Result<Vec<Result<Installed, BrokenPlugin>>, BrokenPlugin> {
    let store = Store::open_default().and_then(|store| store.map_or(Ok(Vec::new()), |store| store.load_all(policy)));
    let plugins =
        store.map_err(|error| BrokenPlugin { plugin: "all installed plugins".into(), problem: error.to_string() })?;
    let broken = |unusable: keelmark_store::Unusable| BrokenPlugin {
        plugin: unusable.entry.id,
        problem: unusable.problem.to_string(),
    };
    Ok(plugins.into_iter().map(|plugin| plugin.map_err(|unusable| broken(*unusable))).collect())
}

impl ThirdParties {
    /// Which benchmarks they have sections of.
    pub fn benchmarks(&self) -> Vec<String> {
        self.candidates.iter().filter_map(|candidate| candidate.benchmark.clone()).collect()
    }

    /// Those that have sections of these benchmarks, and those that may have.
    pub fn only(mut self, benchmarks: &[&str]) -> Self {
        self.candidates.retain(|candidate| candidate.benchmark.as_deref().is_some_and(|id| benchmarks.contains(&id)));
        self
    }

    /// With the plugins of files: each takes the place of an installed one of its id.
    pub fn beside(mut self, files: Vec<Candidate>, notes: &mut Vec<String>) -> Self {
        for file in &files {
            let Ok(manifest) = Manifest::of_component(&file.component) else { continue };
            let there = self.candidates.len();
            self.candidates.retain(|installed| installed.name != manifest.id);
            if self.candidates.len() < there {
                notes.push(format!("{} runs instead of the installed plugin {}", file.name, manifest.id));
            }
        }
        self.candidates.extend(files);
        self
    }
}

/// The log of `--audit-log`.
pub fn audit_log(path: Option<&Path>) -> Result<Option<AuditLog>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let log = AuditLog::start(output::open_log(path)?);
    log.map(Some).map_err(|error| Failure::internal(format!("failed to start the audit log: {error}")))
}

/// An audit log that is not whole.
pub fn incomplete_log(path: Option<&Path>, error: &std::io::Error) -> Failure {
    let name = path.map(|path| path.display().to_string()).unwrap_or_default();
    Failure::output(format!("the audit log {name} is not complete: {error}"))
}
