use keelmark_sdk::{Check, Evidence, Facts, HostError, Object, Params, Verdict};

use super::engine::told;
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
              ::1/128), and every entry of IndexConfigs must have Secure true.",
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
    needs: &[needs::info(&["RegistryConfig.InsecureRegistryCIDRs", "RegistryConfig.IndexConfigs"])],
    params: &[],
    audit,
};

/// dockerd adds these itself, and no option takes them away.
const BUILT_IN: [&str; 2] = ["127.0.0.0/8", "::1/128"];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    let mut insecure = Vec::new();
    for network in info.strings("RegistryConfig.InsecureRegistryCIDRs")? {
        if !BUILT_IN.contains(&network) {
            insecure.push(told("RegistryConfig.InsecureRegistryCIDRs", network).expected("loopback only"));
        }
    }
    for (name, index) in info.map("RegistryConfig.IndexConfigs")? {
        if !Object::new(format!("registry {name}"), index.clone()).bool("Secure")? {
            insecure.push(told_of(name));
        }
    }
    Ok(match insecure.len() {
        0 => Verdict::pass([]),
        1 => Verdict::fail("one insecure registry is allowed", insecure),
        count => Verdict::fail(format!("{count} insecure registries are allowed"), insecure),
    })
}

fn told_of(registry: &str) -> Evidence {
    told(&format!("RegistryConfig.IndexConfigs[{registry}].Secure"), false).expected(true)
}
