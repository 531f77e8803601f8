//! A real registry: Debian's docker-registry on a free port of the loopback, with storage that goes when it goes.
//!
//! Needs what `tests/setup.sh` installs, and fails, never skips, where it is missing.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The user of a private registry, and their password.
pub const USER: &str = "ann";
pub const PASSWORD: &str = "s3cret";
/// A line of htpasswd for both.
const HTPASSWD: &str = "ann:$2y$04$yk1rT9JDhL7kjANoyNVPX.ZX555WYSFsXgAqQ1Z5jAuJtBRSbMwe.\n";

/// A running registry.
pub struct Registry {
    child: Child,
    host: String,
    _folder: tempfile::TempDir,
}

impl Registry {
    /// One that lets everybody in.
    pub fn open() -> Self {
        Self::start("")
    }

    /// One that lets [`USER`] in.
    pub fn private() -> Self {
        Self::start("auth: {htpasswd: {realm: test, path: HTPASSWD}}\n")
    }

    fn start(auth: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(file("htpasswd"), HTPASSWD).unwrap();
        let config = format!(
            "version: 0.1\nlog: {{level: info}}\nstorage: {{filesystem: {{rootdirectory: {}}}, delete: {{enabled: true}}}}\n\
             http: {{addr: \"127.0.0.1:0\", secret: test}}\n{}",
            file("storage"),
            auth.replace("HTPASSWD", &file("htpasswd")),
        );
        std::fs::write(file("config.yml"), config).unwrap();
        let mut child = Command::new("docker-registry")
            .args(["serve", &file("config.yml")])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("docker-registry runs: sh tests/setup.sh installs it");
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut seen = Vec::new();
        let host = loop {
            let Some(line) = log.next() else { panic!("docker-registry ended: {seen:#?}") };
            let line = line.unwrap();
            if let Some((_, rest)) = line.split_once("listening on ") {
                break rest.split('"').next().unwrap().to_owned();
            }
            seen.push(line);
        };
        // A full pipe would stop it.
        std::thread::spawn(move || log.for_each(drop));
        Self { child, host, _folder: folder }
    }

    /// Its host and port.
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A docker config in `folder` that logs in to `host` with a password.
pub fn log_in(folder: &Path, host: &str, user: &str, password: &str) {
    // Docker's own form has both in base64; it reads this one as well.
    let config = format!(r#"{{"auths": {{"{host}": {{"username": "{user}", "password": "{password}"}}}}}}"#);
    std::fs::write(folder.join("config.json"), config).unwrap();
}
