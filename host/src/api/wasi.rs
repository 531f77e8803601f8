//! The harmless part of WASI, for components that were built with it: clocks, random, io, and a cli with no
//! arguments, no environment, closed input and discarded output. No files, no sockets: those do not link.

use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::cli::{WasiCli, WasiCliView as _};
use wasmtime_wasi::p2::bindings::{cli, random};
use wasmtime_wasi::random::{WasiRandom, WasiRandomView as _};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::PluginState;

/// The interfaces that link, without their versions.
const TOLERATED: &[&str] = &[
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
];

/// Resources (streams, pollables) that one plugin can hold open.
const MAX_RESOURCES: usize = 1_000;

/// Whether an import such as "wasi:io/poll@0.2.6" links.
pub fn is_tolerated(import: &str) -> bool {
    let name = import.split('@').next().unwrap_or(import);
    TOLERATED.contains(&name)
}

pub fn context() -> WasiCtx {
    // The builder's defaults are the closed ones: no arguments, environment, directories or addresses.
    WasiCtx::builder().build()
}

pub fn table() -> ResourceTable {
    let mut table = ResourceTable::new();
    table.set_max_capacity(MAX_RESOURCES);
    table
}

pub fn link(linker: &mut Linker<PluginState>) -> wasmtime::Result<()> {
    // io, clocks, random and the three standard streams.
    wasmtime_wasi::p2::add_to_linker_proxy_interfaces_async(linker)?;
    random::insecure::add_to_linker::<PluginState, WasiRandom>(linker, PluginState::random)?;
    random::insecure_seed::add_to_linker::<PluginState, WasiRandom>(linker, PluginState::random)?;
    cli::exit::add_to_linker::<PluginState, WasiCli>(linker, PluginState::cli)?;
    cli::environment::add_to_linker::<PluginState, WasiCli>(linker, PluginState::cli)?;
    cli::terminal_input::add_to_linker::<PluginState, WasiCli>(linker, PluginState::cli)?;
    cli::terminal_output::add_to_linker::<PluginState, WasiCli>(linker, PluginState::cli)?;
    cli::terminal_stdin::add_to_linker::<PluginState, WasiCli>(linker, PluginState::cli)?;
    cli::terminal_stdout::add_to_linker::<PluginState, WasiCli>(linker, PluginState::cli)?;
    cli::terminal_stderr::add_to_linker::<PluginState, WasiCli>(linker, PluginState::cli)
}

impl WasiView for PluginState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.wasi_table }
    }
}
