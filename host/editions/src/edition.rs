//! The editions in this binary, and which of them fits an engine.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::builtin_editions;

/// What `plugins/<edition>/edition.toml` says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct About {
    title: String,
    order: u32,
    released: Option<String>,
    engine_from: String,
    engine_to: String,
}

/// One published CIS Docker Benchmark.
#[derive(Clone, Debug)]
pub struct Edition {
    /// "cis-docker-1.8.0"
    pub id: &'static str,
    pub title: String,
    /// As far as it is established: "July 2025", "2015-04-22".
    pub released: Option<String>,
    /// The first engine that it is for, and the last that there was when the next edition for newer ones came out.
    pub engine: (EngineVersion, EngineVersion),
    order: u32,
}

/// An engine's version as far as editions tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EngineVersion {
    pub major: u32,
    pub minor: u32,
}

/// The edition that `--benchmark auto` takes, and why.
#[derive(Clone, Debug)]
pub struct Choice {
    pub edition: Edition,
    pub reason: String,
    /// Where the engine is not one that the edition was written for.
    pub warning: Option<String>,
}

impl EngineVersion {
    /// Reads "28.5.2", "20.10.24+dfsg1", "18.09.1-rc1", "1.13.0". None where the first two parts are not numbers.
    pub fn parse(version: &str) -> Option<Self> {
        let mut parts = version.trim_start_matches('v').split(['.', '-', '+', '~']);
        Some(Self {
            major: parts.next()?.parse().ok()?,
            minor: parts.next().map_or(Some(0), |minor| minor.parse().ok())?,
        })
    }
}

impl std::fmt::Display for EngineVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Docker writes its dated versions with two digits: 17.06, 18.09.
        if (17..=19).contains(&self.major) {
            write!(f, "{}.{:02}", self.major, self.minor)
        } else {
            write!(f, "{}.{}", self.major, self.minor)
        }
    }
}

/// Every edition in this binary, oldest first.
pub fn all() -> Vec<Edition> {
    ALL.clone()
}

/// Read once: an audit asks for them in several places.
static ALL: LazyLock<Vec<Edition>> = LazyLock::new(|| {
    let mut editions: Vec<Edition> =
        builtin_editions().filter_map(|(id, about)| Edition::read(id, about).ok()).collect();
    editions.sort_by_key(|edition| edition.order);
    editions
});

/// The edition of that id.
pub fn find(id: &str) -> Option<Edition> {
    all().into_iter().find(|edition| edition.id == id)
}

impl Edition {
    fn read(id: &'static str, about: &str) -> Result<Self, String> {
        let about: About = toml::from_str(about).map_err(|error| error.to_string())?;
        let version =
            |text: &str| EngineVersion::parse(text).ok_or_else(|| format!("{text:?} is not an engine version"));
        let engine = (version(&about.engine_from)?, version(&about.engine_to)?);
        Ok(Self { id, title: about.title, released: about.released, engine, order: about.order })
    }
}

/// The newest edition for an engine of that version; the nearest one, with a warning, where none was written for it.
///
/// `engine` is the engine's name ("Docker Engine", "Podman"). None where this binary has no edition.
pub fn choose(engine: &str, version: &str) -> Option<Choice> {
    let editions = all();
    let (oldest, newest) = (editions.first()?, editions.last()?);
    let Some(parsed) = EngineVersion::parse(version) else {
        return Some(Choice {
            edition: newest.clone(),
            reason: "the newest edition".into(),
            warning: Some(format!("the engine's version {version:?} cannot be read, so the newest edition was taken")),
        });
    };
    if engine.contains("Podman") {
        return Some(Choice {
            edition: newest.clone(),
            reason: format!("the newest edition, for Podman {version}"),
            warning: Some(
                "the benchmark is written for Docker; Podman is asked through its Docker-compatible API".into(),
            ),
        });
    }
    let fitting = editions.iter().rev().find(|edition| edition.engine.0 <= parsed).unwrap_or(oldest);
    let (from, to) = fitting.engine;
    let warning = if parsed < from {
        Some(format!("engine {version} is older than every edition; {} for {from} is the nearest", fitting.id))
    } else if parsed.major > to.major && fitting.id == newest.id {
        Some(format!("engine {version} is newer than what {} was written for (up to {to})", fitting.id))
    } else {
        None
    };
    let reason = format!("picked for engine {version}: the newest edition for {from} and later");
    Some(Choice { edition: fitting.clone(), reason, warning })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers() {
        let parse = EngineVersion::parse;
        assert_eq!(parse("20.10.24+dfsg1"), Some(EngineVersion { major: 20, minor: 10 }));
        assert!(parse("1.9.1") < parse("1.10.0"));
        assert!(parse("17.06.0-ce") < parse("18.09.1"));
        assert_eq!(parse("dev"), None);
    }

    #[test]
    fn every_edition_says_what_it_is_for() {
        assert_eq!(all().len(), builtin_editions().count());
        for (id, about) in builtin_editions() {
            Edition::read(id, about).unwrap();
        }
    }
}
