//! A plugin that somebody wants to install: checked before anything of it is stored, and compared with what it replaces.

use keelmark_contract::gate::{Capability, difference, intersection};
use keelmark_contract::plugin::{Form, FormError, Imports, Level, Manifest, reserved};
use keelmark_contract::settings::InstallPolicy;
use keelmark_contract::{digest, limits};

use super::load::check_imports;
use super::state::{State, Transaction};
use super::{Entry, LoadProblem, Provenance, SignatureError, StoreError, provenance};
use crate::source::{Fetched, Source};

/// A plugin that could be installed. None of its code has run.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub manifest: Manifest,
    pub imports: Imports,
    pub bytes: Vec<u8>,
    pub digest: String,
    pub signature: Option<String>,
    pub provenance: Provenance,
    pub level: Level,
    /// Where updates are fetched from.
    pub source: String,
    /// Exactly where it came from.
    pub resolved: String,
}

/// Why a plugin is not installed.
#[derive(Debug, thiserror::Error)]
pub enum CandidateError {
    #[error("it has the SHA-256 {found}, not {expected}")]
    Digest { found: String, expected: String },
    #[error(
        "a URL alone does not say what it should give: name the SHA-256 that the author publishes (--sha256), or take one \
         that is signed, by a key that you trust or that its manifest names"
    )]
    Unproven,
    #[error(transparent)]
    Signature(#[from] SignatureError),
    #[error(transparent)]
    Problem(#[from] LoadProblem),
    #[error(
        "its version {version} is older than {highest}, which was installed before; --allow-downgrade installs it anyway"
    )]
    Downgrade { version: semver::Version, highest: semver::Version },
    #[error("{id} is installed as {}, but this one is {}; --allow-publisher-change replaces it, and its grants are not kept", signer(.installed), signer(.found))]
    Publisher { id: String, installed: Option<String>, found: Option<String> },
}

fn signer(publisher: &Option<String>) -> String {
    publisher.as_ref().map_or("signed by nobody".into(), |key| format!("signed by {key}"))
}

/// What installing a candidate changes.
#[derive(Clone, Debug)]
pub struct Change {
    /// What is installed now; none where nothing of that id is.
    pub before: Option<Entry>,
    /// What the plugin was granted so far, and keeps.
    pub kept: Vec<Capability>,
    /// What it asks for and was not granted.
    pub wanted: Vec<Capability>,
    /// What the installed version did not ask for. All of `wanted` where nothing is installed.
    pub new: Vec<Capability>,
    /// What the installed version asked for and this one does not.
    pub dropped: Vec<Capability>,
}

/// What an operator allows that is refused otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowances {
    pub downgrade: bool,
    pub publisher_change: bool,
}

impl Candidate {
    /// Checks what was fetched: its form, its manifest, its names, its imports, its signature, its level.
    ///
    /// `source` is where updates come from; `sha256` is the digest that the operator expects, if any.
    pub fn check(
        fetched: Fetched,
        source: &Source,
        sha256: Option<&str>,
        state: &State,
        policy: &InstallPolicy,
    ) -> Result<Self, CandidateError> {
        let Fetched { bytes, signature, resolved } = fetched;
        let found = digest(&bytes);
        if let Some(expected) = sha256.filter(|expected| !expected.eq_ignore_ascii_case(&found)) {
            return Err(CandidateError::Digest { found, expected: expected.to_owned() });
        }
        let form = |error: FormError| CandidateError::Problem(LoadProblem::Form(error));
        if bytes.len() > limits::COMPONENT_BYTES {
            return Err(form(FormError::TooLarge { bytes: bytes.len() }));
        }
        Form::of(&bytes).map_err(form)?;
        let manifest = Manifest::of_component(&bytes).map_err(LoadProblem::Manifest)?;
        if let Some(name) = reserved(&manifest) {
            return Err(LoadProblem::Reserved(name.to_owned()).into());
        }
        let provenance = provenance(&bytes, signature.as_deref(), manifest.publisher.as_deref(), &state.trusted)?;
        // A file was put there by somebody with rights on this host, and a registry names the digest of what it gives.
        if matches!(source, Source::Https(_)) && sha256.is_none() && provenance.publisher.is_none() {
            return Err(CandidateError::Unproven);
        }
        let imports = check_imports(&bytes, &manifest)?;
        // A source that names the content by its digest pins it as well as the operator does.
        let is_pinned = sha256.is_some() || source.is_pinned();
        let level = provenance.level(is_pinned);
        if level < policy.require {
            return Err(LoadProblem::Level { level, required: policy.require }.into());
        }
        // A signature by a key that nobody knows proves nothing, and is not kept.
        let signature = signature.filter(|_| provenance.publisher.is_some());
        Ok(Self {
            digest: found,
            manifest,
            imports,
            bytes,
            signature,
            provenance,
            level,
            source: recorded(source),
            resolved,
        })
    }

