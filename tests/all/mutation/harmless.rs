//! What may stay as it is, and why. An entry that nothing needs any more fails the tests.

use std::collections::BTreeSet;

use keelmark_sdk::Status;

/// A verdict that does not follow a mutation, and is right not to.
pub struct Harmless {
    /// The check's slug; a `*` stands for anything.
    pub check: &'static str,
    /// The request's key, likewise.
    pub request: &'static str,
    /// The mutation, likewise.
    pub mutation: &'static str,
    /// What the verdict then is.
    pub leaves: Status,
    pub reason: &'static str,
}

/// Facts whose loss leaves a pass, a fail or a "not applicable".
pub const ABSENCES: &[Harmless] = &[
    Harmless {
        check: "insecure-registry",
        request: "docker info",
        mutation: "without RegistryConfig.IndexConfigs.docker.io.Mirrors",
        leaves: Status::Pass,
        reason: "the engine says its mirrors twice, and the other list is there",
    },
    Harmless {
        check: "insecure-registry",
        request: "docker info",
        mutation: "without RegistryConfig.Mirrors",
        leaves: Status::Pass,
        reason: "the engine says its mirrors twice, and the other list is there",
    },
    Harmless {
        check: "missing-user-namespaces",
        request: "docker info",
        mutation: "without BuildahVersion",
        leaves: Status::Fail,
        reason: "nothing else tells Podman, and root of a Docker Engine would be the host's",
    },
    Harmless {
        check: "unaudited-*",
        request: "exec auditctl -l",
        mutation: "error unavailable",
        leaves: Status::Fail,
        reason: "a host without auditctl records what its rule files say, and these hosts have none",
    },
    Harmless {
        check: "untrusted-docker-user",
        request: "exec getent group docker",
        mutation: "error unavailable",
        leaves: Status::Pass,
        reason: "a host without getent has no directory service behind its groups",
    },
    Harmless {
        check: "unchecked-container-health",
        request: "docker inspect-containers *",
        mutation: "without State.Health",
        leaves: Status::Fail,
        reason: "the engine leaves the field out where it is empty",
    },
    Harmless {
        check: "unchecked-container-health",
        request: "docker inspect-containers *",
        mutation: "State.Health of another type",
        leaves: Status::Fail,
        reason: "what is no object holds nothing that was granted, so the host tells nothing of it",
    },
    Harmless {
        check: "unchecked-container-health",
        request: "docker inspect-containers *",
        mutation: "without Config.Healthcheck*",
        leaves: Status::Fail,
        reason: "the engine leaves the field out where it is empty",
    },
    Harmless {
        check: "missing-image-healthcheck",
        request: "docker inspect-images *",
        mutation: "without Config.Healthcheck*",
        leaves: Status::Fail,
        reason: "the engine leaves the field out where it is empty",
    },
    Harmless {
        check: "secret-in-image",
        request: "docker inspect-images *",
        mutation: "without Config.*",
        leaves: Status::Pass,
        reason: "the engine leaves the field out where it is empty",
    },
    Harmless {
        check: "secret-in-service-environment",
        request: "docker list-services",
        mutation: "without *.Spec.TaskTemplate.ContainerSpec.Env",
        leaves: Status::Pass,
        reason: "the engine leaves the field out where it is empty",
    },
    Harmless {
        check: "exposed-host-device",
        request: "docker inspect-containers *",
        mutation: "without HostConfig.Device*",
        leaves: Status::Pass,
        reason: "engines from before the field existed are audited too, and have no such thing",
    },
    Harmless {
        check: "port-on-all-interfaces",
        request: "docker inspect-containers *",
        mutation: "without State.Restarting",
        leaves: Status::Pass,
        reason: "without the word that it is between two starts, the ports that are open decide",
    },
    Harmless {
        check: "unapproved-port",
        request: "docker inspect-containers *",
        mutation: "without State.Restarting",
        leaves: Status::Pass,
        reason: "without the word that it is between two starts, the ports that are open decide",
    },
    Harmless {
        check: "default-cpu-priority",
        request: "docker inspect-containers *",
        mutation: "without HostConfig.NanoCpus",
        leaves: Status::Fail,
        reason: "engines from before the field existed are audited too, and have no such thing",
    },
    Harmless {
        check: "sensitive-host-mount",
        request: "docker inspect-containers *",
        mutation: "without Mounts.*",
        leaves: Status::Pass,
        reason: "engines from before the field existed are audited too, and have no such thing",
    },
    Harmless {
        check: "sensitive-host-mount",
        request: "docker inspect-containers *",
        mutation: "without Mounts.*",
        leaves: Status::Fail,
        reason: "engines from before the field existed are audited too, and have no such thing",
    },
    Harmless {
        check: "*-mount",
        request: "docker list-volumes",
        mutation: "*.Options of another type",
        leaves: Status::Pass,
        reason: "options of which none says what to mount are those of a volume without any",
    },
    Harmless {
        check: "missing-registry-mirror",
        request: "docker info",
        mutation: "without RegistryConfig.Mirrors",
        leaves: Status::Fail,
        reason: "before Docker 1.9 the mirrors stood with the index, which says that there are none",
    },
    Harmless {
        check: "privileged-port",
        request: "docker list-services",
        mutation: "without *",
        leaves: Status::Pass,
        reason: "the engine leaves the field out where it is empty",
    },
    Harmless {
        check: "excessive-restarts",
        request: "docker list-services",
        mutation: "without *",
        leaves: Status::Fail,
        reason: "the engine leaves out what is its default, and that is to restart without end",
    },
];

/// The first entry that covers this.
pub fn find(list: &[Harmless], check: &str, request: &str, mutation: &str, leaves: Status) -> Option<usize> {
    list.iter().position(|entry| {
        entry.leaves == leaves
            && covers(entry.check, check)
            && covers(entry.request, request)
            && covers(entry.mutation, mutation)
    })
}

/// Whether `text` is like `pattern`, in which one `*` stands for anything.
pub fn covers(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((beginning, end)) => text.strip_prefix(beginning).is_some_and(|rest| rest.ends_with(end)),
        None => pattern == text,
    }
}

pub fn assert_all_used(list: &[Harmless], used: &BTreeSet<usize>) {
    let idle = list.iter().enumerate().filter(|(number, _)| !used.contains(number));
    let idle: Vec<String> =
        idle.map(|(_, entry)| format!("{} {}: {}", entry.check, entry.request, entry.reason)).collect();
    assert!(idle.is_empty(), "nothing needs these exceptions any more:\n{}", idle.join("\n"));
}

/// Checks that no single fact leads from the one verdict to the other: (check, from, to, why).
pub const ONE_WAY: &[(&str, &str, &str, &str)] = &[(
    "unneeded-swarm-mode",
    "pass",
    "fail",
    "a pass is a node outside any swarm, and one inside has a second fact to tell: what its manager runs",
)];
