//! The config blob of a Wasm artifact: what registries and other tools may want to know of a component.

use serde::Serialize;

use super::super::Cause;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    created: &'static str,
    architecture: &'static str,
    os: &'static str,
    layer_digests: [&'a str; 1],
    component: Interface,
}

/// What a component asks for and gives, by the full names of interfaces.
#[derive(Serialize)]
struct Interface {
    exports: Vec<String>,
    imports: Vec<String>,
}

/// The config of a component. `created` is always the epoch, so that one plugin has one digest whenever it is pushed.
pub(in super::super) fn config_of(component: &[u8], digest: &str) -> Result<Vec<u8>, Cause> {
    let config = Config {
        created: "1970-01-01T00:00:00Z",
        architecture: "wasm",
        // What the convention calls a component of any world.
        os: "wasip2",
        layer_digests: [digest],
        component: interface(component)?,
    };
    serde_json::to_vec(&config).map_err(|error| Cause::malformed("config", error))
}

/// The imports and exports of the outermost component; none of it is run or compiled.
fn interface(component: &[u8]) -> Result<Interface, Cause> {
    let wrong = |error: wasmparser::BinaryReaderError| Cause::malformed("component", error);
    let mut interface = Interface { exports: Vec::new(), imports: Vec::new() };
    let mut depth = 0_usize;
    for payload in wasmparser::Parser::new(0).parse_all(component) {
        match payload.map_err(wrong)? {
            wasmparser::Payload::ModuleSection { .. } | wasmparser::Payload::ComponentSection { .. } => depth += 1,
            wasmparser::Payload::End(_) => depth = depth.saturating_sub(1),
            wasmparser::Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    interface.imports.push(import.map_err(wrong)?.name.name.to_owned());
                }
            }
            wasmparser::Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    interface.exports.push(export.map_err(wrong)?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(interface)
}
