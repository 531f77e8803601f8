//! Where images and layers lie: in the engine's data root, or, with containerd's image store, in containerd's.
//!
//! Engine 29 has that store by default; older ones where `features.containerd-snapshotter` asks for it. Volumes,
//! containers' logs and settings stay in the data root with either.

use keelmark_sdk::{Facts, HostError, Need, Object, Process};

use super::containerd_config::ContainerdConfig;
use super::effective::Setting;
use super::engine;
use crate::needs;

/// Which store it is, and which containerd.
pub const STORE: Need = needs::info(&["Driver", "DriverStatus", "Containerd.Address"]);
pub const CONTAINERD: Need = Need::new(
    "process.find",
    &["containerd"],
    "reads the command line of the containerd in which the engine keeps its images",
);
pub const CONFIG: Need = Need::new(
    "fs.read-text",
    &["/etc/containerd/**", "/**/containerd*.toml", "/**/containerd/*.toml"],
    "reads where containerd keeps the engine's images",
);
pub const IMPORTS: Need = Need::new(
    "fs.list-dir",
    &["/etc/containerd", "/etc/containerd/**"],
    "finds the files that containerd's configuration imports",
);

/// How `DriverStatus` names the store.
const DRIVER_TYPE: [&str; 2] = ["driver-type", "io.containerd.snapshotter.v1"];

const DEFAULT_CONFIG: &str = "/etc/containerd/config.toml";
const DEFAULT_ROOT: &str = "/var/lib/containerd";
const DEFAULT_ADDRESS: &str = "/run/containerd/containerd.sock";

/// More files than any configuration imports; they may import each other.
const MAX_FILES: usize = 64;

/// The directories of containerd's that hold the engine's images and layers; none with the engine's own store.
pub fn containerd_dirs(facts: &Facts) -> Result<Vec<Setting<String>>, HostError> {
    let info = facts.info()?;
    if !is_containerd(&info)? {
        return Ok(Vec::new());
    }
    let address = info.optional("Containerd?.Address", Object::str)?.filter(|address| !address.is_empty());
    let containerd = the_one_at(facts, &info, address)?;
    let named = |source: &str| format!("containerd image store, {source}");
    let mut dirs = vec![Setting { value: containerd.root.value, source: named(&containerd.root.source) }];
    let driver = info.str("Driver")?;
    for (plugin, path) in containerd.config.moved {
        let is_in_use =
            plugin == format!("io.containerd.snapshotter.v1.{driver}") || plugin == "io.containerd.content.v1.content";
        if is_in_use && !path.is_empty() {
            dirs.push(Setting { value: path, source: named(&format!("root_path of {plugin}")) });
        }
    }
    Ok(dirs)
}

fn is_containerd(info: &Object) -> Result<bool, HostError> {
    for pair in info.list("DriverStatus")? {
        let words: Option<Vec<&str>> = pair.as_array().and_then(|pair| pair.iter().map(|word| word.as_str()).collect());
        match words.as_deref() {
            Some(words) if words == DRIVER_TYPE => return Ok(true),
            Some([_, _]) => {}
            _ => return Err(HostError::failed("daemon: DriverStatus should be a list of pairs, but is not")),
        }
    }
    Ok(false)
}

/// A containerd that runs, and how it was told where its data goes.
struct Containerd {
    address: String,
    root: Setting<String>,
    config: ContainerdConfig,
}

/// The containerd that the engine speaks to. Several can run: the system's, and one that dockerd started itself.
fn the_one_at(facts: &Facts, info: &Object, address: Option<&str>) -> Result<Containerd, HostError> {
    let is_rootless = engine::has_security_option(info, "rootless")?;
    let (mut found, mut unreadable) = (Vec::new(), None);
    for process in facts.find_processes("containerd")? {
        // Anyone can start a process of that name.
        if (process.euid != 0) != is_rootless {
            continue;
        }
        match Containerd::of(facts, &process) {
            Ok(containerd) if address.is_none_or(|address| is_same(address, &containerd.address)) => {
                found.push(containerd);
            }
            Ok(_) => {}
            Err(error) => unreadable = Some(error),
        }
    }
    let (count, at) = (found.len(), address.map(|address| format!(" at {address}")).unwrap_or_default());
    match (found.pop(), unreadable) {
        // There is one at each address; without an address, it may as well be the one that cannot be told.
        (Some(containerd), None) if count == 1 => Ok(containerd),
        (Some(containerd), Some(_)) if count == 1 && address.is_some() => Ok(containerd),
        (_, Some(error)) => Err(error),
        (Some(_), None) => Err(HostError::failed(format!(
            "the engine keeps its images in containerd{at}, but {count} such processes run: which one it is cannot be told"
        ))),
        (None, None) => Err(HostError::failed(format!(
            "the engine keeps its images in containerd{at}, but no such process can be seen, so neither can its root"
        ))),
    }
}

