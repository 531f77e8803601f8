//! What the engine says of itself.

use keelmark_sdk::serde_json::Value;
use keelmark_sdk::{Evidence, Facts, HostError, Need, Object};

pub const VERSION: Need = Need::new("docker.version", &["Version"], "tells which engine answers");

/// A fact that `docker info` told.
pub fn told(property: &str, found: impl ToString) -> Evidence {
    Evidence::new("daemon", property, found).source("docker info")
}

/// The engine's version up to the minor number: (28, 5) of "28.5.2", (17, 6) of "17.06.0-ce".
pub fn version(facts: &Facts) -> Result<(u32, u32), HostError> {
    let answer = facts.version()?;
    let text = answer.str("Version")?;
    parse_version(text).ok_or_else(|| HostError::failed(format!("the engine's version {text:?} is not a number")))
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Whether it is Podman that answers in Docker's place: it adds to `docker info` which Buildah it builds with.
pub fn is_podman(info: &Object) -> bool {
    info.at("BuildahVersion").is_some()
}

/// Whose engine answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Root's dockerd; also where no engine answers.
    Docker,
    /// The dockerd of a user.
    Rootless,
    Podman {
        is_rootless: bool,
    },
}

pub fn kind(facts: &Facts) -> Result<Kind, HostError> {
    // Files are there without an engine, and for those who may not ask it; what only it knows is an error elsewhere.
    let Ok(info) = facts.info() else { return Ok(Kind::Docker) };
    let is_rootless = is_rootless(&info)?;
    Ok(match is_podman(&info) {
        true => Kind::Podman { is_rootless },
        false if is_rootless => Kind::Rootless,
        false => Kind::Docker,
    })
}

/// Whether the daemon runs without root. The mode came with 19.03; engines before 1.13 have no such options at all.
/// Podman says it in a field of its own.
pub fn is_rootless(info: &Object) -> Result<bool, HostError> {
    if info.at("Rootless").and_then(Value::as_bool) == Some(true) {
        return Ok(true);
    }
    if info.at("SecurityOptions").is_none() && is_older_than(info, (19, 3))? {
        return Ok(false);
    }
    has_security_option(info, "rootless")
}

/// Whether `docker info` is an older engine's; those before 1.10 name no version there.
pub fn is_older_than(info: &Object, version: (u32, u32)) -> Result<bool, HostError> {
    let Some(text) = info.optional("ServerVersion", Object::str)? else { return Ok(true) };
    let parsed = parse_version(text);
    let parsed = parsed.ok_or_else(|| HostError::failed(format!("the engine's version {text:?} is not a number")))?;
    Ok(parsed < version)
}

/// `SecurityOptions` as one line.
pub fn security_options(info: &Object) -> Result<String, HostError> {
    Ok(one_line(&info.strings("SecurityOptions")?))
}

/// Whether `SecurityOptions` names a feature: "userns" is named by "name=userns" and by "name=userns,key=value".
pub fn has_security_option(info: &Object, name: &str) -> Result<bool, HostError> {
    Ok(info
        .strings("SecurityOptions")?
        .iter()
        .any(|option| option.strip_prefix("name=").is_some_and(|option| option.split(',').next() == Some(name))))
}

/// A list as evidence shows it.
pub fn one_line(items: &[&str]) -> String {
    if items.is_empty() { "none".to_owned() } else { items.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn a_version_is_two_numbers_whatever_follows() {
        assert_eq!(parse_version("28.5.2"), Some((28, 5)));
        assert_eq!(parse_version("17.06.0-ce"), Some((17, 6)));
        assert_eq!(parse_version("20.10.24+dfsg1"), Some((20, 10)));
        assert_eq!(parse_version("29.0-rc.1"), Some((29, 0)));
        assert_eq!(parse_version("dev"), None);
        assert_eq!(parse_version(""), None);
    }
}
