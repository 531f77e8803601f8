//! `wit/process.wit`

use keelmark_contract::FactError;
use keelmark_contract::gate::Call;
use keelmark_facts::Request;
use serde_json::Value;

use super::bindings::keelmark::plugin::process::{Host, Running};
use super::{PluginState, malformed, types};

impl Host for PluginState {
    async fn find(&mut self, name: String) -> Result<Vec<Running>, types::Error> {
        let found = find(self, name).await;
        self.answered(found)
    }
}

async fn find(state: &mut PluginState, name: String) -> Result<Vec<Running>, FactError> {
    state.allow(Call::FindProcesses { name: &name })?;
    let request = Request::FindProcesses { name };
    let answer = state.ask(&request).await?;
    let found = answer.as_array().and_then(|found| found.iter().map(running).collect());
    found.ok_or_else(|| malformed(&request))
}

fn running(process: &Value) -> Option<Running> {
    let number = |name: &str| process.get(name)?.as_u64()?.try_into().ok();
    let words = process.get("argv")?.as_array()?;
    let argv: Option<Vec<String>> = words.iter().map(|word| word.as_str().map(str::to_owned)).collect();
    // Recordings of earlier versions do not have it, and neither have all kernels.
    let started = process.get("started").and_then(Value::as_i64);
    let info = started.map(|seconds| ("started".to_owned(), seconds.to_string())).into_iter().collect();
    Some(Running { pid: number("pid")?, argv: argv?, euid: number("euid")?, info })
}
