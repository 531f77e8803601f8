use keelmark_sdk::{Check, Evidence, Facts, HostError, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "development-host",
    control: "host-no-development-tools",
    title: "The engine runs on a system made for development",
    means: "In production the engine runs on a system made for it, and is not set up by tools for a developer's desk.",
    why: "Boot2Docker, Docker Desktop and their like trade safety for ease: known passwords, an API on the network, \
          shared home directories, no updates. What holds on a laptop behind a firewall is an open door on a \
          server.",
    audited: "OperatingSystem of GET /info: one that is made for development (Boot2Docker, Docker Desktop, Docker \
              for Mac or Windows, Rancher Desktop, minikube's Buildroot) fails. Of any other a person must judge \
              whether development tools set it up or are left on it: no fact tells a tool that is needed from one \
              that was forgotten.",
    fix: "Install a server distribution and the engine from its packages, and move the containers there:\n\
          \n\
          https://docs.docker.com/engine/install/\n\
          \n\
          Remove what only development needs: apt-get purge docker-machine docker-compose gcc gdb",
    impact: "Containers move to another host. Workflows that relied on the removed tools need a build host.",
    default: "Server packages bring no development tools.",
    deviates: "",
    references: &["https://docs.docker.com/engine/install/", "https://github.com/boot2docker/boot2docker#readme"],
    needs: &[needs::info(&["OperatingSystem"])],
    params: &[],
    audit,
};

const FOR_DEVELOPMENT: &[&str] =
    &["boot2docker", "docker desktop", "docker for mac", "docker for windows", "rancher desktop", "buildroot"];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    let system = info.str("OperatingSystem")?;
    if system.is_empty() {
        return Err(HostError::failed("daemon: the engine does not name its operating system"));
    }
    let evidence = Evidence::new("daemon", "OperatingSystem", system).source("docker info");
    let name = system.to_lowercase();
    Ok(if FOR_DEVELOPMENT.iter().any(|known| name.contains(known)) {
        let message = "the engine's operating system is made for development";
        Verdict::fail(message, [evidence.expected("a system made for servers")])
    } else {
        Verdict::manual("judge whether development tools set up this engine or are left on its host", [evidence])
    })
}
