//! What the languages share: the program, where the toolchains are, and projects in folders of their own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use keelmark_sandbox::engine::Cache;

/// The root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Where tests/toolchains.sh installs what the languages need: beside what cargo builds.
pub fn toolchain(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = target.join("toolchains").join(name);
    assert!(folder.exists(), "{} is missing: `sh tests/toolchains.sh` installs it", folder.display());
    folder
}

/// Where native code is kept between runs: Python alone takes ten seconds to compile.
fn cache_dir() -> &'static Path {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("native");
        // A checkout that others can write is no place for native code.
        if Cache::open(&kept).is_ok() { kept } else { tempfile::tempdir().unwrap().keep() }
    })
}

/// A run of a program.
#[derive(Debug)]
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Done {
    /// Ends the test with all that was printed, unless the exit code is this one.
    #[track_caller]
    pub fn ended_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub fn says(&self, words: &str) {
        let said = format!("{}\n{}", self.stdout, self.stderr);
        // The report breaks lines where the page ends.
        let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "nothing says {words:?}:\n{said}");
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// A plugin's project in a folder of its own.
pub struct Project {
    folder: tempfile::TempDir,
    /// What stands before the system's folders on the PATH.
    programs: Vec<PathBuf>,
    /// What else the toolchain wants to know.
    variables: Vec<(&'static str, PathBuf)>,
}

impl Project {
    /// What `keelmark plugin new` makes.
    pub fn new(language: &str, programs: Vec<PathBuf>) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap(), programs, variables: Vec::new() };
        project.keelmark(&["plugin", "new", "acme", "--lang", language]).ended_with(0);
        project
    }

    /// A copy of an example of this repository, with the SDK it links to.
    pub fn example(name: &str, programs: Vec<PathBuf>) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap(), programs, variables: Vec::new() };
        copy(&root().join("plugins/examples").join(name), &project.path());
        project
    }

    /// The same with a variable in its environment, such as where a toolchain keeps what it has built before.
    pub fn with(mut self, name: &'static str, value: PathBuf) -> Self {
        self.variables.push((name, value));
        self
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("acme")
    }

    /// Runs keelmark: in the project's folder, or where there is none yet, in the one that it goes into.
    pub fn keelmark(&self, args: &[&str]) -> Done {
        self.run(Path::new(env!("CARGO_BIN_EXE_keelmark-under-test")), args)
    }

    /// Runs any program as its author would.
    pub fn run(&self, program: &Path, args: &[&str]) -> Done {
        let here = if self.path().exists() { self.path() } else { self.folder.path().to_owned() };
        let system = ["/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"].map(PathBuf::from);
        let path = std::env::join_paths(self.programs.iter().cloned().chain(system)).unwrap();
        let mut command = Command::new(program);
        command.current_dir(here).args(args).env_clear().env("PATH", path).env("HOME", self.folder.path());
        command.env("KEELMARK_CACHE_DIR", cache_dir()).env("KEELMARK_STORE_DIR", self.folder.path().join("store"));
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.env("DOCKER_HOST", "unix:///nonexistent/docker.sock");
        command.output().unwrap().into()
    }

    /// Replaces text in one of the files.
    #[track_caller]
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} does not hold {from:?}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.path().join(file), text).unwrap();
    }

    /// The built component's imports and size, for what a language promises about them.
    pub fn imports(&self, component: &str) -> Vec<String> {
        let bytes = fs::read(self.path().join(component)).unwrap();
        let decoded = wit_component::decode(&bytes).unwrap();
        let (resolve, world) = match decoded {
            wit_parser::decoding::DecodedWasm::Component(resolve, world) => (resolve, world),
            wit_parser::decoding::DecodedWasm::WitPackage(..) => panic!("a package, not a component"),
        };
        resolve.worlds[world].imports.keys().map(|key| resolve.name_world_key(key)).collect()
    }
}

/// The files below a folder, by their paths in it.
pub fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap();
            match path.is_dir() {
                true if name == "__pycache__" => {}
                true => left.push(path),
                false => drop(found.insert(path.strip_prefix(folder).unwrap().to_owned())),
            }
        }
    }
    found
}

/// Copies a folder; links become what they lead to, as in a project of its own.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let from = entry.unwrap().path();
        let name = from.file_name().unwrap().to_owned();
        if [".venv", "node_modules", "__pycache__", ".keelmark", "target"].iter().any(|built| name == *built) {
            continue;
        }
        match from.metadata().unwrap().is_dir() {
            true => copy(&from, &to.join(name)),
            false => drop(fs::copy(&from, to.join(name)).unwrap()),
        }
    }
}
