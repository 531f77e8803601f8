//! `keelmark plugin list`

use keelmark_contract::escape;
use keelmark_report::exit;
use keelmark_report::layout::{Align, Table};
use keelmark_store::Store;

use super::super::super::Done;
use super::row::PluginRow;
use super::{failure, print, settings};
use crate::cli::Cli;
use crate::cli::plugin::manage::ListArgs;

pub fn run(cli: &Cli, args: &ListArgs) -> Done {
    let settings = settings(cli)?;
    let store = Store::open_default().map_err(failure)?;
    let loaded = store.map(|store| store.load_all(settings.plugins())).transpose().map_err(failure)?;
    let rows: Vec<PluginRow> = loaded
        .unwrap_or_default()
        .iter()
        .map(|loaded| match loaded {
            Ok(installed) => PluginRow::installed(installed),
            Err(unusable) => PluginRow::entry(&unusable.entry, &unusable.problem.to_string()),
        })
        .collect();
    print(args.output, &rows, &text(&rows))?;
    Ok(exit::CLEAN)
}

fn text(rows: &[PluginRow]) -> String {
    if rows.is_empty() {
        return "nothing is installed; `keelmark plugin install` installs\n".to_owned();
    }
    let mut table = Table::new(&[
        ("ID", Align::Left),
        ("VERSION", Align::Left),
        ("LEVEL", Align::Left),
        ("BENCHMARK", Align::Left),
        ("GRANTED", Align::Right),
        ("STATE", Align::Left),
    ]);
    for row in rows {
        let asked = row.granted.len() + row.missing.len() + row.forbidden.len();
        let benchmark = row
            .benchmark
            .as_deref()
            .map_or("-".to_owned(), |name| format!("{name} {}", row.section.as_deref().unwrap_or_default()));
        table.row(vec![
            row.id.clone(),
            row.version.clone(),
            row.level.map_or("-", keelmark_contract::plugin::Level::name).to_owned(),
            escape::line(&benchmark).into_owned(),
            if row.problem.is_some() { "-".to_owned() } else { format!("{} of {asked}", row.granted.len()) },
            row.state.to_owned(),
        ]);
    }
    let mut text: String = table.lines().into_iter().map(|line| line + "\n").collect();
    for row in rows.iter().filter(|row| row.problem.is_some() || !row.missing.is_empty()) {
        let what = match &row.problem {
            Some(problem) => escape::lines(problem).collect::<Vec<_>>().join("\n    "),
            None => format!("`keelmark plugin grant {} --all` grants what is missing", row.id),
        };
        text.push_str(&format!("\n{}: {what}\n", row.id));
    }
    text
}
