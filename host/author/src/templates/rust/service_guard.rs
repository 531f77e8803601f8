//! The Docker service: who can change its unit file, and whether containers outlive a restart of the daemon.
//!
//! An example that asks for all three kinds of facts: a program's output, a file's metadata, the engine's own account.

use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

/// The check and all that a reader may ask about it. `needs` is what plugin.toml asks for.
pub static SERVICE_GUARD: Check = Check {
    slug: "service-guard",
    control: "service-guard",
    title: "The Docker service can be changed, or takes its containers down with it",
    means: "Only root can change the unit file of the Docker service, and live restore is on.",
    why: "Whoever can write the unit file chooses what root runs at the next start.",
    audited: "systemctl names the unit file; its owner and mode decide, and so does LiveRestoreEnabled of docker info.",
    fix: "chown root:root FILE && chmod 644 FILE; \"live-restore\": true in /etc/docker/daemon.json",
    impact: "None.",
    default: "The unit file is root's, with mode 0644. Live restore is off.",
    deviates: "",
    references: &["https://docs.docker.com/engine/daemon/live-restore/"],
    needs: &[
        Need::new("exec", &["systemctl", "show", "--property=FragmentPath", "docker.service"], "finds the unit file"),
        Need::new("fs.stat", &["/lib/systemd/system/docker.service"], "reads who may change it"),
        Need::new("docker.info", &["LiveRestoreEnabled"], "reads whether containers outlive a restart"),
    ],
    params: &[],
    audit,
};

/// Permission bits that let others than the owner write.
const OTHERS_WRITE: u32 = 0o022;

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    // With `?`, a fact that cannot be read becomes the verdict `error`, with the host's own words.
    let shown = facts.run("systemctl", &["show", "--property=FragmentPath", "docker.service"])?;
    if shown.code != Some(0) {
        return Err(HostError::failed(format!("systemctl show failed: {}", shown.stderr.trim())));
    }
    let path = shown.stdout.trim().strip_prefix("FragmentPath=").unwrap_or_default().to_owned();
    if path.is_empty() {
        return Ok(Verdict::not_applicable("the host has no docker.service"));
    }
    let file = facts.stat(&path)?;
    let is_guarded = file.uid == 0 && file.gid == 0 && file.mode & OTHERS_WRITE == 0;
    let is_restored = facts.info()?.bool("LiveRestoreEnabled")?;
    let evidence = [
        Evidence::new("unit docker.service", "FragmentPath", &path).source("systemctl show"),
        Evidence::new(format!("file {path}"), "owner and mode", format!("{} {:04o}", file.ownership(), file.mode))
            .expected("root:root, written by root alone"),
        Evidence::new("daemon", "LiveRestoreEnabled", is_restored).expected(true).source("docker info"),
    ];
    Ok(match is_guarded && is_restored {
        true => Verdict::pass(evidence)
            .message("only root can change docker.service, and containers outlive a restart of the daemon"),
        false => Verdict::fail("the Docker service is not guarded", evidence),
    })
}

/// Without Wasm, in milliseconds: `cargo test`. The recordings are those of `keelmark plugin test`.
#[cfg(test)]
mod tests {
    use keelmark_sdk::fake::FakeHost;
    use keelmark_sdk::{FieldPlan, Status};

    use super::*;

    fn status(recording: &str) -> Status {
        let host = FakeHost::from_recording(recording).unwrap();
        let facts = Facts::new(&host, FieldPlan::of([&SERVICE_GUARD]));
        audit(&facts, &Params::none()).unwrap().status()
    }

    #[test]
    fn a_guarded_service_passes_and_an_open_one_fails() {
        assert_eq!(status(include_str!("../tests/guarded.json")), Status::Pass);
        assert_eq!(status(include_str!("../tests/open.json")), Status::Fail);
    }
}
