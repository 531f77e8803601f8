//! The systemd units of the engine, with the drop-ins that change them.

use keelmark_sdk::{Facts, FileKind, HostError};

use super::place::{Found, Located, located};
use crate::daemon::effective::DaemonConfig;

/// Where systemd looks for units, first match first.
pub const UNIT_DIRS: &[&str] = &[
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];

/// A unit is what root writes: its mode has no bits for execution, a directory's has.
const DIRECTORY: u32 = 0o755;

/// The unit's file.
pub fn find(facts: &Facts, unit: &str) -> Result<Found, HostError> {
    let unit = name_of(facts, unit);
    let file = match ask_systemd(facts, &unit)? {
        Some(path) if path.is_empty() => None,
        Some(path) => match located(facts, &path, "systemctl show")? {
            Some(file) => Some(file),
            None => {
                return Err(HostError::failed(format!("systemd loaded {unit} from {path}, but there is no such file")));
            }
        },
        None => first_of(facts, UNIT_DIRS, &unit)?,
    };
    let dirs = UNIT_DIRS.iter().map(|dir| (*dir).to_owned()).collect();
    Ok(found(file, unit, dirs))
}

/// What is known of a unit whose file was looked for.
pub fn found(file: Option<Located>, unit: String, dirs: Vec<String>) -> Found {
    match file {
        // A masked unit is a link to /dev/null, whose owner and mode say nothing about the unit.
        Some(file) if file.metadata.kind == FileKind::Other => Found::new(vec![], format!("{unit} is masked")),
        Some(file) => Found { unit: Some((unit, dirs)), ..Found::new(vec![file], "") },
        None => Found::new(vec![], format!("this host has no {unit}")),
    }
}

/// The file of a unit in the first of the directories that has it.
pub fn first_of(facts: &Facts, dirs: &[impl AsRef<str>], unit: &str) -> Result<Option<Located>, HostError> {
    for dir in dirs {
        let file = located(facts, &format!("{}/{unit}", dir.as_ref()), "systemd's unit directories")?;
        if file.is_some() {
            return Ok(file);
        }
    }
    Ok(None)
}

/// The directories of a unit's drop-ins and the files in them, each once, though /lib and /usr/lib may be one.
pub fn drop_ins(facts: &Facts, dirs: &[impl AsRef<str>], unit: &str) -> Result<Vec<Located>, HostError> {
    let mut files: Vec<Located> = Vec::new();
    for dir in dirs {
        let dir = format!("{}/{unit}.d", dir.as_ref());
        let Some(names) = facts.list_dir_if_exists(&dir)? else { continue };
        let is_config = |name: &String| name.ends_with(".conf");
        let paths = names.iter().filter(|name| is_config(name)).map(|name| format!("{dir}/{name}"));
        for path in std::iter::once(dir.clone()).chain(paths) {
            if files.iter().any(|file| file.other_name.as_ref() == Some(&path)) {
                continue;
            }
            let Some(file) = located(facts, &path, "")? else { continue };
            let max = (file.metadata.kind == FileKind::Directory).then_some(DIRECTORY);
            // A drop-in that is a link to /dev/null is switched off.
            if file.metadata.kind != FileKind::Other {
                files.push(Located { max, ..file });
            }
        }
    }
    Ok(files)
}

/// What systemd calls the daemon's unit: another name than docker.service where dockerd runs in one, as in a snap.
fn name_of(facts: &Facts, unit: &str) -> String {
    let running = || {
        let config = DaemonConfig::any(facts).ok()?;
        config.process.as_ref()?.unit.clone().filter(|unit| unit.contains("docker"))
    };
    match unit {
        "docker.service" => running().unwrap_or_else(|| unit.to_owned()),
        unit => unit.to_owned(),
    }
}

/// The path of a unit, empty where systemd knows none; none where systemd cannot be asked.
fn ask_systemd(facts: &Facts, unit: &str) -> Result<Option<String>, HostError> {
    let answer = match facts.run("systemctl", &["show", "--property=FragmentPath", unit]) {
        Err(error) if error.is_unavailable() => return Ok(None),
        answer => answer?,
    };
    // systemctl fails where it is installed but systemd does not run: a container, another init.
    if answer.code != Some(0) {
        return Ok(None);
    }
    if answer.truncated {
        return Err(HostError::failed(format!("systemctl show {unit} was cut short")));
    }
    let path = answer.stdout.lines().find_map(|line| line.strip_prefix("FragmentPath="));
    let path =
        path.ok_or_else(|| HostError::failed(format!("systemctl show {unit} did not answer with a FragmentPath")))?;
    Ok(Some(path.trim().to_owned()))
}
