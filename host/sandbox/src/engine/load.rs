//! From a component's bytes to something that can be instantiated.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use keelmark_contract::digest;
use keelmark_contract::plugin::{Form, FormError, Manifest, ManifestError, is_tolerated_wasi};
use keelmark_editions::BuiltinPlugin;
use wasmtime::Engine;
use wasmtime::component::Component;

use super::cache::WholeFile;
use super::child::compile_apart;
use super::{Cache, Compiler, Runtime, ShippedCode};
use crate::api::{PluginPre, PluginState};

/// Where a plugin came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Builtin,
    /// From the store, under the operator's grants.
    Installed,
    /// A file that the operator named, run without being installed.
    File(String),
}

/// A plugin that is ready to run.
pub struct LoadedPlugin {
    pub id: Arc<str>,
    pub manifest: Manifest,
    /// The SHA-256 of the component, in hexadecimal.
    pub digest: Arc<str>,
    pub origin: Origin,
    pub(super) pre: PluginPre<PluginState>,
}

/// The sections of the editions that are about images and containers. The others ask what lies on the host: a
/// container that has stopped does, and it uses its image.
const ABOUT_CONTAINERS: [&str; 2] = ["4", "5"];

impl LoadedPlugin {
    /// Whether it audits containers or their images, for a built-in edition: then `--running` narrows it.
    pub(super) fn is_about_containers(&self) -> bool {
        self.origin == Origin::Builtin && ABOUT_CONTAINERS.contains(&self.manifest.section.as_str())
    }
}

/// Why a plugin is not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Form(#[from] FormError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error("it does not compile: {0}")]
    Compile(String),
    #[error("compiling it broke off: {0}")]
    Compiler(String),
    #[error("it does not fit the contract keelmark:plugin: {0}")]
    Link(String),
    #[error("it took longer than {} s to compile", .0.as_secs_f32())]
    Slow(Duration),
    #[error("it is damaged in the program itself, which has to be installed again: {0}")]
    Damaged(std::io::Error),
    #[error("loading it broke off: {0}")]
    Broken(String),
}

impl Runtime {
    /// Loads a stranger's component, within the runtime's limit on compiling.
    pub async fn load_in_time(self: &Arc<Self>, component: Vec<u8>, origin: Origin) -> Result<LoadedPlugin, LoadError> {
        let compiler = Arc::clone(self);
        let compiling = tokio::task::spawn_blocking(move || compiler.load(&component, origin));
        let compiled = tokio::time::timeout(self.compile_limit, compiling).await;
        let compiled = compiled.map_err(|_| LoadError::Slow(self.compile_limit))?;
        compiled.map_err(|broken| LoadError::Broken(broken.to_string()))?
    }

    /// Loads a component: checks what it is, finds or makes its native code, and links its imports.
    pub fn load(&self, component: &[u8], origin: Origin) -> Result<LoadedPlugin, LoadError> {
        let form = Form::of(component)?;
        let manifest = Manifest::of_component(component)?;
        let digest = digest(component);
        let compile = || match &self.compiler {
            Compiler::Here => self.compile(form, &digest),
            Compiler::Child(program) => self.compile_apart(program, form, &digest),
        };
        let compiled = self.known(&digest).map_or_else(compile, Ok)?;
        self.link(manifest, &digest, &compiled, origin)
    }

    /// The same for a plugin of this program, which is only unpacked where it has to be compiled.
    pub fn load_builtin(&self, plugin: &BuiltinPlugin) -> Result<LoadedPlugin, LoadError> {
        let manifest = plugin.manifest()?;
        let compile = || {
            let component = plugin.component().map_err(LoadError::Damaged)?;
            self.compile(Form::of(&component)?, plugin.digest)
        };
        let compiled = self.known(plugin.digest).map_or_else(compile, Ok)?;
        self.link(manifest, plugin.digest, &compiled, Origin::Builtin)
    }

    fn link(
        &self,
        manifest: Manifest,
        digest: &str,
        component: &Component,
        origin: Origin,
    ) -> Result<LoadedPlugin, LoadError> {
        self.check_imports(component)?;
        let link = |error: wasmtime::Error| LoadError::Link(format!("{error:#}"));
        let pre = self.linker.instantiate_pre(component).and_then(PluginPre::new).map_err(link)?;
        Ok(LoadedPlugin { id: manifest.id.as_str().into(), manifest, digest: digest.into(), origin, pre })
    }

