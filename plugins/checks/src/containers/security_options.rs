//! Security options as a container was given them, and as the engine reports its own.

use keelmark_sdk::{HostError, Object};

/// The value of one of a container's `--security-opt`s; empty for a bare name, none where it was not given.
///
/// The engine takes `name=value` and, from its early days, `name:value`; of several it keeps the last.
pub fn of_container<'a>(container: &'a Object, name: &str) -> Result<Option<&'a str>, HostError> {
    let given = container.strings("HostConfig.SecurityOpt")?;
    let value = |option: &&'a str| {
        let (key, value) = option.split_once('=').or_else(|| option.split_once(':')).unwrap_or((option, ""));
        (key == name).then_some(value)
    };
    Ok(given.iter().rev().find_map(value))
}

/// The engine's own entry for an option, "name=seccomp,profile=builtin", without the name: "profile=builtin".
///
/// Engines before 1.13 list bare names ("seccomp").
pub fn of_engine(info: &Object, name: &str) -> Result<Option<String>, HostError> {
    let entry = |option: &&str| {
        let (key, rest) = option.split_once(',').unwrap_or((option, ""));
        (key.strip_prefix("name=").unwrap_or(key) == name).then(|| rest.to_owned())
    };
    Ok(info.strings("SecurityOptions")?.iter().find_map(entry))
}
