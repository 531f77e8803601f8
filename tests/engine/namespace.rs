//! Namespaces of mounts, processes, network, names and IPC: a machine of its own for an engine, on this kernel.
//!
//! An engine in there uses its default paths, finds no other engine, and cannot touch the real host's files. Its
//! mounts and processes end with the namespaces, and those with the test, however it ends: the init process waits
//! for its standard input to close, and when it exits the kernel kills all that is left.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// What every host starts as: private copies of /etc and /run, empty engine directories, a name that stays the same.
const INIT: &str = r#"
set -eu
umask 022
# As systemd has it; the machine outside is another peer group and sees nothing of it.
mount --make-rshared /
hostname fixture
busybox ip link set lo up
mkdir -p /var/lib/docker /var/lib/containerd /var/lib/containers
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/etc && cp -a /etc/. /run/etc && mount --bind /run/etc /etc
rm -rf /etc/docker /etc/containerd /etc/containers/storage.conf /etc/keelmark
mount --bind "$1" /var/lib/docker
mount -t tmpfs -o mode=711 tmpfs /var/lib/containerd
mount -t tmpfs -o mode=700 tmpfs /var/lib/containers
echo ready
exec cat >/dev/null
"#;

pub struct Namespace {
    init: Child,
    /// Held open for as long as the namespaces live.
    stdin: Option<ChildStdin>,
    /// What becomes /var/lib/docker: a directory, because a file system of its own would pass for a partition.
    _data: tempfile::TempDir,
}

impl Namespace {
    pub fn new() -> Self {
        for program in ["unshare", "nsenter", "busybox", "hostname"] {
            require(program);
        }
        // An overlay's upper directory must not be on an overlay itself, which a container's /tmp may be.
        let data = tempfile::Builder::new().prefix("keelmark-engine-").tempdir_in("/var/tmp").expect("a data root");
        let mut init = Command::new("unshare")
            .args(["--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "--mount-proc", "--propagation", "private"])
            .args(["sh", "-c", INIT, "init"])
            .arg(data.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare starts");
        let stdin = init.stdin.take();
        let mut said = String::new();
        let stdout = init.stdout.take().expect("unshare's output");
        BufReader::new(stdout).read_line(&mut said).expect("a word from the namespace");
        assert_eq!(said, "ready\n", "no namespaces: these tests need root, with CAP_SYS_ADMIN over the machine");
        Self { init, stdin, _data: data }
    }

    /// A command that runs inside.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.enter(&["--pid"]);
        command.arg("--").arg(program);
        command
    }

    /// A command that runs inside and still counts as one of the machine's own processes, because the kernel tells
    /// about audit rules nobody in a process namespace. It sees the namespace's /proc all the same.
    pub fn command_of_host(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.enter(&[]);
        command.arg("--").arg(program);
        command
    }

    fn enter(&self, namespaces: &[&str]) -> Command {
        let mut command = Command::new("nsenter");
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LANG", "C").env("HOME", "/root");
        let of_init = format!("/proc/{}/ns", self.init.id());
        command.arg(format!("--target={}", self.init.id())).args(["--mount", "--net", "--uts", "--ipc"]);
        // unshare itself stays outside; it is its children that are in the new process namespace.
        command.args(namespaces.iter().map(|name| format!("{name}={of_init}/pid_for_children")));
        command.stdin(Stdio::null());
        command
    }

    /// Runs a shell script inside and returns what it printed.
    pub fn sh(&self, script: &str) -> String {
        let mut command = self.command("sh");
        command.args(["-euc", script]);
        let output = command.output().expect("nsenter runs");
        assert!(output.status.success(), "the script ended with {}:\n{}", output.status, text(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Where a path of the inside is found from the outside.
    pub fn outside(&self, path: &str) -> PathBuf {
        let root = format!("/proc/{}/root", self.init.id());
        Path::new(&root).join(path.trim_start_matches('/'))
    }

    /// Starts something that stays, its output in `log`.
    pub fn start(&self, command: &str, log: &str) {
        // The shell goes away at once and leaves its child to the namespace's init.
        self.sh(&format!("{command} >{log} 2>&1 </dev/null &"));
    }

    /// Waits until `script` succeeds.
    pub fn wait_for(&self, script: &str, log: &str) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let tried = self.command("sh").args(["-c", script]).output().expect("nsenter runs");
            if tried.status.success() {
                return;
            }
            let log = || std::fs::read_to_string(self.outside(log)).unwrap_or_default();
            assert!(Instant::now() < deadline, "gave up waiting for {script}: {}\nlog:\n{}", text(&tried), log());
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        self.stdin.take();
        // Children first, so that the data root is not in use when it is removed.
        let _ = self.init.wait();
    }
}

/// Runs a command that must succeed; returns its output.
pub fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?} failed, {}: {}", output.status, text(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Fails, with the way out, where a program is missing.
pub fn require(program: &str) {
    let found = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].iter().any(|dir| Path::new(dir).join(program).exists());
    assert!(
        found,
        "{program} is missing: run `sudo tests/setup.sh`, or apt-get install docker.io busybox-static auditd podman openssl"
    );
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