    /// The component of this digest, where somebody has compiled it before.
    fn known(&self, digest: &str) -> Option<Component> {
        self.ahead.take(digest, || self.find(digest))
    }

    /// Looks for it in the program's own file, then in the cache.
    pub(super) fn find(&self, digest: &str) -> Option<Component> {
        let shipped = self.shipped.as_ref().and_then(|shipped| from_program(&self.engine, shipped, digest));
        shipped.or_else(|| from_cache(&self.engine, self.cache.as_ref()?, digest))
    }

    fn compile(&self, form: Form<'_>, digest: &str) -> Result<Component, LoadError> {
        let compiled = |error: wasmtime::Error| LoadError::Compile(format!("{error:#}"));
        let component = Component::new(&self.engine, form.bytes()).map_err(compiled)?;
        if let Some(uncached) = &self.uncached {
            uncached();
        }
        if let (Some(cache), Ok(native)) = (&self.cache, component.serialize()) {
            cache.put(&self.engine, digest, &native);
        }
        Ok(component)
    }

    /// The same in a process of its own, which may take no more memory and time than a plugin is worth.
    fn compile_apart(&self, program: &Path, form: Form<'_>, digest: &str) -> Result<Component, LoadError> {
        let native = compile_apart(program, form, self.compile_limit)?;
        if let Some(uncached) = &self.uncached {
            uncached();
        }
        if let Some(cache) = &self.cache {
            cache.keep(&self.engine, digest, &native);
            if let Some(component) = from_cache(&self.engine, cache, digest) {
                return Ok(component);
            }
        }
        load_native(&self.engine, &native).map_err(|error| LoadError::Compiler(format!("{error:#}")))
    }

    /// Keeps a plugin's native code for a file of another digest: one that differs in its custom sections only, of
    /// which native code knows nothing.
    pub fn keep_code_for(&self, plugin: &LoadedPlugin, digest: &str) {
        if let (Some(cache), Ok(native)) = (&self.cache, plugin.pre.instance_pre().component().serialize()) {
            cache.put(&self.engine, digest, &native);
        }
    }

    /// Names the first import that the linker does not have: clearer than what instantiation would say.
    fn check_imports(&self, component: &Component) -> Result<(), LoadError> {
        let unknown = component
            .component_type()
            .imports(&self.engine)
            .map(|(name, _)| name.to_owned())
            .find(|name| !(name.starts_with("keelmark:plugin/") || is_tolerated_wasi(name)));
        unknown.map_or(Ok(()), |name| Err(FormError::Import(name).into()))
    }
}

/// The cached native code of a component. Anything wrong with it means compiling again, never failing.
fn from_cache(engine: &Engine, cache: &Cache, digest: &str) -> Option<Component> {
    load_native(engine, &cache.get(engine, digest)?).ok()
}

/// Native code of a file that was compared with its hash: mapped where that is allowed, else copied.
#[expect(unsafe_code, reason = "wasmtime's only way to load native code")]
fn load_native(engine: &Engine, native: &WholeFile) -> wasmtime::Result<Component> {
    // SAFETY: `deserialize_file` trusts the bytes to come from `serialize` or `precompile_component`, and to stay what
    // they are while they are mapped. A `WholeFile` is one of two things. Either `Cache` wrote it into a directory that
    // only this user (or root) can write, on a path that is checked component by component; it never writes into a file
    // that has its name, but renames a new one over it. Or a child process, started from this program's own file, wrote
    // it into memory that has no name and is sealed against every change. Both were compared with the hash that was
    // stored with them. wasmtime itself refuses code of another version or configuration.
    let mapped = unsafe { Component::deserialize_file(engine, native.path()) };
    // SAFETY: the same bytes, copied.
    mapped.or_else(|_| unsafe { Component::deserialize(engine, native.read()?) })
}

/// The native code of a component that this program carries. Anything wrong with it means compiling, never failing.
#[expect(unsafe_code, reason = "wasmtime's only way to load native code")]
fn from_program(engine: &Engine, shipped: &ShippedCode, digest: &str) -> Option<Component> {
    let native = shipped.get(digest)?;
    // SAFETY: `deserialize` trusts its bytes to come from `serialize` or `precompile_component`. These were written by
    // `attach` into the file that this program was started from: who can write that can write the program itself.
    // `ShippedCode` has compared them with their hashes, and wasmtime refuses code of another version or configuration,
    // or for a processor that can do more than this one.
    unsafe { Component::deserialize(engine, native) }.ok()
}
