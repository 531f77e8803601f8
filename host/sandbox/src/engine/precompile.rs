//! Native code made ahead of time, on another machine than it will run on.

use wasmtime::Engine;

use super::{LoadError, config};

/// A component's native code for the baseline of this architecture. A processor that can do more runs it too.
///
/// # Errors
/// Where the component is not WebAssembly that compiles.
pub fn precompile(component: &[u8]) -> Result<Vec<u8>, LoadError> {
    let compile = || {
        let mut config = config();
        // A target that is named keeps the compiler from using all that this machine's processor has.
        config.target(&format!("{}-unknown-linux-gnu", std::env::consts::ARCH))?;
        Engine::new(&config)?.precompile_component(component)
    };
    compile().map_err(|error: wasmtime::Error| LoadError::Compile(format!("{error:#}")))
}
