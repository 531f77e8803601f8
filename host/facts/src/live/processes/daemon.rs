//! What is known about a running dockerd beyond its command line: where its options come from, and since when.

use serde_json::{Map, Value};

use super::super::super::daemon::{DEFAULT_CONFIG, config_option};
use super::super::files::{Directory, HostFiles};

/// The environment of a process has some KiB; Linux lets it be longer than anybody's.
const MAX_ENVIRONMENT_BYTES: u64 = 2 * 1024 * 1024;

/// The variables by which a daemon without root finds its directories.
const DIRECTORIES: [(&str, &str); 3] = [
    ("XDG_CONFIG_HOME", "xdg-config-home"),
    ("XDG_DATA_HOME", "xdg-data-home"),
    ("XDG_RUNTIME_DIR", "xdg-runtime-dir"),
];

/// `config-file`, `config-changed` and a rootless daemon's `xdg-…` directories, for the answer about a process.
///
/// `is_settled` is whether all user ids of the process are the same: a set-user-id program runs with options that the
/// caller chose. It has no configuration file: the entry is null.
pub fn describe(
    files: &HostFiles,
    process: &Directory,
    argv: &[String],
    (euid, is_settled): (u32, bool),
    into: &mut Map<String, Value>,
) {
    let words: Vec<&str> = argv.iter().map(String::as_str).collect();
    let mut path = config_option(&words).map(str::to_owned);
    if euid == 0 {
        path = path.or_else(|| Some(DEFAULT_CONFIG.to_owned()));
    } else {
        let environment = process.read("environ", MAX_ENVIRONMENT_BYTES).unwrap_or_default();
        for (variable, key) in DIRECTORIES {
            if let Some(value) = value_of(&environment, variable) {
                into.insert(key.to_owned(), value.into());
            }
        }
        let home = || Some(format!("{}/.config", value_of(&environment, "HOME")?));
        let config = || value_of(&environment, "XDG_CONFIG_HOME").or_else(home);
        path = path.or_else(|| Some(format!("{}/docker/daemon.json", config()?)));
    }
    let path = path.filter(|path| is_settled && path.starts_with('/'));
    if let Some(changed) = path.as_deref().and_then(|path| files.last_change(path).ok()) {
        into.insert("config-changed".to_owned(), changed.into());
    }
    into.insert("config-file".to_owned(), path.into());
}

/// The value of a variable in `NAME=value\0NAME=value\0`; none where it is unset, empty or no text.
fn value_of(environment: &[u8], name: &str) -> Option<String> {
    let value = |entry: &[u8]| {
        let value = entry.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
        String::from_utf8(value.to_vec()).ok().filter(|value| !value.is_empty())
    };
    environment.split(|byte| *byte == 0).find_map(value)
}

/// The service that systemd runs a process in, from /proc/PID/cgroup: "docker.service" of
/// "0::/system.slice/docker.service".
pub fn unit_of(cgroups: &str) -> Option<&str> {
    // What systemd says itself comes last, in both versions of control groups.
    cgroups.lines().rev().find_map(innermost_service)
}

/// Of "0::/system.slice/docker.service".
fn innermost_service(line: &str) -> Option<&str> {
    let path = line.splitn(3, ':').nth(2)?;
    path.rsplit('/').find(|name| name.ends_with(".service"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_the_innermost_service() {
        assert_eq!(unit_of("0::/system.slice/docker.service\n"), Some("docker.service"));
        let user = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/docker.service\n";
        assert_eq!(unit_of(user), Some("docker.service"));
        let old = "12:devices:/system.slice/docker.service\n1:name=systemd:/system.slice/snap.docker.dockerd.service\n";
        assert_eq!(unit_of(old), Some("snap.docker.dockerd.service"));
        assert_eq!(unit_of("0::/user.slice/user-0.slice/session-3.scope\n0:\nx"), None);
    }

    #[test]
    fn an_empty_variable_is_none() {
        let environment = b"HOME=/home/ann\0XDG_CONFIG_HOME=\0X=HOME=/x\0";
        assert_eq!(value_of(environment, "HOME").as_deref(), Some("/home/ann"));
        assert_eq!(value_of(environment, "XDG_CONFIG_HOME"), None);
        assert_eq!(value_of(environment, "OME"), None);
    }
}
