//! Builds the section plugins for WebAssembly and packs them for embedding.
//!
//! The plugin crates are built by the same cargo into a target directory of their own (the outer cargo holds the
//! lock of its own), turned into components, given their manifests, and compressed, one archive per edition.

#![expect(clippy::print_stdout, reason = "it is how a build script talks to cargo")]

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "../../contract/src/plugin/embed.rs"]
mod embed;
mod inner_cargo;
#[path = "../src/pack.rs"]
mod pack;

use inner_cargo::TARGET;
use pack::pack;
use sha2::{Digest as _, Sha256};

/// The custom section that holds a plugin's manifest; `host/contract/src/plugin/manifest.rs` reads it.
const MANIFEST_SECTION: &str = "keelmark:manifest";
/// zstd's level for the archives: dearer ones save nothing on code this alike.
const COMPRESSION: i32 = 12;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// One edition's folder below `plugins/`.
struct Edition {
    id: String,
    folder: PathBuf,
    sections: Vec<Section>,
}

/// One section's crate.
struct Section {
    package: String,
    folder: PathBuf,
}

impl Section {
    fn manifest(&self) -> PathBuf {
        self.folder.join("plugin.toml")
    }
}

fn main() {
    if let Err(error) = run() {
        println!("cargo::error={error}");
    }
}

fn run() -> Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build");
    for shared in ["../contract/src/plugin/embed.rs", "src/pack.rs"] {
        println!("cargo::rerun-if-changed={shared}");
    }
    for watched in ["Cargo.toml", "Cargo.lock", "wit", "sdk/rust/src", "sdk/rust/Cargo.toml", "plugins/checks"] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    let editions = find_editions(&root.join("plugins"))?;
    for edition in &editions {
        println!("cargo::rerun-if-changed={}", edition.folder.display());
    }
    require_target()?;
    let target = inner_cargo::target_directory(&out)?;
    let profile = if env::var("PROFILE")? == "release" { "plugin-release" } else { "plugin" };
    build_modules(&root, &target, profile, &editions)?;
    pack_catalog(&root.join("plugins/docs/catalog.json"), &out)?;
    let mut code = String::from("pub const EDITIONS: &[Edition] = &[\n");
    for edition in &editions {
        let components = components(edition, &target.join(TARGET).join(profile))?;
        let file = out.join(format!("{}.zst", edition.id));
        fs::write(&file, pack(&components, COMPRESSION)?)?;
        writeln!(
            code,
            "    Edition {{ benchmark: {:?}, about: include_str!({:?}), archive: include_bytes!({file:?}), plugins: &[",
            edition.id,
            edition.folder.join("edition.toml"),
        )?;
        for (section, component) in edition.sections.iter().zip(&components) {
            writeln!(
                code,
                "        Plugin {{ digest: \"{:x}\", manifest: include_str!({:?}), bytes: {} }},",
                Sha256::digest(component),
                section.manifest(),
                component.len(),
            )?;
        }
        code.push_str("    ] },\n");
    }
    code.push_str("];\n");
    fs::write(out.join("editions.rs"), code)?;
    Ok(())
}

/// The folders of `plugins/` that hold an `edition.toml`, with their section crates in order.
fn find_editions(plugins: &Path) -> Result<Vec<Edition>> {
    let mut editions = Vec::new();
    for folder in sorted_entries(plugins)?.into_iter().filter(|folder| folder.join("edition.toml").exists()) {
        let id = file_name(&folder);
        let mut sections = Vec::new();
        for folder in sorted_entries(&folder)?.into_iter().filter(|folder| folder.join("Cargo.toml").exists()) {
            let number = file_name(&folder).split('-').next().unwrap_or_default().to_owned();
            sections.push(Section { package: format!("{}-section-{number}", id.replace('.', "-")), folder });
        }
        editions.push(Edition { id, folder, sections });
    }
    Ok(editions)
}

fn require_target() -> Result<()> {
    let rustc = env::var("RUSTC")?;
    let sysroot = Command::new(rustc).args(["--print", "sysroot"]).output()?.stdout;
    let sysroot = PathBuf::from(String::from_utf8(sysroot)?.trim());
    if sysroot.join("lib/rustlib").join(TARGET).exists() {
        return Ok(());
    }
    Err(format!("the Rust target {TARGET} is not installed in {}: run `rustup target add {TARGET}`", sysroot.display())
        .into())
}

fn build_modules(root: &Path, target: &Path, profile: &str, editions: &[Edition]) -> Result<()> {
    let mut cargo = inner_cargo::build(root, profile, target)?;
    for section in editions.iter().flat_map(|edition| &edition.sections) {
        cargo.args(["-p", &section.package]);
    }
    inner_cargo::run(cargo, "the plugins")
}

/// The components of an edition, each with its manifest.
fn components(edition: &Edition, modules: &Path) -> Result<Vec<Vec<u8>>> {
    let component = |section: &Section| {
        let module = modules.join(format!("{}.wasm", section.package.replace('-', "_")));
        let module = fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))?;
        let mut component = wit_component::ComponentEncoder::default()
            .module(&module)
            .and_then(|encoder| encoder.encode())
            .map_err(|error| format!("{}: {error:#}", section.package))?;
        embed::append_custom_section(&mut component, MANIFEST_SECTION, &fs::read(section.manifest())?);
        Ok(component)
    };
    edition.sections.iter().map(component).collect()
}

/// What the plugins say that they audit, written down by `cargo xtask docs`. Before its first run there is none.
fn pack_catalog(file: &Path, out: &Path) -> Result<()> {
    println!("cargo::rerun-if-changed={}", file.display());
    let json = if file.exists() { fs::read(file)? } else { b"{\"checks\": {}, \"editions\": {}}".to_vec() };
    fs::write(out.join("catalog.json.zst"), zstd::encode_all(json.as_slice(), COMPRESSION)?)?;
    Ok(())
}

fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
