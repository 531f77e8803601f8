//! A dockerd of our own, with containers that need no registry.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::http::Client;
use crate::process::finish;

/// Where Debian's package busybox-static puts its one program.
const BUSYBOX: &str = "/bin/busybox";
/// What a machine lacks that cannot start the daemon.
const PACKAGES: &str = "apt-get install docker.io busybox-static";
/// How long the daemon may take to answer, or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A private dockerd: its own socket, data and containerd, gone when this is dropped.
pub struct Daemon {
    folder: tempfile::TempDir,
    process: Child,
}

impl Daemon {
    pub fn start() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("keelmark-bench-").tempdir()?;
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("daemon.json"), "{}")?;
        let log = File::create(path("dockerd.log"))?;
        let process = Command::new("dockerd")
            .arg("--host")
            .arg(format!("unix://{}", path("engine.sock").display()))
            .arg("--config-file")
            .arg(path("daemon.json"))
            .arg("--data-root")
            .arg(path("data"))
            .arg("--exec-root")
            .arg(path("exec"))
            .arg("--pidfile")
            .arg(path("pid"))
            // Neither is measured, and both would touch the machine's own network.
            .args(["--bridge=none", "--iptables=false"])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("failed to start dockerd, which must run as root: {PACKAGES}"))?;
        let mut daemon = Self { folder, process };
        let started = Instant::now();
        while !daemon.answers() {
            let ended = daemon.process.try_wait()?.is_some();
            if ended || started.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(daemon.folder.path().join("dockerd.log")).unwrap_or_default();
                let last: Vec<&str> = log.lines().rev().take(5).collect();
                bail!("dockerd does not answer; the end of its log, last line first:\n{}", last.join("\n"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(daemon)
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("engine.sock")
    }

    /// Makes `count` containers that would sleep. Gives their names.
    pub fn create_containers(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let root = self.folder.path().join("image");
        std::fs::create_dir_all(root.join("bin"))?;
        std::fs::copy(BUSYBOX, root.join("bin/busybox")).with_context(|| format!("no {BUSYBOX}: {PACKAGES}"))?;
        let archive = self.folder.path().join("image.tar");
        finish(Command::new("tar").arg("-C").arg(&root).arg("-cf").arg(&archive).arg("."))?;
        finish(self.docker().arg("import").arg(&archive).arg("bench:1"))?;
        let names: Vec<String> = (0..count).map(|number| format!("bench-{number}")).collect();
        for name in &names {
            // Killed at once when the daemon ends: a sleep as process 1 takes no notice of SIGTERM.
            let options = ["create", "--network=none", "--stop-signal=KILL", "--name", name];
            finish(self.docker().args(options).args(["bench:1", "/bin/busybox", "sleep", "86400"]))?;
        }
        Ok(names)
    }

    /// Starts them.
    pub fn start_containers(&self, names: &[String]) -> anyhow::Result<()> {
        finish(self.docker().arg("start").args(names)).map(drop)
    }

    fn docker(&self) -> Command {
        let mut docker = Command::new("docker");
        docker.arg("--host").arg(format!("unix://{}", self.socket().display()));
        // What the user's shell says about another engine is not meant for this one.
        docker.env_remove("DOCKER_HOST").env_remove("DOCKER_CONTEXT");
        docker
    }

    fn answers(&self) -> bool {
        Client::connect(&self.socket())
            .and_then(|mut client| client.get("/_ping"))
            .is_ok_and(|(status, _)| status == 200)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // SIGTERM, not SIGKILL: the daemon then ends its containers and its containerd, and unmounts what it mounted.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let started = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) && started.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let ours = mounts.lines().filter_map(|line| line.split(' ').nth(1));
        for mount in ours.filter(|mount| std::path::Path::new(mount).starts_with(self.folder.path())) {
            let _ = Command::new("umount").args(["--lazy", mount]).status();
        }
    }
}
