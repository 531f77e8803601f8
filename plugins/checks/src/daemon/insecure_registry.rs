use keelmark_sdk::{Check, Facts, HostError, Object, Params, Verdict};

use super::engine::{is_podman, one_line, told};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "insecure-registry",
    control: "daemon-no-insecure-registries",
    title: "Registry is used without verified TLS",
    means: "dockerd speaks to every registry over TLS and verifies its certificate.",
    why: "With an insecure registry anyone on the path can read credentials, and answer a pull with an image of their \
          own choosing: the tag is resolved over the same unprotected connection, and the host runs what it got.",
    audited: "The engine's RegistryConfig in docker info, which merges the command line and daemon.json: \
              InsecureRegistryCIDRs may hold nothing but the loopback networks that are built in (127.0.0.0/8, \
              ::1/128), every entry of IndexConfigs must have Secure true, and no mirror an http:// address on another \
              machine: through it, the images of Docker Hub come unprotected.",
    fix: "Give the registry a certificate. If its authority is your own, install it for this registry only:\n\
          \n\
          /etc/docker/certs.d/registry.example:5000/ca.crt\n\
          \n\
          Then take the registry out of \"insecure-registries\" in /etc/docker/daemon.json and out of every \
          --insecure-registry on dockerd's command line, and reload Docker:\n\
          \n\
          systemctl reload docker",
    impact: "Pulls from and pushes to a registry without a valid certificate fail until it has one.",
    default: "Only registries on the loopback networks are treated as insecure.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/dockerd/#insecure-registries",
        "https://docs.docker.com/engine/security/certificates/",
    ],
    needs: &[needs::info(&[
        "RegistryConfig.InsecureRegistryCIDRs",
        "RegistryConfig.IndexConfigs",
        "RegistryConfig.Mirrors",
        "BuildahVersion",
    ])],
    params: &[],
    audit,
};

/// dockerd adds these itself, and no option takes them away.
const BUILT_IN: [&str; 2] = ["127.0.0.0/8", "::1/128"];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    let (mut insecure, mut fine) = (Vec::new(), Vec::new());
    let networks = info.strings("RegistryConfig.InsecureRegistryCIDRs")?;
    for network in &networks {
        if !BUILT_IN.contains(network) {
            insecure.push(told("RegistryConfig.InsecureRegistryCIDRs", network).expected("loopback only"));
        }
    }
    fine.push(told("RegistryConfig.InsecureRegistryCIDRs", one_line(&networks)).expected("loopback only"));
    let indexes = info.map("RegistryConfig.IndexConfigs")?;
    let mut mirrors = info.optional("RegistryConfig.Mirrors", Object::strings)?.unwrap_or_default();
    let indexes: Vec<Object> =
        indexes.iter().map(|(name, index)| Object::new(format!("registry {name}"), index.clone())).collect();
    for index in &indexes {
        let is_secure = index.bool("Secure")?;
        let name = index.subject.trim_start_matches("registry ");
        let evidence = told(&format!("RegistryConfig.IndexConfigs[{name}].Secure"), is_secure).expected(true);
        if is_secure {
            fine.push(evidence)
        } else {
            insecure.push(evidence)
        }
        mirrors.extend(index.optional("Mirrors", Object::strings)?.unwrap_or_default());
    }
    mirrors.sort_unstable();
    mirrors.dedup();
    // What is pulled through a mirror comes by the mirror's scheme, whatever is said of the registry behind it.
    let is_plain = |mirror: &&str| mirror.strip_prefix("http://").is_some_and(|rest| !is_loopback(rest));
    let plain = mirrors.into_iter().filter(is_plain);
    insecure.extend(plain.map(|mirror| told("RegistryConfig.Mirrors", mirror).expected("https://")));
    if indexes.is_empty() && insecure.is_empty() {
        // Docker always tells of docker.io.
        let message = "the engine tells of no registry: look for insecure ones in its registries.conf";
        return match is_podman(&info) {
            true => Ok(Verdict::manual(message, fine)),
            false => Err(HostError::failed("daemon: RegistryConfig.IndexConfigs tells of no registry")),
        };
    }
    Ok(match insecure.len() {
        0 => Verdict::pass(fine),
        1 => Verdict::fail("one insecure registry is allowed", insecure),
        count => Verdict::fail(format!("{count} insecure registries are allowed"), insecure),
    })
}

/// Whether an address behind its scheme ("localhost:5000/") ends on this host.
fn is_loopback(rest: &str) -> bool {
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}
