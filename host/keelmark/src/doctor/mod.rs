//! `keelmark doctor`: what an audit on this host needs, whether it is there, and what to do where it is not.
//!
//! One file per diagnosis. A diagnosis looks and does not touch: it makes no directory, mends nothing, runs nothing.

mod cache;
mod edition;
mod engine;
mod host_root;
mod plugins;
mod privileges;
mod settings;
mod store;
#[cfg(feature = "author")]
mod toolchains;

use std::path::PathBuf;

use keelmark_report::diagnosis::Diagnosis;

/// What the command line says about the audits that are to work.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// `--docker-host`.
    pub docker_host: Option<String>,
    /// `--host-root`.
    pub host_root: Option<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
}

/// Looks at everything, in the order in which an audit would need it.
pub async fn examine(subject: &Subject) -> Vec<Diagnosis> {
    let (engine, found) = engine::examine(subject).await;
    let mut diagnoses = vec![engine, edition::examine(&found)];
    diagnoses.extend(privileges::examine());
    diagnoses.push(host_root::examine(subject));
    let (diagnosis, settings) = settings::examine(subject);
    diagnoses.push(diagnosis);
    let (found, store) = store::examine();
    diagnoses.extend(found);
    diagnoses.extend(store.iter().flat_map(|store| plugins::examine(store, &settings)));
    diagnoses.extend(cache::examine());
    #[cfg(feature = "author")]
    diagnoses.extend(toolchains::examine());
    diagnoses
}
