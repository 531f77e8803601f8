//! The sandbox: one wasmtime engine, the linker over the contract, and how plugins are loaded and run in them.

mod ahead;
mod cache;
mod child;
mod describe;
mod load;
mod precompile;
mod run;
mod shipped;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ahead::Ahead;
use keelmark_contract::limits;
use wasmtime::component::Linker;
use wasmtime::{Config, Engine, OptLevel};

pub use cache::{Cache, CachedCode};
pub use child::{DOES_NOT_COMPILE, compile_for_parent};
pub use load::{LoadError, LoadedPlugin, Origin};
pub use precompile::precompile;
pub use run::{Outcome, Run};
pub use shipped::{ShippedCode, attach};

use crate::api::{self, PluginState};

/// Everything that loading and running plugins shares.
pub struct Runtime {
    engine: Engine,
    linker: Linker<PluginState>,
    cache: Option<Cache>,
    shipped: Option<ShippedCode>,
    ahead: Ahead,
    compiler: Compiler,
    compile_limit: Duration,
    uncached: Option<Uncached>,
}

/// Told once, when something had to be compiled and could not be kept.
pub type Uncached = Box<dyn Fn() + Send + Sync>;

/// Where plugins that are not built in are compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiler {
    /// In this process. A component can be made so that compiling it takes all memory there is: not for a stranger's.
    Here,
    /// In a process of its own, with limits, started from this file: the program, or one that answers like it.
    Child(PathBuf),
}

impl Compiler {
    /// A child of the program that runs, whatever has become of its file since it was started.
    pub fn of_this_program() -> Self {
        Self::Child("/proc/self/exe".into())
    }
}

/// What a runtime uses.
pub struct RuntimeOptions {
    /// Where native code is kept; without one, plugins are compiled every time.
    pub cache: Option<Cache>,
    /// Native code that the program carries.
    pub shipped: Option<ShippedCode>,
    pub compiler: Compiler,
    /// The longest that compiling a plugin which is not built in may take.
    pub compile_limit: Duration,
    /// Called where something had to be compiled and could not be kept: a program that carries all that an audit needs
    /// does not miss a cache.
    pub uncached: Option<Uncached>,
}

impl RuntimeOptions {
    /// With this cache and compiler, and nothing else that is unusual.
    pub fn new(cache: Option<Cache>, compiler: Compiler) -> Self {
        Self { cache, shipped: None, compiler, compile_limit: limits::COMPILE, uncached: None }
    }
}

impl Runtime {
    /// A runtime for plugins that this process has built itself: it compiles them here.
    pub fn new(cache: Option<Cache>) -> wasmtime::Result<Arc<Self>> {
        Self::start(RuntimeOptions::new(cache, Compiler::Here))
    }

    pub fn start(options: RuntimeOptions) -> wasmtime::Result<Arc<Self>> {
        let RuntimeOptions { cache, shipped, compiler, compile_limit, uncached } = options;
        let engine = Engine::new(&config())?;
        let mut linker = Linker::new(&engine);
        api::link(&mut linker)?;
        tick(&engine);
        let ahead = Ahead::default();
        Ok(Arc::new(Self { engine, linker, cache, shipped, ahead, compiler, compile_limit, uncached }))
    }
}

/// How plugins are compiled, here and ahead of time.
fn config() -> Config {
    let mut config = Config::new();
    config.epoch_interruption(true).max_wasm_stack(limits::STACK_BYTES);
    // Plugins arrive optimised by their own compilers. Leaving it at that compiles a fifth faster, which the first
    // audit on a host waits for, and audits no slower.
    config.cranelift_opt_level(OptLevel::None);
    // Where in the component each instruction came from. Nobody is shown that, and it is a ninth of what is loaded.
    config.generate_address_map(false);
    config
}

/// Moves the engine's epoch on, so that a guest in a loop yields; ends with the engine.
fn tick(engine: &Engine) {
    let engine = engine.weak();
    std::thread::spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(limits::EPOCH_TICK);
        }
    });
}
