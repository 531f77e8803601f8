//! From what a toolchain made to a plugin: a component that carries its manifest.

use keelmark_contract::plugin::{Manifest, ManifestError, SECTION_NAME, append_custom_section};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

use super::contract::{Contract, ContractError};

/// The custom sections in which bindings generators describe a core module's world.
const WORLD_SECTION: &str = "component-type";

/// Why there is no plugin.
#[derive(Debug, thiserror::Error)]
pub enum ComponentError {
    #[error("the toolchain made no WebAssembly")]
    NotWasm,
    #[error("the core module does not become a component: {0}")]
    Encode(String),
    #[error(transparent)]
    Contract(#[from] ContractError),
    #[error("the component cannot carry its manifest: {0}")]
    Manifest(#[from] ManifestError),
}

/// Makes a plugin of a component, or of a core module.
///
/// A module that does not say which world it was written against gets the whole contract's; one that calls WASI's
/// first version gets the adapter that speaks the second.
pub fn finish(built: Vec<u8>, manifest: &str) -> Result<Vec<u8>, ComponentError> {
    let mut component = match () {
        () if wasmparser::Parser::is_component(&built) => built,
        () if wasmparser::Parser::is_core_wasm(&built) => encode(built)?,
        () => return Err(ComponentError::NotWasm),
    };
    append_custom_section(&mut component, SECTION_NAME, manifest.as_bytes());
    // Read back as an operator's host will: one manifest, and readable.
    Manifest::of_component(&component)?;
    Ok(component)
}

fn encode(mut module: Vec<u8>) -> Result<Vec<u8>, ComponentError> {
    let failed = |error: &dyn std::fmt::Display| ComponentError::Encode(format!("{error:#}"));
    let about = About::of(&module);
    if !about.has_world {
        let Contract { resolve, world, .. } = Contract::whole()?;
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false)
            .map_err(|error| failed(&error))?;
    }
    let mut encoder = ComponentEncoder::default();
    let mut encoder = encoder.validate(true).module(&module).map_err(|error| failed(&error))?;
    if about.needs_adapter {
        use wasi_preview1_component_adapter_provider as adapter;
        // The adapter for guests without files: the others import WASI's filesystem, which does not link.
        let bytes = adapter::WASI_SNAPSHOT_PREVIEW1_PROXY_ADAPTER;
        encoder =
            encoder.adapter(adapter::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, bytes).map_err(|error| failed(&error))?;
    }
    encoder.encode().map_err(|error| failed(&error))
}

/// What decides how a core module becomes a component.
#[derive(Default)]
struct About {
    has_world: bool,
    needs_adapter: bool,
}

impl About {
    fn of(module: &[u8]) -> Self {
        let mut about = Self::default();
        // What is broken is the encoder's to report.
        for payload in wasmparser::Parser::new(0).parse_all(module).map_while(Result::ok) {
            match payload {
                wasmparser::Payload::CustomSection(section) => {
                    about.has_world |= section.name().starts_with(WORLD_SECTION);
                }
                wasmparser::Payload::ImportSection(imports) => {
                    about.needs_adapter |= imports.into_imports().map_while(Result::ok).any(|import| {
                        import.module == wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME
                    });
                }
                _ => {}
            }
        }
        about
    }
}
