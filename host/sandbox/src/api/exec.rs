//! `wit/exec.wit`

use keelmark_contract::FactError;
use keelmark_contract::gate::Call;
use keelmark_facts::Request;

use super::bindings::keelmark::plugin::exec::{Host, Output};
use super::{PluginState, malformed, types};

impl Host for PluginState {
    async fn run(&mut self, program: String, args: Vec<String>) -> Result<Output, types::Error> {
        let output = run(self, program, args).await;
        self.answered(output)
    }
}

async fn run(state: &mut PluginState, program: String, args: Vec<String>) -> Result<Output, FactError> {
    state.allow(Call::Exec { program: &program, args: &args })?;
    let request = Request::Exec { program, args };
    let answer = state.ask(&request).await?;
    let text = |name: &str| answer.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    let (Some(stdout), Some(stderr)) = (text("stdout"), text("stderr")) else { return Err(malformed(&request)) };
    Ok(Output {
        code: answer.get("code").and_then(|code| code.as_i64()).and_then(|code| code.try_into().ok()),
        stdout,
        stderr,
        truncated: answer.get("truncated").and_then(|value| value.as_bool()).unwrap_or(false),
        info: Vec::new(),
    })
}
