//! The author's commands, with the real program, the real toolchain and the real sandbox, in projects outside the
//! checkout.

mod bench;
mod broken;
mod build;
mod dev;
mod new;
mod test;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::support::{cache_dir, root};

/// Where all projects are built: the crates they depend on are compiled once.
fn target_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("author")
}

/// The program, as an author without a Docker engine runs it. No network: the crates are this checkout's own.
fn keelmark(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keelmark-under-test"));
    command.env_clear().current_dir(folder);
    for name in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("KEELMARK_CACHE_DIR", cache_dir()).env("DOCKER_HOST", "unix:///nonexistent/docker.sock");
    command.env("KEELMARK_SDK_PATH", root().join("sdk/rust"));
    command.env("CARGO_TARGET_DIR", target_dir()).env("CARGO_NET_OFFLINE", "true").env("CARGO_TERM_COLOR", "never");
    command
}

/// What a run printed, and its exit code.
#[derive(Debug)]
struct Done {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Done {
    #[track_caller]
    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that standard error holds all of the parts.
    #[track_caller]
    fn says(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.stderr.contains(part), "{part:?} is not in:\n{}", self.stderr);
        }
    }

    /// Asserts that standard output holds all of the parts.
    #[track_caller]
    fn prints(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.stdout.contains(part), "{part:?} is not in:\n{}", self.stdout);
        }
    }
}

/// A plugin's project in a folder of its own.
struct Project {
    folder: tempfile::TempDir,
    name: String,
}

impl Project {
    /// As `keelmark plugin new` makes it. Names differ, since the projects share a target directory.
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Done::from(keelmark(folder.path()).args(["plugin", "new", name, "--lang", "rust"]).output().unwrap()).expect(0);
        let project = Self { folder, name: name.to_owned() };
        // Which versions the registry has today is not what is tested here.
        std::fs::copy(root().join("Cargo.lock"), project.join("Cargo.lock")).unwrap();
        project
    }

    /// A new project with the plugin of [`built`] in it, for what needs no build.
    fn prebuilt() -> Self {
        let (manifest, component) = built();
        let folder = tempfile::tempdir().unwrap();
        let project = Self { folder, name: "acme-prebuilt".into() };
        Done::from(
            keelmark(project.folder.path())
                .args(["plugin", "new", "acme-prebuilt", "--lang", "rust"])
                .output()
                .unwrap(),
        )
        .expect(0);
        std::fs::write(project.join("plugin.toml"), manifest).unwrap();
        std::fs::write(project.join("acme-prebuilt.wasm"), component).unwrap();
        project
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }

    fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Done {
        keelmark(&self.path()).arg("plugin").args(args).output().unwrap().into()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.join(name)).unwrap()
    }

    /// Replaces a text that stands in a file exactly once.
    #[track_caller]
    fn replace(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {name}");
        std::fs::write(self.join(name), text.replace(from, to)).unwrap();
    }
}

/// The plugin of the template, built once for all tests: its manifest and its component.
fn built() -> &'static (String, Vec<u8>) {
    static BUILT: OnceLock<(String, Vec<u8>)> = OnceLock::new();
    BUILT.get_or_init(|| {
        let project = Project::new("acme-prebuilt");
        project.run(&["build"]).expect(0);
        (project.read("plugin.toml"), std::fs::read(project.join("acme-prebuilt.wasm")).unwrap())
    })
}
