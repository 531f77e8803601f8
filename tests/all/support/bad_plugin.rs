//! Components made from the module of `bad-plugins/`: with a behaviour, with a manifest, or mangled.

use std::borrow::Cow;
use std::path::PathBuf;

use keelmark_bad_plugins::{BENCHMARK, Behaviour, MARKER, MARKER_PREFIX, SECTION};

/// The custom section that holds a manifest.
pub const MANIFEST_SECTION: &str = keelmark_contract::plugin::SECTION_NAME;

/// The core module as cargo built it.
const MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bad_plugins.wasm"));

/// What a manifest begins with; capabilities follow.
pub fn manifest_head() -> String {
    format!(
        "schema = 1\nid = \"hostile\"\nversion = \"1.0.0\"\napi = \"0.1\"\n\
         benchmark = \"{BENCHMARK}\"\nsection = \"{SECTION}\"\n"
    )
}

/// A manifest that grants what the behaviours need to go wrong.
pub fn manifest() -> String {
    manifest_head()
        + r#"
        [[capability]]
        op = "report.emit"
        why = "reports"
        [[capability]]
        op = "report.log"
        why = "reports"
        [[capability]]
        op = "report.progress"
        why = "reports"
        [[capability]]
        op = "docker.inspect-containers"
        fields = ["Id"]
        why = "asks for odd objects"
        [[capability]]
        op = "fs.stat"
        paths = ["/etc/docker/**"]
        why = "asks for odd paths"
        [[capability]]
        op = "fs.read-text"
        paths = ["/etc/docker/**"]
        why = "asks for odd paths"
        [[capability]]
        op = "exec"
        argv = ["systemctl", "show", "{unit}"]
        why = "runs odd commands"
        [[capability]]
        op = "process.find"
        names = ["dockerd"]
        why = "asks for odd names"
        [[capability]]
        op = "host.setting"
        keys = ["trusted-users"]
        why = "asks for odd names"
        "#
}

/// The same, with more granted: each an operation and what it is limited to, as a manifest writes it.
pub fn manifest_with(capabilities: &[(&str, &str)]) -> String {
    let more = capabilities.iter().map(|(op, limit)| format!("[[capability]]\nop = \"{op}\"\n{limit}\nwhy = \"x\"\n"));
    manifest() + "\n" + &more.collect::<String>()
}

/// The core module with a behaviour.
pub fn module(behaviour: Behaviour) -> Vec<u8> {
    let mut module = MODULE.to_vec();
    let found: Vec<usize> = (0..module.len() - MARKER.len()).filter(|at| module[*at..].starts_with(MARKER)).collect();
    assert_eq!(found.len(), 1, "the module holds its marker once");
    let name = behaviour.name().as_bytes();
    let start = found[0] + MARKER_PREFIX;
    module[start..start + name.len()].copy_from_slice(name);
    module
}

/// A component with a behaviour and no manifest.
pub fn component(behaviour: Behaviour) -> Vec<u8> {
    let module = module(behaviour);
    wit_component::ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

/// A component with a behaviour and a manifest.
pub fn plugin(behaviour: Behaviour, manifest: &str) -> Vec<u8> {
    with_manifest(component(behaviour), manifest)
}

/// `component` with a further custom section that holds a manifest.
pub fn with_manifest(mut component: Vec<u8>, manifest: &str) -> Vec<u8> {
    let mut content = leb128(MANIFEST_SECTION.len());
    content.extend_from_slice(MANIFEST_SECTION.as_bytes());
    content.extend_from_slice(manifest.as_bytes());
    append_section(&mut component, 0, &content);
    component
}

/// `component` with core modules in text form, each instantiated as often as it says, after everything else.
pub fn with_modules(mut component: Vec<u8>, modules: &[(&str, usize)]) -> Vec<u8> {
    for (text, times) in modules {
        let index = module_count(&component);
        append_section(&mut component, 1, &wat::parse_str(text).unwrap());
        let mut instances = leb128(*times);
        for _ in 0..*times {
            // Instantiate the module, with no arguments.
            instances.push(0);
            instances.extend(leb128(index));
            instances.push(0);
        }
        append_section(&mut component, 2, &instances);
    }
    component
}

/// Core modules in the outermost component.
fn module_count(component: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut count = 0;
    for payload in wasmparser::Parser::new(0).parse_all(component) {
        match payload.unwrap() {
            wasmparser::Payload::ModuleSection { .. } => {
                count += usize::from(depth == 0);
                depth += 1;
            }
            wasmparser::Payload::ComponentSection { .. } => depth += 1,
            wasmparser::Payload::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    count
}

pub fn append_section(component: &mut Vec<u8>, id: u8, content: &[u8]) {
    component.push(id);
    component.extend(leb128(content.len()));
    component.extend_from_slice(content);
}

/// WebAssembly's variable-length numbers.
pub fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// A component in a file, as an operator is handed it; it goes when this goes.
pub struct PluginFile {
    folder: tempfile::TempDir,
}

impl PluginFile {
    pub fn new<'a>(component: impl Into<Cow<'a, [u8]>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("plugin.wasm"), &*component.into()).unwrap();
        Self { folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("plugin.wasm")
    }
}
