//! Running a section: all its recommendations in one instance, and where that breaks, the rest one by one.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};
use wasmtime::{Store, Trap};

use super::{LoadedPlugin, Runtime, limits};
use crate::api::{Plugin, PluginState, Shared, Sink, types};
use crate::gate::Gate;

/// One plugin, ready to be run under one gate.
pub struct Run<'r> {
    pub runtime: &'r Runtime,
    pub plugin: &'r LoadedPlugin,
    pub gate: Gate,
    pub shared: Arc<Shared>,
}

/// How a section's run went. The findings are in the sink.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Why there is no finding about these ids.
    pub broken: Vec<(String, String)>,
}

impl Run<'_> {
    /// Audits `ids`; what is found goes to `sink`, which awaits them.
    ///
    /// A plugin that traps, runs out of time or returns an error keeps the findings it has emitted; each of the
    /// other ids is tried again in a fresh instance, so that one broken check costs one verdict.
    pub async fn audit(&self, ids: &[String], sink: &Arc<Sink>) -> Outcome {
        let end = Instant::now() + limits::SECTION;
        let first = self.attempt(ids, sink, limits::ATTEMPT, limits::CALLS).await;
        let rest: Vec<&String> = ids.iter().filter(|id| sink.awaits(id)).collect();
        let mut outcome = Outcome::default();
        for id in rest {
            let cause = match (&first, end.saturating_duration_since(Instant::now())) {
                (Err(cause), left) if left.is_zero() => cause.clone(),
                (_, left) => {
                    let (only, time) = (std::slice::from_ref(id), limits::RETRY.min(left));
                    match self.attempt(only, sink, time, limits::RETRY_CALLS).await {
                        Err(cause) => cause,
                        Ok(()) => "the plugin ended without a finding".to_owned(),
                    }
                }
            };
            if sink.awaits(id) {
                outcome.broken.push((id.clone(), cause));
            }
        }
        outcome
    }

    async fn attempt(&self, ids: &[String], sink: &Arc<Sink>, limit: Duration, calls: u64) -> Result<(), String> {
        let audit = async {
            let (mut store, plugin) = self.instantiate(sink, calls).await?;
            let result = plugin.keelmark_plugin_guest().call_audit(&mut store, ids).await;
            // The reason becomes a message in the report, and is cut like every other text of a plugin.
            result
                .map_err(explain)?
                .map_err(|error| format!("the plugin gave up: {}", limits::clamp_text(error.message)))
        };
        within(limit, audit).await
    }

    /// What the plugin says that it audits.
    pub(super) async fn describe(&self, sink: Arc<Sink>) -> Result<types::Section, String> {
        let describe = async {
            let (mut store, plugin) = self.instantiate(&sink, limits::DESCRIBE_CALLS).await?;
            plugin.keelmark_plugin_guest().call_describe(&mut store).await.map_err(explain)
        };
        within(limits::DESCRIBE, describe).await
    }

    async fn instantiate(&self, sink: &Arc<Sink>, calls: u64) -> Result<(Store<PluginState>, Plugin), String> {
        let state = PluginState::new(
            (Arc::clone(&self.plugin.id), Arc::clone(&self.plugin.digest)),
            self.gate.clone(),
            Arc::clone(&self.shared),
            Arc::clone(sink),
            calls,
        );
        let mut store = Store::new(&self.runtime.engine, state);
        store.limiter(|state| &mut state.budget);
        store.set_hostcall_fuel(limits::HOSTCALL_BYTES);
        // Yielding, not trapping: the timeout around the call ends what takes too long, wherever it is.
        store.epoch_deadline_async_yield_and_update(1);
        let plugin = self.plugin.pre.instantiate_async(&mut store).await.map_err(explain)?;
        Ok((store, plugin))
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    match timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => Err(format!("the plugin took longer than {} s", limit.as_secs_f32())),
    }
}

/// A trap in the operator's words: the cause, not the stack.
fn explain(error: wasmtime::Error) -> String {
    let cause = match error.downcast_ref::<Trap>() {
        Some(Trap::UnreachableCodeReached) => "the plugin panicked (--verbose shows what it logged)".to_owned(),
        Some(Trap::StackOverflow) => "the plugin ran out of stack".to_owned(),
        Some(trap) => format!("the plugin trapped: {trap}"),
        None => format!("the plugin broke: {}", error.root_cause()),
    };
    limits::clamp_text(cause)
}
