//! `cargo xtask bindings`: what the SDKs in C and Go generate from the contract in `wit/`, and in all languages the
//! functions that ask the engine, from the table of operations.
//!
//! The generators are libraries here, so that everybody gets the same bindings from the same lock file, without the
//! languages' own toolchains. What Python and JavaScript generate needs theirs, and is described in their SDKs.

mod c;
mod go;
mod javascript;
mod python;
mod questions;
mod rust;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use wit_bindgen_core::wit_parser::{Resolve, WorldId};
use wit_bindgen_core::{Files, WorldGenerator};

use crate::tree::Generated;

/// Generated files of one language, and the folder that holds nothing else; none where they stand beside others.
pub struct Bindings {
    pub folder: Option<PathBuf>,
    pub files: Vec<Generated>,
}

/// The Go module of the SDK, and where its bindings are inside it.
const GO_MODULE: &str = "github.com/keelmark/keelmark/sdk/go";
const GO_BINDINGS: &str = "internal/bindings";

/// What the Go bindings import, and what of the SDK takes its place. The upstream package would be the SDK's only
/// dependency; with our own, a plugin builds without any module proxy.
const GO_IMPORTS: &[(&str, &str)] = &[
    ("\"go.bytecodealliance.org/pkg/wit/types\"", "internal/wit/types"),
    ("\"go.bytecodealliance.org/pkg/wit/runtime\"", "internal/wit/runtime"),
    ("\"BINDINGS/exports/export_keelmark_plugin_guest\"", "internal/guest"),
];

/// How every imported function begins. While the host answers, Go's collector has to keep still: see the package
/// internal/wit/runtime.
const GO_CALL: &str = "defer pinner.Unpin()";

/// The bindings of every language that is generated here.
pub fn generate(root: &Path) -> anyhow::Result<Vec<Bindings>> {
    let rows = questions::rows(&contract(&root.join("wit"))?.0)?;
    let questions = [
        rust::generate(root, &rows)?,
        python::generate(root, &rows)?,
        javascript::generate(root, &rows)?,
        go::generate(root, &rows)?,
        c::generate(root, &rows)?,
    ];
    let mut all = vec![c_bindings(root)?, go_bindings(root)?];
    all.push(Bindings { folder: None, files: questions.into_iter().flatten().collect() });
    Ok(all)
}

/// `sdk/c/bindings/plugin.{h,c}`. The object file with the world's type is left out: `keelmark plugin build` embeds
/// the same bytes, and a binary file is nobody's to review.
fn c_bindings(root: &Path) -> anyhow::Result<Bindings> {
    let options = wit_bindgen_c::Opts { no_object_file: true, ..Default::default() };
    let folder = root.join("sdk/c/bindings");
    let files = run(root, options.build())?;
    let files = files.into_iter().map(|(name, text)| (folder.join(name), tidy(&text))).collect();
    Ok(Bindings { folder: Some(folder), files })
}

/// `sdk/go/internal/bindings/`: a package per interface, and the exported functions.
fn go_bindings(root: &Path) -> anyhow::Result<Bindings> {
    let package = format!("{GO_MODULE}/{GO_BINDINGS}");
    let options = wit_bindgen_go::Opts {
        // gofmt would make the output depend on whether, and which, Go is installed.
        format: wit_bindgen_go::Format::False,
        pkg_name: Some(package.clone()),
        quiet: true,
        ..Default::default()
    };
    let folder = root.join("sdk/go").join(GO_BINDINGS);
    let mut files = Vec::new();
    for (name, mut text) in run(root, options.build())? {
        for (upstream, ours) in GO_IMPORTS {
            let upstream = upstream.replace("BINDINGS", &package);
            text = text.replace(&upstream, &format!("\"{GO_MODULE}/{ours}\""));
        }
        let text = text.replace(GO_CALL, &format!("{GO_CALL}\nwitRuntime.Pause()\ndefer witRuntime.Resume()"));
        anyhow::ensure!(!text.contains("go.bytecodealliance.org"), "{name} imports a package that the SDK has not");
        let text = if name.ends_with(".go") { indent(&alias_guest(&text)) } else { tidy(&text) };
        files.push((folder.join(name), text));
    }
    Ok(Bindings { folder: Some(folder), files })
}

