//! `keelmark plugin grant`

use keelmark_contract::escape;
use keelmark_contract::gate::{Access, Capability, Ceiling, all_cover, intersection};
use keelmark_contract::plugin::Manifest;
use keelmark_report::exit;
use keelmark_store::{StoreError, what_needs_a_grant};

use super::super::super::{Done, Failure};
use super::spec::{self, Spec};
use super::{consent, failure, open, print, row, settings};
use crate::cli::Cli;
use crate::cli::plugin::manage::GrantArgs;

/// What a plugin has and lacks after a grant or a revocation.
#[derive(serde::Serialize)]
pub struct Row {
    id: String,
    granted: Vec<row::CapabilityRow>,
    missing: Vec<row::CapabilityRow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    forbidden: Vec<row::CapabilityRow>,
}

pub fn run(cli: &Cli, args: &GrantArgs) -> Done {
    let settings = settings(cli)?;
    let store = open()?;
    let mut transaction = store.begin().map_err(failure)?;
    let entry = transaction.state.lock.require(&args.id).map_err(failure)?.clone();
    let manifest = store.manifest_of(&entry).ok_or_else(|| damaged(&args.id))?;
    let asked = what_needs_a_grant(&manifest);
    let wanted = wanted(args, &asked).map_err(Failure::usage)?;
    // Until here nothing was changed; a grant never exceeds the manifest.
    if let Some(wider) = wanted.iter().find(|wish| !all_cover(&manifest.capabilities, wish)) {
        return Err(Failure::usage(format!(
            "{} does not ask for {}; it asks for: {}",
            args.id,
            spec::written(wider).join(", "),
            asked.iter().flat_map(spec::written).collect::<Vec<_>>().join(", ")
        )));
    }
    let publisher = entry.publisher.as_deref();
    let kept = intersection(&asked, transaction.state.grants.of(publisher, &entry.id));
    transaction.state.grants.set(publisher, &entry.id, kept);
    transaction.state.grants.add(publisher, &entry.id, &wanted);
    let granted = transaction.state.grants.of(publisher, &entry.id).to_vec();
    transaction.commit().map_err(failure)?;
    let (row, text) = now_has(&manifest, &granted, &settings.plugins().ceiling);
    print(args.output, &row, &text)?;
    Ok(exit::CLEAN)
}

fn wanted(args: &GrantArgs, asked: &[Capability]) -> Result<Vec<Capability>, String> {
    if args.all {
        return Ok(asked.to_vec());
    }
    if let Some(path) = &args.file {
        return keelmark_store::read_grant_file(path);
    }
    let mut wanted = Vec::new();
    for spec in Spec::parse_all(&args.capabilities)? {
        match spec {
            Spec::Exact(capability) => wanted.push(*capability),
            Spec::Op(op) => {
                let of_op: Vec<Capability> =
                    asked.iter().filter(|capability| capability.operation() == op).cloned().collect();
                if of_op.is_empty() {
                    let mut ops: Vec<&str> = asked.iter().map(Capability::op).collect();
                    ops.dedup();
                    return Err(format!("{} does not ask for {}; it asks for: {}", args.id, op.name, ops.join(", ")));
                }
                wanted.extend(of_op);
            }
        }
    }
    Ok(wanted)
}

pub fn damaged(id: &str) -> Failure {
    failure(StoreError::Refused(format!(
        "{id}: its file is not as it was installed; `keelmark plugin verify {id}` says how"
    )))
}

/// What it may do now, as a row and in words.
pub fn now_has(manifest: &Manifest, granted: &[Capability], ceiling: &Ceiling) -> (Row, String) {
    let access = Access::of(&manifest.capabilities, granted, ceiling);
    let needed: Vec<Capability> =
        access.granted.iter().filter(|capability| !capability.is_harmless()).cloned().collect();
    let mut text = match needed.as_slice() {
        [] => format!("{} can report, and ask for nothing\n", manifest.id),
        needed => format!("{} may now:\n{}", manifest.id, consent::brief(needed)),
    };
    if !access.missing.is_empty() {
        text.push_str(&format!("not granted:\n{}", consent::brief(&access.missing)));
    }
    for (capability, reason) in &access.forbidden {
        text.push_str(&format!(
            "not allowed here:\n{}      {}\n",
            consent::brief(std::slice::from_ref(capability)),
            escape::line(reason)
        ));
    }
    let row = Row {
        id: manifest.id.clone(),
        granted: row::capabilities(&access.granted),
        missing: row::capabilities(&access.missing),
        forbidden: access.forbidden.iter().map(|(c, reason)| row::capability_row(c, Some(reason.clone()))).collect(),
    };
    (row, text)
}
