//! `keelmark plugin verify`

use keelmark_contract::escape;
use keelmark_contract::plugin::Level;
use keelmark_report::exit;
use keelmark_sandbox::engine::{Cache, CachedCode};
use keelmark_store::Store;

use super::super::super::Done;
use super::{failure, print, settings};
use crate::cli::Cli;
use crate::cli::plugin::manage::VerifyArgs;

/// One plugin, looked at again.
#[derive(serde::Serialize)]
#[serde(rename_all = "kebab-case")]
struct Row {
    id: String,
    version: String,
    sha256: String,
    level: Level,
    good: bool,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// "whole", "damaged" (it is compiled anew), or "none".
    native_code: &'static str,
}

pub fn run(cli: &Cli, args: &VerifyArgs) -> Done {
    let settings = settings(cli)?;
    let store = Store::open_default().map_err(failure)?;
    let installed = match &store {
        Some(store) => store.read().map_err(failure)?.lock,
        None => keelmark_store::Lock::default(),
    };
    for id in &args.ids {
        installed.require(id).map_err(failure)?;
    }
    let wanted = |id: &String| args.ids.is_empty() || args.ids.contains(id);
    let loaded = match &store {
        Some(store) => store.load_some(settings.plugins(), |entry| wanted(&entry.id)).map_err(failure)?,
        None => Vec::new(),
    };
    let cache = Cache::default_path().filter(|_| !cli.no_cache).and_then(|path| Cache::open_existing(&path));
    let native = |digest: &str| match cache.as_ref().map(|cache| cache.inspect(digest)) {
        Some(CachedCode::Whole) => "whole",
        Some(CachedCode::Damaged) => "damaged",
        Some(CachedCode::None) | None => "none",
    };
    let row = |loaded: &Result<keelmark_store::Installed, Box<keelmark_store::Unusable>>| {
        let (entry, level, problem) = match loaded {
            Ok(installed) => (&installed.entry, installed.level, imports(installed).err()),
            Err(unusable) => (&unusable.entry, unusable.entry.level, Some(unusable.problem.to_string())),
        };
        Row {
            id: entry.id.clone(),
            version: entry.version.to_string(),
            sha256: entry.sha256.clone(),
            level,
            good: problem.is_none(),
            problem,
            native_code: native(&entry.sha256),
        }
    };
    let rows: Vec<Row> = loaded.iter().map(row).collect();
    print(args.output, &rows, &text(&rows))?;
    Ok(if rows.iter().all(|row| row.good) { exit::CLEAN } else { exit::FINDINGS })
}

fn imports(installed: &keelmark_store::Installed) -> Result<(), String> {
    keelmark_store::check_imports(&installed.bytes, &installed.manifest).map(drop).map_err(|error| error.to_string())
}

fn text(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "nothing is installed\n".to_owned();
    }
    let line = |row: &Row| match &row.problem {
        None => {
            let cached = if row.native_code == "damaged" {
                "; its cached native code is damaged, and compiled anew"
            } else {
                ""
            };
            format!("good  {} {} ({}){cached}\n", row.id, row.version, row.level)
        }
        Some(problem) => {
            let problem = escape::lines(problem).collect::<Vec<_>>().join("\n      ");
            format!("BAD   {} {}: {problem}\n", row.id, row.version)
        }
    };
    rows.iter().map(line).collect()
}
