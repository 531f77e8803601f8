//! `keelmark.toml`: what only the operator can settle.
//!
//! An unset setting leaves a recommendation `manual`; it is never guessed. Unknown keys are errors.

mod install_policy;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

pub use install_policy::InstallPolicy;

use crate::digest;

/// A settings file that somebody wrote by hand is smaller.
const MAX_BYTES: usize = 1024 * 1024;

/// The operator's settings. Each is what its name says, and what `docs/settings.md` explains.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Users who may be in the group docker.
    trusted_users: Option<Vec<String>>,
    /// Registries, or registry/namespace prefixes, that images may come from.
    trusted_registries: Option<Vec<String>>,
    /// Published host ports that are meant to be: "443", "53/udp".
    allowed_ports: Option<Vec<Port>>,
    /// Capabilities that containers may add: "NET_BIND_SERVICE".
    allowed_capabilities: Option<Vec<String>>,
    /// Host devices that containers may be given: "/dev/fuse".
    allowed_devices: Option<Vec<String>>,
    /// Log drivers that send logs to where they are collected.
    accepted_log_drivers: Option<Vec<String>>,
    /// The oldest engine that counts as up to date: "28.3.0".
    minimum_engine_version: Option<String>,
    /// How many images may lie around that no container uses.
    max_unused_images: Option<u32>,
    /// How many stopped containers may lie around.
    max_stopped_containers: Option<u32>,
    /// What installed plugins must be, and what none of them may do.
    #[serde(default)]
    plugins: InstallPolicy,
    /// What the operator accepts. The room of the report reads it, from [`SettingsFile::text`].
    #[serde(default, rename = "waiver")]
    _waivers: Vec<toml::Table>,
    #[serde(skip)]
    file: Option<Arc<SettingsFile>>,
}

/// The file that settings were read from.
#[derive(Debug)]
pub struct SettingsFile {
    pub path: String,
    /// In hexadecimal.
    pub sha256: String,
    pub text: String,
}

/// A port, which people write as a number as often as they write it as text.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Port {
    Number(u16),
    Text(String),
}

/// Why a settings file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("failed to read settings {path}: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("{path}: {source}")]
    Parse { path: String, source: toml::de::Error },
}

impl Settings {
    /// The settings of `path`, or of the first file of [`Self::default_paths`] that exists, or none.
    pub fn load(path: Option<&Path>) -> Result<Self, SettingsError> {
        match path {
            Some(path) => Self::read(path),
            None => Self::default_paths()
                .iter()
                .find(|path| path.exists())
                .map_or_else(|| Ok(Self::default()), |path| Self::read(path)),
        }
    }

    /// Where settings are looked for. Not the working directory: root may stand in somebody else's.
    pub fn default_paths() -> Vec<PathBuf> {
        let xdg = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let home = xdg.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".config")));
        let own =
            home.filter(|_| !rustix::process::geteuid().is_root()).map(|home| home.join("keelmark/keelmark.toml"));
        own.into_iter().chain([PathBuf::from("/etc/keelmark/keelmark.toml")]).collect()
    }

    fn read(path: &Path) -> Result<Self, SettingsError> {
        let name = || path.display().to_string();
        let read = |source| SettingsError::Read { path: name(), source };
        let text = String::from_utf8(keelmark_disk::input::read(path, MAX_BYTES).map_err(read)?)
            .map_err(|error| read(std::io::Error::new(std::io::ErrorKind::InvalidData, error)))?;
        let settings = Self::parse(&text).map_err(|source| SettingsError::Parse { path: name(), source })?;
        let file = SettingsFile { path: name(), sha256: digest(text.as_bytes()), text };
        Ok(Self { file: Some(Arc::new(file)), ..settings })
    }

    /// The file that they were read from; none where there is none.
    pub fn file(&self) -> Option<&SettingsFile> {
        self.file.as_deref()
    }

    /// Reads the text of a settings file.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The host's ceiling over installed plugins.
    pub fn plugins(&self) -> &InstallPolicy {
        &self.plugins
    }

    /// A setting by its name, as plugins ask for it; none where it is unset or there is no such setting.
    pub fn get(&self, key: &str) -> Option<Value> {
        let list = |list: &Option<Vec<String>>| list.clone().map(Value::from);
        match key {
            "trusted-users" => list(&self.trusted_users),
            "trusted-registries" => list(&self.trusted_registries),
            "allowed-ports" => self.allowed_ports.as_ref().map(|ports| ports.iter().map(Port::to_text).collect()),
            "allowed-capabilities" => list(&self.allowed_capabilities),
            "allowed-devices" => list(&self.allowed_devices),
            "accepted-log-drivers" => list(&self.accepted_log_drivers),
            "minimum-engine-version" => self.minimum_engine_version.clone().map(Value::from),
            "max-unused-images" => self.max_unused_images.map(Value::from),
            "max-stopped-containers" => self.max_stopped_containers.map(Value::from),
            _ => None,
        }
    }
}

impl Port {
    fn to_text(&self) -> String {
        match self {
            Port::Number(port) => port.to_string(),
            Port::Text(text) => text.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_found_by_the_name_that_plugins_use() {
        let settings =
            Settings::parse("trusted-users = [\"ann\"]\nallowed-ports = [443, \"53/udp\"]\nmax-unused-images = 3")
                .unwrap();
        assert_eq!(settings.get("trusted-users"), Some(serde_json::json!(["ann"])));
        assert_eq!(settings.get("allowed-ports"), Some(serde_json::json!(["443", "53/udp"])));
        assert_eq!(settings.get("max-unused-images"), Some(serde_json::json!(3)));
        assert_eq!(settings.get("trusted-registries"), None);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = Settings::parse("\ntrusted-user = [\"ann\"]").unwrap_err().to_string();
        assert!(error.contains("trusted-user") && error.contains("line 2"), "{error}");
    }
}
