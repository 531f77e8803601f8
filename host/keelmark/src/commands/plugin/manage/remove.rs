//! `keelmark plugin remove`

use keelmark_report::exit;
use serde::Serialize;

use super::super::super::Done;
use super::{failure, open, print};
use crate::cli::plugin::manage::RemoveArgs;

#[derive(Serialize)]
struct Row {
    id: String,
    version: String,
}

/// Removes all of them or, where one is not installed, none.
pub fn run(args: &RemoveArgs) -> Done {
    let store = open()?;
    let mut transaction = store.begin().map_err(failure)?;
    let mut removed = Vec::new();
    for id in &args.ids {
        let entry = transaction.state.lock.require(id).map_err(failure)?;
        removed.push(Row { id: id.clone(), version: entry.version.to_string() });
    }
    transaction.state.lock.plugins.retain(|entry| !args.ids.contains(&entry.id));
    // Its grants go with it, and its files.
    transaction.commit().map_err(failure)?;
    let text: String =
        removed.iter().map(|row| format!("removed {} {} and its grants\n", row.id, row.version)).collect();
    print(args.output, &removed, &text)?;
    Ok(exit::CLEAN)
}