/// The package of the exported functions has a plainer name in the SDK than the one that the bindings call it by.
fn alias_guest(text: &str) -> String {
    let import = format!("\"{GO_MODULE}/internal/guest\"");
    text.replace(&import, &format!("export_keelmark_plugin_guest {import}"))
}

/// What a generator writes for the world `plugin`: names and texts.
fn run(root: &Path, mut generator: Box<dyn WorldGenerator>) -> anyhow::Result<Vec<(String, String)>> {
    let (mut resolve, world) = contract(&root.join("wit"))?;
    let mut files = Files::default();
    generator.generate(&mut resolve, world, &mut files)?;
    files
        .iter()
        .map(|(name, bytes)| {
            let text = std::str::from_utf8(bytes).with_context(|| format!("{name} is not text"))?;
            Ok((name.to_owned(), text.to_owned()))
        })
        .collect()
}

fn contract(folder: &Path) -> anyhow::Result<(Resolve, WorldId)> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(folder)?;
    let world = resolve.select_world(&[package], Some("plugin"))?;
    Ok((resolve, world))
}

/// Without spaces at the ends of lines, and with one line break at the end of the file.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}

/// Go indented by its brackets: not all that gofmt does, but enough to read.
fn indent(text: &str) -> String {
    let mut depth = 0_usize;
    let mut indented = String::new();
    for line in text.lines().map(str::trim) {
        let code = line.split("//").next().unwrap_or_default();
        let closing = code.chars().take_while(|character| matches!(character, '}' | ')')).count();
        let is_case = code.starts_with("case ") || code.starts_with("default:");
        let tabs = depth.saturating_sub(closing + usize::from(is_case));
        // An empty line below another one, or below an opening bracket, separates nothing.
        let is_idle = line.is_empty() && (indented.ends_with("\n\n") || indented.ends_with("{\n"));
        if !is_idle {
            indented.push_str(&"\t".repeat(if line.is_empty() { 0 } else { tabs }));
            indented.push_str(line);
            indented.push('\n');
        }
        depth = (depth + code.matches(['{', '(']).count()).saturating_sub(code.matches(['}', ')']).count());
    }
    tidy(&indented)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_is_indented_by_its_brackets() {
        let text = "func f() {\nif a(b(\n1)) { // {\n\n\n\ncall()  \n}\nswitch x {\ncase 1:\ng()\n}\n}\n\n\n\n// end";
        let expected = "func f() {\n\tif a(b(\n\t\t\t1)) { // {\n\t\tcall()\n\t}\n\tswitch x {\n\tcase 1:\n\t\tg()\n\t}\n}\n\n// end\n";
        assert_eq!(indent(text), expected);
    }

    #[test]
    fn the_bindings_know_every_function_of_the_contract() {
        let all = generate(&crate::tree::root()).unwrap();
        let text = |name: &str| {
            let mut files = all.iter().flat_map(|bindings| &bindings.files);
            files.find(|(path, _)| path.ends_with(name)).unwrap().1.clone()
        };
        assert!(text("sdk/c/bindings/plugin.h").contains("keelmark_plugin_docker_inspect_containers"));
        assert!(text("sdk/c/bindings/plugin.c").contains("exports_keelmark_plugin_guest_audit"));
        assert!(text("keelmark_plugin_fs/wit_bindings.go").contains("func ReadText("));
        assert!(text("wit_exports.go").contains("keelmark:plugin/guest@0.1.0#describe"));
        let docker = text("keelmark_plugin_docker/wit_bindings.go");
        let contract = std::fs::read_to_string(crate::tree::root().join("wit/docker.wit")).unwrap();
        let functions = contract.matches(": func(").count();
        let calls = docker.matches("\n\twasm_import_").count();
        assert_eq!((calls, docker.matches("witRuntime.Pause()").count()), (functions, functions));
    }
}
