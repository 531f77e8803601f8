//! A plugin that is not built in, before anything of it was compiled or run.

use std::path::Path;

use super::AuditError;
use crate::engine::{LoadError, Origin, check_form, limits};
use crate::gate::{Asked, Capability, Gate, Granter};
use crate::plugin::Manifest;
use crate::report::ThirdParty;

/// A plugin that the operator wants beside the built-in ones, and what it is granted.
pub struct Candidate {
    /// What errors call it: its id where it is installed, else its file.
    pub name: String,
    pub component: Vec<u8>,
    pub origin: Origin,
    /// The level that the operator's trust in it has: "signed", "pinned" or "local".
    pub level: String,
    /// Where it came from.
    pub source: String,
    pub grant: Grant,
}

/// How much of what its manifest asks for a plugin gets.
#[derive(Clone, Debug)]
pub enum Grant {
    /// To report, and nothing else.
    Nothing,
    /// All of it.
    All,
    /// This, which somebody has seen to be no more than the manifest asks for.
    Exactly(Vec<Capability>),
}

impl Candidate {
    /// The plugin of a file that the operator named.
    ///
    /// # Errors
    /// Where the file cannot be read or is not WebAssembly at all: then the command line is wrong, not the plugin.
    pub fn of_file(path: &Path, grant: Grant) -> Result<Self, AuditError> {
        let name = path.display().to_string();
        let component = crate::input::read(path, limits::COMPONENT_BYTES)
            .map_err(|source| AuditError::ReadPlugin { path: name.clone(), source })?;
        if let Err(source @ (LoadError::NotWasm | LoadError::Precompiled)) = check_form(&component) {
            return Err(AuditError::NotWasm { path: name, source });
        }
        let origin = Origin::File(name.clone());
        Ok(Self { source: name.clone(), name, component, origin, level: "local".into(), grant })
    }

    /// Where it came from, for the report.
    pub(super) fn provenance(&self, manifest: &Manifest) -> ThirdParty {
        ThirdParty {
            version: manifest.version.to_string(),
            publisher: None,
            level: self.level.clone(),
            source: self.source.clone(),
            installed: self.origin == Origin::Installed,
        }
    }

    /// What it may do: manifest, grant and settings must all allow it.
    pub(super) fn gate(&self, manifest: &Manifest) -> Gate {
        let asked = || manifest.capabilities.iter().cloned();
        let (granted, missing): (Vec<Capability>, Vec<Capability>) = match &self.grant {
            Grant::Nothing => asked().partition(Capability::is_harmless),
            Grant::All => (asked().collect(), Vec::new()),
            Grant::Exactly(granted) => (granted.clone(), Vec::new()),
        };
        let granter = if self.origin == Origin::Installed { Granter::Command } else { Granter::Option };
        Gate::new(granted).short_of(Asked { plugin: manifest.id.clone(), missing, forbidden: Vec::new(), granter })
    }
}
