//! What can be said of a file without reading its code: that it may be a plugin.
//!
//! This is the first look at its bytes, before anything else parses, validates or compiles them. Types of components nest:
//! a component type holds instance types, which hold component types. The parser inside wasmtime reads them by recursion
//! without a limit, so a few KiB of nesting overflow its stack, and an overflow aborts the program: nothing can catch it.
//! So whatever looks at types asks for a [`Form`], and there is no other way to one than [`Form::of`], which reads all
//! types with a parser that knows a limit.

use std::panic::AssertUnwindSafe;

use wasmparser::{Parser, Payload};

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
    #[error("it is not a component that keelmark reads: {0}")]
    Invalid(String),
    #[error("it imports {0}, which keelmark does not offer")]
    Import(String),
}

/// A component whose types nest no deeper than its readers' stacks bear.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a>(&'a [u8]);

impl<'a> Form<'a> {
    /// Refuses what cannot be a component, and reads every type of it and of all components in it.
    ///
    /// # Errors
    /// Says what it is instead, or that it is not well-formed, or that its types nest deeper than the parser's limit of 100.
    pub fn of(component: &'a [u8]) -> Result<Self, FormError> {
        if component.len() > limits::COMPONENT_BYTES {
            return Err(FormError::TooLarge { bytes: component.len() });
        }
        if component.starts_with(ELF) {
            return Err(FormError::Precompiled);
        }
        if Parser::is_core_wasm(component) {
            return Err(FormError::CoreModule);
        }
        if !Parser::is_component(component) {
            return Err(FormError::NotWasm);
        }
        guarded(|| read_types(component)).map_err(FormError::Invalid)?;
        Ok(Self(component))
    }

    pub fn bytes(self) -> &'a [u8] {
        self.0
    }
}

/// Runs a parser over a stranger's bytes: what panics in it costs those bytes, not the program.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    std::panic::catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err("the parser of WebAssembly panicked over it".to_owned()))
}

/// The parser keeps the components that are open in a list, not on the stack; of what is in them only types nest.
fn read_types(component: &[u8]) -> Result<(), String> {
    let problem = |error: wasmparser::BinaryReaderError| error.to_string();
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(problem)? {
            Payload::ComponentTypeSection(section) => {
                section.into_iter().try_for_each(|read| read.map(drop)).map_err(problem)?;
            }
            Payload::CoreTypeSection(section) => {
                section.into_iter().try_for_each(|read| read.map(drop)).map_err(problem)?;
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"\0asm\x0d\0\x01\0";

    fn leb(mut number: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let low = (number & 0x7f) as u8;
            number >>= 7;
            bytes.push(if number == 0 { low } else { low | 0x80 });
            if number == 0 {
                return bytes;
            }
        }
    }

    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        [&[id], &leb(content.len())[..], content].concat()
    }

    /// A type of this kind, which holds one of the same kind, and so on.
    fn nested(kind: u8, depth: usize) -> Vec<u8> {
        let mut content = vec![1];
        for _ in 1..depth {
            content.extend([kind, 1, 1]);
        }
        content.extend([kind, 0]);
        [HEAD, &section(7, &content)].concat()
    }

    #[test]
    fn types_that_nest_too_deep_are_refused_whatever_their_kind() {
        for kind in [0x41, 0x42] {
            Form::of(&nested(kind, 50)).unwrap();
            for depth in [200, 2_500, 500_000] {
                let error = Form::of(&nested(kind, depth)).unwrap_err().to_string();
                assert!(error.contains("nest"), "{error}");
            }
            // Nor does it help to put them into a component within the component.
            let inner = [HEAD, &section(4, &nested(kind, 2_500))].concat();
            assert!(Form::of(&[HEAD, &section(4, &inner)].concat()).is_err());
        }
    }

    #[test]
    fn what_panics_in_a_parser_costs_its_bytes() {
        let error = guarded(|| -> Result<(), String> { panic!("a defect") }).unwrap_err();
        assert!(error.contains("panicked"), "{error}");
    }
}
