//! Which file a running dockerd takes its options from.

use serde_json::Value;

/// What dockerd's program is called: by Docker, by Red Hat's packages of 1.13, by those that kept the old one beside it.
pub const PROGRAMS: [&str; 3] = ["dockerd", "dockerd-current", "dockerd-ce"];

/// Where root's daemon looks when it is told no other place.
pub const DEFAULT_CONFIG: &str = "/etc/docker/daemon.json";

/// The configuration file of a process in the answer to `process.find`, with the user that must own it unless that is
/// root.
///
/// The live host says itself, under `config-file`, which file that is, or null where it does not believe the process to
/// be a daemon. A recording of an earlier version, or one written by hand, has the command line alone.
pub fn config_file_of(process: &Value) -> Option<(String, u32)> {
    let euid = u32::try_from(process.get("euid")?.as_u64()?).ok()?;
    let path = match process.get("config-file") {
        Some(told) => told.as_str()?.to_owned(),
        None => {
            let words = process.get("argv")?.as_array()?;
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            config_option(&words).map(str::to_owned).or_else(|| (euid == 0).then(|| DEFAULT_CONFIG.to_owned()))?
        }
    };
    Some((path, euid))
}

/// The value of `--config-file`; of several, the last one counts.
pub fn config_option<'a>(words: &[&'a str]) -> Option<&'a str> {
    let value = |(index, word): (usize, &&'a str)| match word.strip_prefix("--config-file")? {
        "" => words.get(index.saturating_add(1)).copied(),
        rest => rest.strip_prefix('='),
    };
    words.iter().enumerate().skip(1).rev().find_map(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_option_has_two_spellings_and_the_last_one_counts() {
        assert_eq!(config_option(&["dockerd", "--config-file", "/a", "--config-file=/b"]), Some("/b"));
        assert_eq!(config_option(&["dockerd", "--config-file=/b", "--config-file", "/a"]), Some("/a"));
        assert_eq!(config_option(&["dockerd", "--config-files=/b", "--icc"]), None);
        assert_eq!(config_option(&["--config-file=/x"]), None);
        assert_eq!(config_option(&["dockerd", "--config-file"]), None);
    }

    #[test]
    fn what_the_host_says_counts_before_the_command_line() {
        let told = |process: Value| config_file_of(&process);
        let argv = ["dockerd", "--config-file=/root/secret.json"];
        assert_eq!(told(json!({ "euid": 0, "argv": argv, "config-file": null })), None);
        assert_eq!(told(json!({ "euid": 0, "argv": argv, "config-file": "/a" })), Some(("/a".into(), 0)));
        assert_eq!(told(json!({ "euid": 0, "argv": argv })), Some(("/root/secret.json".into(), 0)));
        assert_eq!(told(json!({ "euid": 0, "argv": ["dockerd"] })), Some((DEFAULT_CONFIG.into(), 0)));
        assert_eq!(told(json!({ "euid": 7, "argv": ["dockerd"] })), None);
    }
}
