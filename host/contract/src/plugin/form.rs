//! What can be said of a file without reading its code: that it may be a plugin.

use crate::limits;

/// What native code begins with, wasmtime's own included: it keeps what it precompiled in ELF files.
const ELF: &[u8] = b"\x7fELF";

/// Why a file is no plugin, whatever its manifest says.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    #[error("it is {bytes} bytes; the limit is {}", limits::COMPONENT_BYTES)]
    TooLarge { bytes: usize },
    #[error("it is precompiled native code, which is never taken from a file")]
    Precompiled,
    #[error("it is a core WebAssembly module, not a component: `wasm-tools component new` makes one")]
    CoreModule,
    #[error("it is not WebAssembly")]
    NotWasm,
    #[error("it does not compile: {0}")]
    Invalid(String),
    #[error("it imports {0}, which keelmark does not offer")]
    Import(String),
}

/// Refuses what cannot be a component, before anything reads it.
///
/// # Errors
/// Says what it is instead.
pub fn check_form(component: &[u8]) -> Result<(), FormError> {
    if component.len() > limits::COMPONENT_BYTES {
        return Err(FormError::TooLarge { bytes: component.len() });
    }
    if component.starts_with(ELF) {
        return Err(FormError::Precompiled);
    }
    if wasmparser::Parser::is_core_wasm(component) {
        return Err(FormError::CoreModule);
    }
    if !wasmparser::Parser::is_component(component) {
        return Err(FormError::NotWasm);
    }
    Ok(())
}
