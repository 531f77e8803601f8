//! The custom sections of a component: where a plugin carries its manifest and what it says of itself.

use wasmparser::{Parser, Payload};

/// What the outermost component holds in custom sections of one name, in their order.
///
/// Only the outermost component speaks for itself: a nested module could hold a section of the same name. What is no
/// Wasm ends the search; the loader validates the whole component and says what is wrong with it.
pub fn custom_sections<'a>(component: &'a [u8], name: &str) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component).map_while(Result::ok) {
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 && section.name() == name => found.push(section.data()),
            _ => {}
        }
    }
    found
}
