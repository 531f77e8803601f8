//! `keelmark plugin push`

use keelmark_contract::escape;
use keelmark_contract::settings::InstallPolicy as Policy;
use keelmark_report::exit;
use keelmark_store::source::{self, FetchOptions, Fetched, Labels, Source};
use keelmark_store::{Candidate, State};
use serde::Serialize;

use super::super::super::{Done, Failure, output};
use super::source_failure;
use crate::cli::plugin::publish::PushArgs;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Row {
    id: String,
    version: String,
    /// By what it can be installed: with the digest, nothing else will ever be.
    reference: String,
    digest: String,
    sha256: String,
    is_signed: bool,
}

pub async fn run(args: &PushArgs) -> Done {
    let destination = match args.destination.parse().map_err(Failure::usage)? {
        Source::Registry(reference) => reference,
        _ => return Err(Failure::usage(format!("{}: plugins are pushed to oci://HOST/NAME:TAG", args.destination))),
    };
    let file = Source::File(args.file.clone());
    let work = move || -> Result<Row, Failure> {
        let options = FetchOptions::default();
        let fetched = source::fetch(&file, &options).map_err(source_failure)?;
        let candidate = check(&file, fetched.clone())?;
        let labels = Labels { id: candidate.manifest.id.clone(), version: candidate.manifest.version.to_string() };
        let Fetched { bytes, signature, .. } = fetched;
        let pushed = source::push(&bytes, signature.as_deref(), &labels, &destination, &options);
        let digest = pushed.map_err(source_failure)?;
        Ok(Row {
            id: labels.id,
            version: labels.version,
            reference: destination.with_digest(&digest).to_string(),
            digest,
            sha256: candidate.digest,
            is_signed: signature.is_some(),
        })
    };
    let row = tokio::task::spawn_blocking(work).await.map_err(Failure::internal)??;
    output::write(None, &args.output.print(&row, |row| format!("{}\n", escape::line(&row.reference))))?;
    Ok(exit::CLEAN)
}

/// What nobody could install is not pushed. Whom an installing host trusts is not known here, and does not matter: what
/// the manifest says of its publisher has to be true all the same.
fn check(file: &Source, fetched: Fetched) -> Result<Candidate, Failure> {
    Candidate::check(fetched, file, None, &State::default(), &Policy::default())
        .map_err(|error| Failure::usage(format!("{file}: {error}")))
}
