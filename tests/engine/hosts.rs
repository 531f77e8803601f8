//! The hosts that are built for the tests: `tests/fixtures/hosts/NAME/` tells how.
//!
//! | file | what |
//! |---|---|
//! | `before.sh` | files of the host, before the engine starts |
//! | `flags` | dockerd's command line |
//! | `after.sh` | images, containers and the swarm, once it answers |
//!
//! Both scripts run inside the host's namespaces, after `lib.sh`.

use std::path::PathBuf;

use crate::authorization::AuthorizationPlugin;
use crate::namespace::{Namespace, require};

/// Every host with a recording.
pub const RECORDED: [&str; 6] =
    ["default-install", "hardened", "worst-case", "no-containers", "hundred-containers", "swarm-manager"];

/// Docker 20.10 of Debian, as root, at its default paths.
pub struct DockerHost {
    namespace: Namespace,
    _authorization: Option<AuthorizationPlugin>,
    flags: String,
}

impl DockerHost {
    /// Builds the host `name` and waits until all of it runs.
    pub fn start(name: &str) -> Self {
        for program in ["dockerd", "containerd", "docker", "openssl"] {
            require(program);
        }
        let namespace = Namespace::new();
        namespace.sh(&format!("{}\n{}", read("lib.sh"), read(&format!("{name}/before.sh"))));
        let authorization = (name == "hardened")
            .then(|| AuthorizationPlugin::listen(&namespace.outside("/run/docker/plugins/fixture-authz.sock")));
        namespace.start("containerd", "/run/containerd.log");
        namespace.wait_for("test -S /run/containerd/containerd.sock", "/run/containerd.log");
        let flags = read(&format!("{name}/flags"));
        let host = Self { namespace, _authorization: authorization, flags };
        host.start_engine();
        host.namespace.sh(&format!("{}\n{}", read("lib.sh"), read(&format!("{name}/after.sh"))));
        host
    }

    /// Starts the engine, the first time or after [`Self::kill_engine`], and waits until it answers.
    pub fn start_engine(&self) {
        self.namespace.start(&format!("dockerd {}", self.flags.trim()), "/run/dockerd.log");
        self.namespace.wait_for("docker version", "/run/dockerd.log");
    }

    /// Ends the engine as the kernel ends one that takes too much memory: at once. Its containers run on. Nobody in the
    /// namespace collects what has ended, so it stays as a zombie.
    pub fn kill_engine(&self) {
        self.namespace.sh("pid=$(cat /var/run/docker.pid); kill -9 $pid
             while grep -q '^State:.*[RSD] ' /proc/$pid/status 2>/dev/null; do sleep 0.02; done
             rm /var/run/docker.pid");
    }

    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }
}

impl Drop for DockerHost {
    fn drop(&mut self) {
        stop(&self.namespace, "/var/run");
    }
}

/// Stops the dockerd whose socket and pid file are in `run`. The kernel ends processes and mounts anyway; only the
/// engine itself removes its control groups.
pub fn stop(namespace: &Namespace, run: &str) {
    let script = format!(
        "docker='docker --host unix://{run}/docker.sock'
        $docker ps -q | xargs -r $docker kill
        kill $(cat {run}/docker.pid)
        for i in $(seq 100); do test -e {run}/docker.pid || exit 0; sleep 0.1; done"
    );
    // Whether it worked or not, what is left ends with the namespaces.
    let _ = namespace.command("timeout").args(["15", "sh", "-c", &script]).output();
}

/// `tests/fixtures`
pub fn fixtures() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"))
}

fn read(file: &str) -> String {
    let path = fixtures().join("hosts").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