    /// What installing it would change, unless that is refused. `installed` is the manifest of what it replaces; where
    /// that cannot be read any more, everything counts as new.
    pub fn change(
        &self,
        state: &State,
        installed: Option<&Manifest>,
        allowed: Allowances,
    ) -> Result<Change, CandidateError> {
        let before = state.lock.find(&self.manifest.id).cloned();
        if let Some(entry) = &before {
            if entry.publisher != self.provenance.publisher && !allowed.publisher_change {
                return Err(CandidateError::Publisher {
                    id: entry.id.clone(),
                    installed: entry.publisher.clone(),
                    found: self.provenance.publisher.clone(),
                });
            }
            if self.manifest.version < entry.highest_version && !allowed.downgrade {
                return Err(CandidateError::Downgrade {
                    version: self.manifest.version.clone(),
                    highest: entry.highest_version.clone(),
                });
            }
        }
        let granted = state.grants.of(self.provenance.publisher.as_deref(), &self.manifest.id);
        let asked = what_needs_a_grant(&self.manifest);
        let asked_before = installed.map(what_needs_a_grant).unwrap_or_default();
        let wanted = difference(&asked, granted);
        Ok(Change {
            kept: intersection(&asked, granted),
            new: difference(&wanted, &asked_before),
            wanted,
            dropped: difference(&asked_before, &asked),
            before,
        })
    }

    /// Installs it: its files first, then the lock and the grants as one. It keeps what was granted before, as far as
    /// it still asks for it, and gets `grant`.
    pub fn install(&self, mut transaction: Transaction<'_>, grant: &[Capability]) -> Result<Entry, StoreError> {
        let publisher = self.provenance.publisher.clone();
        let state = &mut transaction.state;
        let version = &self.manifest.version;
        let highest = state.lock.find(&self.manifest.id).map_or(version, |entry| version.max(&entry.highest_version));
        let entry = Entry {
            id: self.manifest.id.clone(),
            version: self.manifest.version.clone(),
            highest_version: highest.clone(),
            sha256: self.digest.clone(),
            size: u64::try_from(self.bytes.len()).unwrap_or(u64::MAX),
            source: self.source.clone(),
            resolved: self.resolved.clone(),
            publisher: publisher.clone(),
            signature: self.signature.as_ref().map(|text| digest(text.as_bytes())),
            level: self.level,
            installed_at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        };
        let granted = state.grants.of(publisher.as_deref(), &entry.id);
        let kept = intersection(&what_needs_a_grant(&self.manifest), granted);
        state.grants.set(publisher.as_deref(), &entry.id, kept);
        state.grants.add(publisher.as_deref(), &entry.id, grant);
        state.lock.put(entry.clone());
        transaction.stage(&entry, &self.bytes, self.signature.as_deref())?;
        transaction.commit()?;
        Ok(entry)
    }
}

/// What a manifest asks for that nobody has without being granted it.
pub fn what_needs_a_grant(manifest: &Manifest) -> Vec<Capability> {
    manifest.capabilities.iter().filter(|capability| !capability.is_harmless()).cloned().collect()
}

/// Where to ask for updates: a file's path in full, since nobody knows where keelmark is run from the next time.
fn recorded(source: &Source) -> String {
    match source.for_update() {
        Source::File(path) => std::path::absolute(&path).unwrap_or(path).display().to_string(),
        other => other.to_string(),
    }
}
