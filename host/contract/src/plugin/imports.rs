//! What a component imports, read from its types: exactly what it can ask for, whatever its manifest says.

use wasmparser::component_types::ComponentEntityType;
use wasmparser::{Parser, Payload, Validator};

use super::form::{Form, guarded};
use crate::gate::Capability;
use crate::ops::{self, Op};

/// The contract's interfaces, as components import them.
const CONTRACT: &str = "keelmark:plugin/";

/// The interfaces of WASI that link (`sandbox/src/api/wasi.rs`), without their versions.
const TOLERATED_WASI: &[&str] = &[
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
];

/// Whether an import such as "wasi:io/poll@0.2.6" links.
pub fn is_tolerated_wasi(import: &str) -> bool {
    let name = import.split('@').next().unwrap_or(import);
    TOLERATED_WASI.contains(&name)
}

/// One imported function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The interface with its version: "keelmark:plugin/docker@0.1.0".
    pub interface: String,
    /// "list-containers"
    pub function: String,
    /// The operation that a manifest names to use it; none outside the contract.
    pub op: Option<&'static Op>,
}

/// All that a component imports.
#[derive(Clone, Debug, Default)]
pub struct Imports {
    pub functions: Vec<Import>,
    /// Interfaces without functions, and whatever is not an interface.
    pub others: Vec<String>,
}

impl Imports {
    /// Reads and validates a component, without compiling it.
    pub fn of(component: &[u8]) -> Result<Self, String> {
        let form = Form::of(component).map_err(|error| error.to_string())?;
        guarded(|| Self::read(form))
    }

    fn read(form: Form<'_>) -> Result<Self, String> {
        let component = form.bytes();
        let types = Validator::new().validate_all(component).map_err(|error| error.to_string())?;
        let mut found = Self::default();
        for name in top_level(component) {
            let instance = match types.as_ref().component_item_for_import(&name).map(|item| &item.ty) {
                Some(ComponentEntityType::Instance(id)) => types.as_ref().get(*id),
                _ => None,
            };
            let before = found.functions.len();
            for (function, item) in instance.iter().flat_map(|instance| &instance.exports) {
                if matches!(item.ty, ComponentEntityType::Func(_)) {
                    let import =
                        Import { op: op(&name, function), interface: name.clone(), function: function.clone() };
                    found.functions.push(import);
                }
            }
            if found.functions.len() == before {
                found.others.push(name);
            }
        }
        Ok(found)
    }

    /// The imported functions of the contract that no capability covers, and that it need not import.
    ///
    /// Some languages import every function of an interface that they use. So one that is imported whole is covered
    /// by a capability for any of its functions; the gate still denies the rest.
    pub fn uncovered(&self, capabilities: &[Capability]) -> Vec<&Import> {
        let is_asked = |op: &Op| capabilities.iter().any(|capability| capability.operation() == op);
        let is_covered = |import: &&Import| {
            let Some(op) = import.op else { return true };
            is_asked(op) || (self.has_all_of(&import.interface) && siblings(op).any(is_asked))
        };
        self.functions.iter().filter(|import| !is_covered(import)).collect()
    }

    fn has_all_of(&self, interface: &str) -> bool {
        let imported = || self.functions.iter().filter(|import| import.interface == interface);
        let Some(op) = imported().find_map(|import| import.op) else { return false };
        siblings(op).all(|sibling| imported().any(|import| import.op == Some(sibling)))
    }
}

/// The operations of the same interface.
fn siblings(op: &'static Op) -> impl Iterator<Item = &'static Op> {
    ops::all().filter(move |other| other.interface == op.interface)
}

/// The operation behind an imported function; none outside the contract.
fn op(interface: &str, function: &str) -> Option<&'static Op> {
    ops::of_function(interface.strip_prefix(CONTRACT)?.split('@').next()?, function)
}

/// The names that the outermost component imports.
fn top_level(component: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    // It was validated just now, so nothing here fails.
    for payload in Parser::new(0).parse_all(component).flatten() {
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                names.extend(section.into_iter().flatten().map(|import| import.name.name.to_owned()));
            }
            _ => {}
        }
    }
    names
}
