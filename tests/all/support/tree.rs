//! A recorded host's files, put on a disk again: what `--host-root` is given.

use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Directories that are links on every merged-/usr system.
const LINKS: [(&str, &str); 2] = [("/var/run", "/run"), ("/lib", "/usr/lib")];

/// The files, below a folder that goes when this goes.
pub struct Tree {
    folder: tempfile::TempDir,
}

impl Tree {
    pub fn of(recording: &Value) -> Self {
        let tree = Self { folder: tempfile::tempdir().unwrap() };
        for (link, target) in LINKS {
            tree.write(&format!("{target}/.keep"), "");
            std::fs::create_dir_all(tree.path(link).parent().unwrap()).unwrap();
            symlink(target, tree.path(link)).unwrap();
        }
        let answers = recording["answers"].as_object().unwrap();
        let of = |op: &'static str| {
            let of_op = move |(key, value): (&'_ String, &'_ Value)| {
                Some((key.strip_prefix(op)?.to_owned(), value.get("ok")?.clone()))
            };
            answers.iter().filter_map(of_op)
        };
        for (path, text) in of("read ").filter(|(_, text)| text.is_string()) {
            tree.write(&path, text.as_str().unwrap());
        }
        let stats: Vec<(String, Value)> = of("stat ").filter(|(path, _)| path != "/").collect();
        stats.iter().for_each(|(path, stat)| tree.make(path, stat));
        // Owners and modes last, since a directory may lose its write permission.
        stats.iter().rev().for_each(|(path, stat)| tree.own(path, stat));
        tree.process(1, "init", &["/sbin/init"]);
        for process in answers["process dockerd"]["ok"].as_array().unwrap() {
            let argv: Vec<&str> = process["argv"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            tree.process(812, "dockerd", &argv);
        }
        tree
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Where a path of the host is.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path.trim_start_matches('/'))
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Takes away whatever is there.
    pub fn remove(&self, path: &str) {
        let path = self.path(path);
        let is_dir = path.symlink_metadata().is_ok_and(|found| found.is_dir());
        let removed = if is_dir { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
        removed.unwrap();
    }

    /// A process as /proc shows it.
    pub fn process(&self, pid: u32, name: &str, argv: &[&str]) {
        self.write(&format!("/proc/{pid}/comm"), format!("{name}\n"));
        self.write(&format!("/proc/{pid}/cmdline"), argv.iter().map(|word| format!("{word}\0")).collect::<String>());
        let status = format!("Name:\t{name}\nState:\tS (sleeping)\nUid:\t0\t0\t0\t0\nNSpid:\t{pid}\n");
        self.write(&format!("/proc/{pid}/status"), status);
    }

    fn make(&self, path: &str, stat: &Value) {
        let place = self.path(path);
        if place.symlink_metadata().is_ok() {
            return;
        }
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        if let Some(resolved) = stat["resolved"].as_str() {
            return if !LINKS.iter().any(|(link, _)| path.starts_with(link)) {
                symlink(resolved, place).unwrap();
            } else {
                self.make(resolved, &serde_json::json!({ "kind": stat["kind"], "size": stat["size"] }));
            };
        }
        match stat["kind"].as_str().unwrap() {
            "directory" => std::fs::create_dir(place).unwrap(),
            "socket" => drop(UnixListener::bind(place).unwrap()),
            _ => std::fs::File::create(place).unwrap().set_len(stat["size"].as_u64().unwrap()).unwrap(),
        }
    }

    fn own(&self, path: &str, stat: &Value) {
        let place = self.path(stat["resolved"].as_str().unwrap_or(path));
        let mode = u32::from_str_radix(stat["mode"].as_str().unwrap(), 8).unwrap();
        let id = |key: &str| u32::try_from(stat[key].as_u64().unwrap()).ok();
        // Only root can give files away; for others the files are their own, on the sound host and the broken one.
        if chown(&place, id("uid"), id("gid")).is_ok() || !place.is_symlink() {
            let _ = std::fs::set_permissions(&place, PermissionsExt::from_mode(mode));
        }
    }
}