/// /var/run is a link to /run.
fn is_same(one: &str, other: &str) -> bool {
    let plain = |address: &str| {
        let path = address.strip_prefix("unix://").unwrap_or(address);
        path.strip_prefix("/var/run/").map_or_else(|| path.to_owned(), |rest| format!("/run/{rest}"))
    };
    plain(one) == plain(other)
}

impl Containerd {
    fn of(facts: &Facts, process: &Process) -> Result<Self, HostError> {
        let option = |names: &[&str]| option(&process.argv, names);
        let (path, text) = match option(&["config", "c"]) {
            // It does not start without a file that it was told to read.
            Some(path) => (path.to_owned(), facts.read_text(path)?),
            None => (DEFAULT_CONFIG.to_owned(), facts.read_text_if_exists(DEFAULT_CONFIG)?.unwrap_or_default()),
        };
        let config = with_imports(facts, &path, &text)?;
        let told = || format!("command line of containerd (pid {})", process.pid);
        let root = match (option(&["root"]), config.root.clone().filter(|root| !root.is_empty())) {
            (Some(root), _) => Setting { value: root.to_owned(), source: told() },
            (None, Some(root)) => Setting { value: root, source: path },
            (None, None) => Setting { value: DEFAULT_ROOT.to_owned(), source: "default".to_owned() },
        };
        let address = option(&["address", "a"]).map(str::to_owned);
        let address = address.or_else(|| config.address.clone().filter(|address| !address.is_empty()));
        Ok(Self { address: address.unwrap_or_else(|| DEFAULT_ADDRESS.to_owned()), root, config })
    }
}

/// The last value of an option, in the spellings of Go: `--root X`, `-root X`, `--root=X`.
fn option<'a>(argv: &'a [String], names: &[&str]) -> Option<&'a str> {
    let mut words = argv.iter().skip(1).map(String::as_str);
    let mut value = None;
    while let Some(word) = words.next() {
        let Some(flag) = word.strip_prefix("--").or_else(|| word.strip_prefix('-')) else { continue };
        match flag.split_once('=') {
            Some((name, given)) if names.contains(&name) => value = Some(given),
            None if names.contains(&flag) => value = words.next(),
            _ => {}
        }
    }
    value
}

/// The configuration with what it imports, each file laid over those before it, as containerd does it.
fn with_imports(facts: &Facts, path: &str, text: &str) -> Result<ContainerdConfig, HostError> {
    let odd = |path: &str, problem: String| HostError::failed(format!("{path}: {problem}"));
    let mut config = ContainerdConfig::parse(text).map_err(|problem| odd(path, problem))?;
    let (mut seen, mut waiting) = (vec![path.to_owned()], imported(facts, path, &config.imports)?);
    while !waiting.is_empty() {
        let file = waiting.remove(0);
        if seen.contains(&file) {
            continue;
        }
        if seen.len() >= MAX_FILES {
            return Err(odd(path, format!("imports more than {MAX_FILES} files")));
        }
        let part = ContainerdConfig::parse(&facts.read_text(&file)?).map_err(|problem| odd(&file, problem))?;
        waiting.extend(imported(facts, &file, &part.imports)?);
        config.merge(part);
        seen.push(file);
    }
    Ok(config)
}

/// The files that `imports` names: paths, relative ones beside the file itself, or all of one kind in a directory.
fn imported(facts: &Facts, path: &str, imports: &[String]) -> Result<Vec<String>, HostError> {
    let mut files = Vec::new();
    for import in imports {
        let beside = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        let import = if import.starts_with('/') { import.clone() } else { format!("{beside}/{import}") };
        let (dir, name) = import.rsplit_once('/').unwrap_or(("", &import));
        if !import.contains(['*', '?', '[', '\\']) {
            files.push(import);
            continue;
        }
        // One star in the name is what everybody writes.
        let (Some((begin, end)), 1) = (name.split_once('*'), import.matches(['*', '?', '[', '\\']).count()) else {
            return Err(HostError::failed(format!(
                "{path} imports {import}, and which files these are cannot be told"
            )));
        };
        let is_meant =
            |name: &String| name.len() >= begin.len() + end.len() && name.starts_with(begin) && name.ends_with(end);
        let names = facts.list_dir_if_exists(dir)?.unwrap_or_default();
        files.extend(names.iter().filter(|name| is_meant(name)).map(|name| format!("{dir}/{name}")));
    }
    Ok(files)
}
