//! The sandbox: one wasmtime engine, the linker over the contract, and how plugins are loaded and run in them.

mod ahead;
mod cache;
mod describe;
mod load;
mod precompile;
mod run;
mod shipped;

use std::sync::Arc;
use std::time::Duration;

use ahead::Ahead;
use keelmark_contract::limits;
use wasmtime::component::Linker;
use wasmtime::{Config, Engine, OptLevel};

pub use cache::{Cache, CachedCode};
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
    compile_limit: Duration,
    uncached: Option<Uncached>,
}

/// Told once, when something had to be compiled and could not be kept.
pub type Uncached = Box<dyn Fn() + Send + Sync>;

impl Runtime {
    /// A runtime that keeps native code in `cache`, or compiles every time without one.
    pub fn new(cache: Option<Cache>) -> wasmtime::Result<Arc<Self>> {
        Self::start(cache, None, limits::COMPILE, None)
    }

    /// The same, which compiles nothing that is `shipped`. `uncached` is called where it misses a cache: a program that
    /// carries all that an audit needs does not.
    pub fn with_shipped_code(
        cache: Option<Cache>,
        shipped: Option<ShippedCode>,
        uncached: Option<Uncached>,
    ) -> wasmtime::Result<Arc<Self>> {
        Self::start(cache, shipped, limits::COMPILE, uncached)
    }

    /// The same as [`Self::new`], where compiling a plugin that is not built in may take no longer than `compile_limit`.
    pub fn with_compile_limit(cache: Option<Cache>, compile_limit: Duration) -> wasmtime::Result<Arc<Self>> {
        Self::start(cache, None, compile_limit, None)
    }

    fn start(
        cache: Option<Cache>,
        shipped: Option<ShippedCode>,
        compile_limit: Duration,
        uncached: Option<Uncached>,
    ) -> wasmtime::Result<Arc<Self>> {
        let engine = Engine::new(&config())?;
        let mut linker = Linker::new(&engine);
        api::link(&mut linker)?;
        tick(&engine);
        Ok(Arc::new(Self { engine, linker, cache, shipped, ahead: Ahead::default(), compile_limit, uncached }))
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
