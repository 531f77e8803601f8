//! JavaScript and TypeScript: Node.js runs the SDK's build, which puts QuickJS and the project's modules into one
//! component.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Job, Tool, ToolchainError, find_program, read_output, run};
use crate::{Imports, Language, TemplateFile};

/// A file of the SDK, which every project has a copy of: what is built is what its author can read.
macro_rules! vendored {
    ($path:literal) => {
        TemplateFile::verbatim(
            concat!("vendor/keelmark-sdk/", $path),
            include_bytes!(concat!("../../../../sdk/js/", $path)),
        )
    };
}

/// A language's own files, and the SDK.
macro_rules! template {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            vendored!("build.mjs"),
            vendored!("package.json"),
            vendored!("src/component.js"),
            vendored!("src/current.js"),
            vendored!("src/docker.js"),
            vendored!("src/engine.js"),
            vendored!("src/errors.js"),
            vendored!("src/failure.js"),
            vendored!("src/files.js"),
            vendored!("src/host.js"),
            vendored!("src/index.js"),
            vendored!("src/object.js"),
            vendored!("src/questions.js"),
            vendored!("src/section.js"),
            vendored!("src/testing.js"),
            vendored!("src/verdict.js"),
            vendored!("types/component.d.ts"),
            vendored!("types/console.d.ts"),
            vendored!("types/docker.d.ts"),
            vendored!("types/files.d.ts"),
            vendored!("types/host.d.ts"),
            vendored!("types/index.d.ts"),
            vendored!("types/questions.d.ts"),
            vendored!("types/testing.d.ts"),
            vendored!("types/words.d.ts"),
            vendored!("types/world/plugin.d.ts"),
            vendored!("types/world/interfaces/keelmark-plugin-docker.d.ts"),
            vendored!("types/world/interfaces/keelmark-plugin-exec.d.ts"),
            vendored!("types/world/interfaces/keelmark-plugin-fs.d.ts"),
            vendored!("types/world/interfaces/keelmark-plugin-guest.d.ts"),
            vendored!("types/world/interfaces/keelmark-plugin-host.d.ts"),
            vendored!("types/world/interfaces/keelmark-plugin-process.d.ts"),
            vendored!("types/world/interfaces/keelmark-plugin-report.d.ts"),
            vendored!("types/world/interfaces/keelmark-plugin-types.d.ts"),
        ]
    };
}

/// JavaScript.
pub const JAVASCRIPT: Language = Language {
    name: "js",
    title: "JavaScript",
    imports: Imports::World,
    template: template![
        TemplateFile::filled("src/plugin.js", include_str!("../templates/js/plugin.js")),
        TemplateFile::filled("src/service_guard.js", include_str!("../templates/js/service_guard.js")),
        TemplateFile::verbatim("tests/checks.test.js", include_bytes!("../templates/js/checks.test.js")),
        TemplateFile::filled("package.json", include_str!("../templates/js/package.json.in")),
        TemplateFile::filled("package-lock.json", include_str!("../templates/js/package-lock.json.in")),
        TemplateFile::verbatim(".gitignore", include_bytes!("../templates/js/gitignore.in")),
        TemplateFile::filled("README.md", include_str!("../templates/js/README.md")),
    ],
    ignored: &["node_modules"],
    is_incremental: false,
    tools: &[NODE, PACKAGES],
    build: |job| build(job, "src/plugin.js"),
};

/// TypeScript.
pub const TYPESCRIPT: Language = Language {
    name: "ts",
    title: "TypeScript",
    template: template![
        TemplateFile::filled("src/plugin.ts", include_str!("../templates/ts/plugin.ts")),
        TemplateFile::filled("src/service_guard.ts", include_str!("../templates/ts/service_guard.ts")),
        TemplateFile::verbatim("tsconfig.json", include_bytes!("../templates/ts/tsconfig.json")),
        TemplateFile::filled("package.json", include_str!("../templates/ts/package.json.in")),
        TemplateFile::filled("package-lock.json", include_str!("../templates/ts/package-lock.json.in")),
        TemplateFile::verbatim(".gitignore", include_bytes!("../templates/ts/gitignore.in")),
        TemplateFile::filled("README.md", include_str!("../templates/ts/README.md")),
    ],
    build: |job| build(job, "src/plugin.ts"),
    ..JAVASCRIPT
};

const NODE: Tool = Tool {
    name: "Node.js",
    install: "apt-get install nodejs npm    # or https://nodejs.org: version 20 or newer",
    find: |_| find_program("node", &[]),
};

const PACKAGES: Tool = Tool {
    name: "the project's packages (componentize-qjs among them)",
    install: "npm install    # in the project's folder",
    find: |project| find_package(project, "componentize-qjs/package.json").and(find_package(project, BUILD)),
};

/// The SDK's build, as a package.
const BUILD: &str = "@keelmark/sdk/build.mjs";

/// A file of a package, found as Node.js does: in the nearest node_modules that has it.
fn find_package(project: &Path, file: &str) -> Option<PathBuf> {
    project.ancestors().map(|folder| folder.join("node_modules").join(file)).find(|path| path.is_file())
}

fn build(job: &Job, source: &str) -> Result<Vec<u8>, ToolchainError> {
    let root = &job.project.root;
    let node = NODE.require(root)?;
    let script = PACKAGES.require(root)?;
    let output = job.scratch.join("javascript.wasm");
    let mut command = Command::new(node);
    command.current_dir(root).arg(script).arg("--project").arg(root);
    command.arg("--source").arg(job.project.source.as_deref().unwrap_or(source));
    command.arg("--wit").arg(&job.wit).arg("--scratch").arg(&job.scratch).arg("--output").arg(&output);
    run("the build of @keelmark/sdk", &mut command)?;
    read_output(&output)
}
