//! The harmless part of WASI, for components that were built with it: clocks, random, io, and a cli with no
//! arguments, no environment, closed input and output of which the end is kept. No files, no sockets: those do not link.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::body::Bytes;
use tokio::io::AsyncWrite;
use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::cli::{IsTerminal, StdoutStream, WasiCli, WasiCliView as _};
use wasmtime_wasi::p2::bindings::{cli, random};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};
use wasmtime_wasi::random::{WasiRandom, WasiRandomView as _};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::{LastWords, PluginState};

/// Resources (streams, pollables) that one plugin can hold open.
const MAX_RESOURCES: usize = 1_000;

pub fn context(words: &Arc<LastWords>) -> WasiCtx {
    // The builder's defaults are the closed ones: no arguments, environment, directories or addresses.
    let output = Output(Arc::clone(words));
    WasiCtx::builder().stdout(output.clone()).stderr(output).build()
}

/// A plugin's standard output and error: a runtime's panic or traceback is written here before it traps.
#[derive(Clone)]
struct Output(Arc<LastWords>);

/// What a plugin can write in one call.
const OUTPUT_PER_CALL: usize = 64 * 1024;

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        // At once, not through a task: what is written right before a trap is what matters.
        Box::new(self.clone())
    }
}

impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.0.wrote(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(OUTPUT_PER_CALL)
    }
}

/// Always ready. (The trait's own form of an async method.)
impl Pollable for Output {
    fn ready<'life0, 'async_trait>(&'life0 mut self) -> Pin<Box<dyn Future<Output = ()> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(std::future::ready(()))
    }
}

impl AsyncWrite for Output {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.0.wrote(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
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
