//! A plugin that is not built in, before anything of it was compiled or run.

use std::path::Path;

use keelmark_contract::gate::{Access, Capability, Ceiling, Gate, Granter};
use keelmark_contract::plugin::{Form, FormError, Level, Manifest, description};
use keelmark_contract::{SectionInfo, limits};
use keelmark_report::ThirdParty;
use keelmark_sandbox::engine::Origin;
use keelmark_store::Installed;

use super::AuditError;

/// A plugin that the operator wants beside the built-in ones, and what it is granted.
pub struct Candidate {
    /// What errors call it: its id where it is installed, else its file.
    pub name: String,
    pub component: Vec<u8>,
    /// The benchmark that its manifest names; none where the manifest was not read yet.
    pub benchmark: Option<String>,
    pub origin: Origin,
    pub level: Level,
    /// The key that signed it, proven.
    pub publisher: Option<String>,
    /// Where it came from.
    pub source: String,
    pub grant: Grant,
    /// What no plugin but the built-in ones goes beyond.
    pub ceiling: Ceiling,
}

/// How much of what its manifest asks for a plugin gets.
#[derive(Clone, Debug)]
pub enum Grant {
    /// To report, and nothing else.
    Nothing,
    /// All of it.
    All,
    /// What of it lies within this.
    Exactly(Vec<Capability>),
}

impl Candidate {
    /// The plugin of a file that the operator named.
    ///
    /// # Errors
    /// Where the file cannot be read or is not WebAssembly at all: then the command line is wrong, not the plugin.
    pub fn of_file(path: &Path, grant: Grant, ceiling: Ceiling) -> Result<Self, AuditError> {
        let name = path.display().to_string();
        let component = keelmark_disk::input::read(path, limits::COMPONENT_BYTES)
            .map_err(|source| AuditError::ReadPlugin { path: name.clone(), source })?;
        if let Err(source @ (FormError::NotWasm | FormError::Precompiled)) = Form::of(&component) {
            return Err(AuditError::NotWasm { path: name, source });
        }
        let (origin, source, level) = (Origin::File(name.clone()), name.clone(), Level::Local);
        Ok(Self { name, component, benchmark: None, origin, level, publisher: None, source, grant, ceiling })
    }

    /// A plugin of the store, under the operator's grants.
    pub fn of_installed(installed: Installed, ceiling: Ceiling) -> Self {
        Self {
            name: installed.entry.id,
            component: installed.bytes,
            benchmark: Some(installed.manifest.benchmark),
            origin: Origin::Installed,
            level: installed.level,
            publisher: installed.publisher,
            source: installed.entry.source,
            grant: Grant::Exactly(installed.access.granted),
            ceiling,
        }
    }

    /// What it carries of what it audits, where installing has found that to be true. Read when it is asked for: an
    /// audit asks the plugin itself.
    pub fn section(&self) -> Option<SectionInfo> {
        let is_proven = self.origin == Origin::Installed;
        is_proven.then(|| description(&self.component).ok().flatten()).flatten()
    }

    /// Where it came from, for the report.
    pub(super) fn provenance(&self, manifest: &Manifest) -> ThirdParty {
        ThirdParty {
            version: manifest.version.to_string(),
            publisher: self.publisher.clone(),
            level: self.level.name().to_owned(),
            source: self.source.clone(),
            installed: self.origin == Origin::Installed,
        }
    }

    /// What it may do: manifest, grant and ceiling must all allow it.
    pub(super) fn gate(&self, manifest: &Manifest) -> Gate {
        let asked = &manifest.capabilities;
        let access = match &self.grant {
            Grant::Nothing => Access::of(asked, &[], &self.ceiling),
            Grant::All => Access::of(asked, asked, &self.ceiling),
            Grant::Exactly(granted) => Access::of(asked, granted, &self.ceiling),
        };
        let granter = if self.origin == Origin::Installed { Granter::Command } else { Granter::Option };
        access.gate_of(&manifest.id, granter)
    }
}
