//! `keelmark plugin revoke`

use keelmark_contract::gate::Capability;
use keelmark_report::exit;

use super::super::super::{Done, Failure};
use super::grant::{damaged, now_has};
use super::spec::{self, Spec};
use super::{failure, open, print, settings};
use crate::cli::Cli;
use crate::cli::plugin::manage::RevokeArgs;

pub fn run(cli: &Cli, args: &RevokeArgs) -> Done {
    let settings = settings(cli)?;
    let specs = Spec::parse_all(&args.capabilities).map_err(Failure::usage)?;
    let store = open()?;
    let mut transaction = store.begin().map_err(failure)?;
    let entry = transaction.state.lock.require(&args.id).map_err(failure)?.clone();
    let publisher = entry.publisher.as_deref();
    let granted = transaction.state.grants.of(publisher, &entry.id).to_vec();
    let left = if args.all { Vec::new() } else { without(&args.id, granted, &specs).map_err(Failure::usage)? };
    transaction.state.grants.set(publisher, &entry.id, left.clone());
    // Taking back works whatever became of the file.
    let manifest = store.manifest_of(&entry);
    transaction.commit().map_err(failure)?;
    let manifest = manifest.ok_or_else(|| damaged(&args.id))?;
    let (row, text) = now_has(&manifest, &left, &settings.plugins().ceiling);
    print(args.output, &row, &text)?;
    Ok(exit::CLEAN)
}

/// What is left of the grants. What cannot be taken out of a wider grant is refused, not left in silence.
fn without(id: &str, granted: Vec<Capability>, specs: &[Spec]) -> Result<Vec<Capability>, String> {
    let mut left: Vec<Capability> = granted.iter().flat_map(Capability::atoms).collect();
    for spec in specs {
        let before = left.len();
        match spec {
            Spec::Op(op) => left.retain(|atom| atom.operation() != *op),
            Spec::Exact(revoked) => left.retain(|atom| !revoked.covers(atom)),
        }
        if let Spec::Exact(revoked) = spec
            && let Some(wider) = left.iter().find(|atom| atom.covers(revoked))
        {
            return Err(format!(
                "{id} was granted {}, of which {} is a part: revoke the whole, and grant what it may keep",
                spec::written(wider).join(", "),
                spec::written(revoked).join(", ")
            ));
        }
        if left.len() == before {
            let has: Vec<String> = left.iter().flat_map(spec::written).collect();
            let has = if has.is_empty() { "nothing".to_owned() } else { has.join(", ") };
            return Err(format!("{id} was not granted that; it was granted: {has}"));
        }
    }
    Ok(left)
}
