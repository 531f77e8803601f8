//! `keelmark plugin trust …`

use std::path::Path;

use keelmark_contract::escape;
use keelmark_disk::input;
use keelmark_report::exit;
use keelmark_store::{Store, StoreError, TrustedKey, parse_key};
use serde::Serialize;

use super::super::super::{Done, Failure};
use super::{failure, now, open};
use crate::cli::RowFormat;
use crate::cli::plugin::manage::{TrustAddArgs, TrustCommand, TrustRemoveArgs};

/// A public key file of minisign has two lines.
const KEY_FILE_BYTES: usize = 4096;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Row<'k> {
    name: &'k str,
    key: &'k str,
    added_at: &'k str,
}

pub fn run(command: &TrustCommand) -> Done {
    match command {
        TrustCommand::Add(args) => add(args),
        TrustCommand::List(args) => {
            let store = Store::open_default().map_err(failure)?;
            let state = store.map(|store| store.read()).transpose().map_err(failure)?.unwrap_or_default();
            let text = match state.trusted.list() {
                [] => "no key is trusted; `keelmark plugin trust add KEY` adds one\n".to_owned(),
                keys => keys.iter().map(line).collect(),
            };
            print(args.output, state.trusted.list(), &text)
        }
        TrustCommand::Remove(args) => remove(args),
    }
}

fn add(args: &TrustAddArgs) -> Done {
    let (key, comment) = read_key(&args.key)?;
    let name = args.name.clone().or(comment).unwrap_or_else(|| "unnamed".to_owned());
    let store = open()?;
    let mut transaction = store.begin().map_err(failure)?;
    transaction.state.trusted.add(name, &key, now()).map_err(Failure::usage)?;
    let added: Vec<TrustedKey> =
        transaction.state.trusted.list().iter().filter(|known| known.key == key).cloned().collect();
    transaction.commit_trusted().map_err(failure)?;
    print(args.output, &added, &format!("trusted from now on: {}", added.iter().map(line).collect::<String>()))
}

fn remove(args: &TrustRemoveArgs) -> Done {
    let store = open()?;
    let mut transaction = store.begin().map_err(failure)?;
    let removed = transaction.state.trusted.remove(&args.key);
    if removed.is_empty() {
        let known: Vec<&str> = transaction.state.trusted.list().iter().map(|key| key.name.as_str()).collect();
        let known =
            if known.is_empty() { "no key is".to_owned() } else { format!("trusted are: {}", known.join(", ")) };
        return Err(failure(StoreError::Refused(format!(
            "{:?} is neither a trusted key nor its name; {known}",
            args.key
        ))));
    }
    transaction.commit_trusted().map_err(failure)?;
    print(args.output, &removed, &format!("no longer trusted: {}", removed.iter().map(line).collect::<String>()))
}

/// A key, or the file that holds one and a comment.
fn read_key(text: &str) -> Result<(String, Option<String>), Failure> {
    let path = Path::new(text);
    if parse_key(text).is_ok() {
        return Ok((text.to_owned(), None));
    }
    let bytes = input::read(path, KEY_FILE_BYTES).map_err(|error| {
        Failure::usage(format!("{text:?} is neither a minisign public key nor a file that can be read: {error}"))
    })?;
    let content = String::from_utf8_lossy(&bytes);
    let key = content.lines().map(str::trim).find(|line| parse_key(line).is_ok());
    let key = key.ok_or_else(|| Failure::usage(format!("{text} holds no minisign public key")))?;
    let comment = content.lines().find_map(|line| line.strip_prefix("untrusted comment:"));
    let comment = comment.map(|comment| comment.trim().trim_start_matches("minisign public key").trim().to_owned());
    Ok((key.to_owned(), comment.filter(|comment| !comment.is_empty())))
}

fn line(key: &TrustedKey) -> String {
    format!("{}  {}  since {}\n", escape::line(&key.name), key.key, escape::line(&key.added_at))
}

fn print(format: RowFormat, keys: &[TrustedKey], text: &str) -> Done {
    let rows: Vec<Row> = keys.iter().map(|TrustedKey { name, key, added_at }| Row { name, key, added_at }).collect();
    super::print(format, &rows, text)?;
    Ok(exit::CLEAN)
}
