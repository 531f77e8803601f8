//! From an entry of the lock to a plugin that may run. Nothing is believed that can be checked.

use keelmark_contract::gate::{Access, Gate};
use keelmark_contract::plugin::{Form, FormError, Imports, Level, Manifest, description, is_tolerated_wasi, reserved};
use keelmark_contract::settings::InstallPolicy;
use keelmark_contract::{SectionInfo, digest, limits};

use super::state::State;
use super::{Entry, LoadProblem, Provenance, Store, StoreError, provenance};

/// The longest signature that is read.
const SIGNATURE_BYTES: usize = 16 * 1024;

/// An installed plugin, checked against the lock, its signature and the policy.
#[derive(Clone, Debug)]
pub struct Installed {
    pub manifest: Manifest,
    /// The component.
    pub bytes: Vec<u8>,
    /// Its SHA-256, in hexadecimal.
    pub digest: String,
    /// The text of its signature, proven if there is a publisher.
    pub signature: Option<String>,
    /// The level it has now: with the keys that are trusted now.
    pub level: Level,
    /// The key that signed it, proven.
    pub publisher: Option<String>,
    /// What the operator calls that key, where it is trusted.
    pub publisher_name: Option<String>,
    pub entry: Entry,
    /// What it may do, and what is missing of what it asks for.
    pub access: Access,
}

/// An installed plugin that does not run, and why.
#[derive(Debug)]
pub struct Unusable {
    pub entry: Entry,
    pub problem: LoadProblem,
}

impl Installed {
    /// What it says that it audits, where it carries that. Installing has compared it with what the plugin says.
    pub fn section(&self) -> Option<SectionInfo> {
        description(&self.bytes).ok().flatten()
    }

    /// The gate that allows what was granted, and nothing else.
    pub fn gate(&self) -> Gate {
        self.access.gate()
    }
}

impl Store {
    /// The manifest of an entry, of the very bytes that were installed; none where they are not there any more.
    pub fn manifest_of(&self, entry: &Entry) -> Option<Manifest> {
        let (bytes, _) = self.read_entry(entry).ok()?;
        Manifest::of_component(&bytes).ok()
    }

    /// Every installed plugin, by id, each with what keeps it from running if anything does.
    pub fn load_all(&self, policy: &InstallPolicy) -> Result<Vec<Result<Installed, Box<Unusable>>>, StoreError> {
        self.load_some(policy, |_| true)
    }

    /// The same for the plugins that `wanted` picks.
    pub fn load_some(
        &self,
        policy: &InstallPolicy,
        wanted: impl Fn(&Entry) -> bool,
    ) -> Result<Vec<Result<Installed, Box<Unusable>>>, StoreError> {
        // Held until all files are read: an update would take them away.
        let _held = self.hold_shared()?;
        let state = self.read_held()?;
        let load = |entry: &Entry| {
            self.load_entry(entry, &state, policy)
                .map_err(|problem| Box::new(Unusable { entry: entry.clone(), problem }))
        };
        Ok(state.lock.plugins.iter().filter(|entry| wanted(entry)).map(load).collect())
    }

    fn load_entry(&self, entry: &Entry, state: &State, policy: &InstallPolicy) -> Result<Installed, LoadProblem> {
        let (bytes, signature) = self.read_entry(entry)?;
        Form::of(&bytes)?;
        let manifest = Manifest::of_component(&bytes)?;
        check_names(entry, &manifest)?;
        let provenance = self.check_signature(entry, &manifest, &bytes, signature.as_deref(), state)?;
        let level = provenance.level(entry.level == Level::Pinned);
        if level < policy.require {
            return Err(LoadProblem::Level { level, required: policy.require });
        }
        if let Some(name) = reserved(&manifest) {
            return Err(LoadProblem::Reserved(name.to_owned()));
        }
        let grants = state.grants.of(entry.publisher.as_deref(), &entry.id);
        let access = Access::of(&manifest.capabilities, grants, &policy.ceiling);
        let name = entry.publisher.as_deref().and_then(|key| state.trusted.name_of(key));
        Ok(Installed {
            digest: entry.sha256.clone(),
            level,
            publisher: entry.publisher.clone(),
            publisher_name: name.map(str::to_owned),
            entry: entry.clone(),
            access,
            manifest,
            bytes,
            signature,
        })
    }

