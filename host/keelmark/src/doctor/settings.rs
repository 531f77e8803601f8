//! Whether `keelmark.toml` can be read, and who else could write it.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use keelmark_contract::settings::Settings;

use super::{Diagnosis, Subject};

const ITEM: &str = "settings";

/// The diagnosis, and the settings; empty ones where they cannot be read.
pub fn examine(subject: &Subject) -> (Diagnosis, Settings) {
    let paths = subject.config.clone().map_or_else(Settings::default_paths, |path| vec![path]);
    let Some(path) = paths.iter().find(|path| subject.config.is_some() || path.exists()) else {
        let places = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        let found = format!("none ({places})");
        let advice = "optional: settings turn manual verdicts into automatic ones, see host/docs/settings.md";
        return (Diagnosis::note(ITEM, found, advice), Settings::default());
    };
    match Settings::load(Some(path)) {
        Err(error) => {
            let advice = "correct the file: no audit starts with broken settings";
            (Diagnosis::problem(ITEM, error.to_string(), advice), Settings::default())
        }
        Ok(settings) => (owner(path), settings),
    }
}

/// Whoever writes the settings decides verdicts, and what plugins may do.
fn owner(path: &Path) -> Diagnosis {
    let name = path.display();
    let Ok(found) = std::fs::metadata(path) else { return Diagnosis::ok(ITEM, name.to_string()) };
    let we = rustix::process::geteuid().as_raw();
    if found.uid() != 0 && found.uid() != we {
        let found = format!("{name} belongs to uid {}, who can change verdicts with it", found.uid());
        return Diagnosis::problem(ITEM, found, format!("chown root {name}"));
    }
    if found.mode() & 0o022 != 0 {
        let found = format!("{name} can be written by others (mode {:04o})", found.mode() & 0o7777);
        return Diagnosis::problem(ITEM, found, format!("chmod go-w {name}"));
    }
    Diagnosis::ok(ITEM, name.to_string())
}
