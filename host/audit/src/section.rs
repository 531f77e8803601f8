//! One section's part of an audit.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use keelmark_contract::limits;
use keelmark_sandbox::api::{Shared, Sink};
use keelmark_sandbox::engine::{Outcome, Run, Runtime};
use tokio::sync::watch;

use super::DescribedPlugin;

/// One section's part of the audit, done.
pub struct SectionResult {
    pub described: Arc<DescribedPlugin>,
    pub ids: Vec<String>,
    pub sink: Arc<Sink>,
    pub outcome: Outcome,
}

/// Audits `ids` of a plugin, until it is done, out of time or interrupted. So many plugins that are not built in share
/// what all of them may find.
pub async fn run(
    runtime: Arc<Runtime>,
    shared: Arc<Shared>,
    described: Arc<DescribedPlugin>,
    ids: Vec<String>,
    third_parties: usize,
    mut interrupted: watch::Receiver<bool>,
) -> SectionResult {
    let sink = Sink::awaiting(&ids);
    let sink = Arc::new(if described.third_party.is_some() { sink.sharing_with(third_parties) } else { sink });
    let gate = described.gate.clone();
    let run = Run { runtime: &runtime, plugin: &described.plugin, gate, shared };
    let left = |cause: &str| Outcome {
        broken: ids.iter().filter(|id| sink.awaits(id)).map(|id| (id.clone(), cause.to_owned())).collect(),
    };
    // A defect of keelmark's own in this section must not take the others' verdicts with it.
    let audit = AssertUnwindSafe(run.audit(&ids, &sink)).catch_unwind();
    let outcome = tokio::select! {
        outcome = audit => outcome.unwrap_or_else(|panic| left(&cause_of(&*panic))),
        Ok(_) = interrupted.wait_for(|interrupted| *interrupted) => left("the audit was interrupted"),
    };
    drop(run);
    SectionResult { described, ids, sink, outcome }
}

fn cause_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = limits::clamp_text(text.unwrap_or("no message").to_owned());
    format!("keelmark itself panicked while this plugin ran, please report it: {text}")
}