    /// The component and the signature of an entry, with the bytes that they had when they were installed.
    fn read_entry(&self, entry: &Entry) -> Result<(Vec<u8>, Option<String>), LoadProblem> {
        let folder = || self.directory.name(super::PLUGINS);
        let gone = |name: &str| LoadProblem::Gone { path: format!("{}/{name}", folder()) };
        let file = entry.file();
        let plugins = self.directory.child(super::PLUGINS, false)?.ok_or_else(|| gone(&file))?;
        let bytes = plugins.read(&file, limits::COMPONENT_BYTES)?.ok_or_else(|| gone(&file))?;
        if u64::try_from(bytes.len()).ok() != Some(entry.size) {
            return Err(LoadProblem::Size { path: plugins.name(&file), found: bytes.len(), expected: entry.size });
        }
        let found = digest(&bytes);
        if found != entry.sha256 {
            return Err(LoadProblem::Digest { path: plugins.name(&file), found });
        }
        let Some(name) = entry.signature_file() else { return Ok((bytes, None)) };
        let signature = plugins.read(&name, SIGNATURE_BYTES)?.ok_or_else(|| gone(&name))?;
        let found = digest(&signature);
        if entry.signature.as_ref() != Some(&found) {
            return Err(LoadProblem::Digest { path: plugins.name(&name), found });
        }
        Ok((bytes, Some(String::from_utf8_lossy(&signature).into_owned())))
    }

    fn check_signature(
        &self,
        entry: &Entry,
        manifest: &Manifest,
        bytes: &[u8],
        signature: Option<&str>,
        state: &State,
    ) -> Result<Provenance, LoadProblem> {
        let (Some(publisher), Some(_)) = (&entry.publisher, signature) else { return Ok(Provenance::default()) };
        let path = || format!("{}/{}", self.directory.name(super::PLUGINS), entry.signature_file().unwrap_or_default());
        if let Some(claimed) = manifest.publisher.as_ref().filter(|claimed| *claimed != publisher) {
            return Err(LoadProblem::Differs {
                field: "publisher",
                found: claimed.clone(),
                expected: publisher.clone(),
            });
        }
        let proven = provenance(bytes, signature, Some(publisher), &state.trusted);
        let proven = proven.map_err(|source| LoadProblem::Signature { path: path(), source })?;
        if entry.level == Level::Signed && !proven.is_trusted {
            return Err(LoadProblem::Untrusted { publisher: publisher.clone() });
        }
        Ok(proven)
    }
}

/// The file is the lock's by its digest; this says so in words where somebody has written another lock.
fn check_names(entry: &Entry, manifest: &Manifest) -> Result<(), LoadProblem> {
    let differs = |field, found: &str, expected: &str| LoadProblem::Differs {
        field,
        found: found.to_owned(),
        expected: expected.to_owned(),
    };
    if manifest.id != entry.id {
        return Err(differs("id", &manifest.id, &entry.id));
    }
    if manifest.version != entry.version {
        return Err(differs("version", &manifest.version.to_string(), &entry.version.to_string()));
    }
    Ok(())
}

/// A component's imports have to be covered by its manifest, before anything of it is compiled.
pub fn check_imports(bytes: &[u8], manifest: &Manifest) -> Result<Imports, LoadProblem> {
    let imports = Imports::of(bytes).map_err(FormError::Invalid)?;
    let unoffered = |name: &&String| !(name.starts_with("keelmark:plugin/") || is_tolerated_wasi(name));
    let names = imports.functions.iter().map(|import| &import.interface).chain(&imports.others);
    if let Some(name) = names.into_iter().find(unoffered) {
        return Err(FormError::Import(name.clone()).into());
    }
    let uncovered = imports.uncovered(&manifest.capabilities);
    if !uncovered.is_empty() {
        let named: Vec<String> = uncovered
            .iter()
            .map(|import| {
                format!(
                    "{} of {} (op = \"{}\")",
                    import.function,
                    import.interface,
                    import.op.map_or("?", |op| op.name)
                )
            })
            .collect();
        return Err(LoadProblem::Uncovered(named.join(", ")));
    }
    Ok(imports)
}
