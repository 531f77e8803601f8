//! Makes the recordings again: `cargo test -p keelmark-tests --test engine -- --ignored record`.
//!
//! Each host is built for real and recorded by the program that ships. The kernel has one set of audit rules for all,
//! namespaces or not: `hardened` loads its own while it is recorded, and puts the machine's back.

use std::path::PathBuf;
use std::process::Command;

use crate::hosts::{self, DockerHost};
use crate::namespace::succeed;
use crate::program;

/// Where a host's recording is.
pub fn path(name: &str) -> PathBuf {
    hosts::fixtures().join("recordings").join(format!("{name}.json"))
}

/// Records a host that runs.
pub fn record(host: &DockerHost, file: &std::path::Path) {
    let mut command = host.namespace().command_of_host(program::binary());
    program::arm(&mut command).arg("record").arg(file);
    succeed(&mut command);
}

/// The audit rules of the `hardened` host, loaded into the kernel for as long as this lives.
pub struct AuditRules;

impl AuditRules {
    pub fn load(host: &DockerHost) -> Self {
        let loaded = succeed(Command::new("auditctl").arg("-l"));
        assert_eq!(loaded.trim(), "No rules", "this machine has audit rules of its own: record on one without");
        succeed(host.namespace().command_of_host("auditctl").args(["-R", "/etc/audit/audit.rules"]));
        Self
    }
}

impl Drop for AuditRules {
    fn drop(&mut self) {
        let _ = Command::new("auditctl").arg("-D").output();
        let _ = Command::new("auditctl").args(["-e", "0"]).output();
    }
}

#[test]
#[ignore = "rewrites the committed recordings"]
fn record_all() {
    let only = std::env::var("KEELMARK_RECORD").ok();
    for name in hosts::RECORDED.into_iter().filter(|name| only.as_deref().is_none_or(|only| only == *name)) {
        let host = DockerHost::start(name);
        let _rules = (name == "hardened").then(|| AuditRules::load(&host));
        record(&host, &path(name));
    }
}

#[test]
fn no_secret_of_the_hosts_is_in_a_recording() {
    // A container's and a service's environment, an image's ENV, a swarm's secret, its join tokens.
    let secrets = ["hunter2", "not-the-real-one", "SWMTKN-"];
    for name in hosts::RECORDED {
        let text = std::fs::read_to_string(path(name)).expect("a recording");
        for secret in secrets {
            assert!(!text.contains(secret), "{name} holds {secret}");
        }
    }
}
