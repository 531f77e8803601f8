//! What granting an operation means, in plain words: what an operator reads beside the author's own reasons.

use super::Capability;

/// One sentence for each operation that reads something of the host.
const RISKS: &[(&str, &str)] = &[
    ("exec", "runs this program as the user who runs keelmark (often root), with these words and no others"),
    ("fs.stat", "sees that these files exist, how large they are, who owns them and who can read them"),
    ("fs.read-text", "reads the content of these files, passwords in them included"),
    ("fs.list-dir", "sees the names of the files in these directories"),
    ("process.find", "sees the command lines of these processes, masked where keelmark knows a secret"),
    ("docker.version", "learns the engine's version"),
    ("docker.info", "learns how the engine is set up, names of its host and proxies included"),
    ("docker.list-containers", "learns which containers there are, from which images, and their labels"),
    ("docker.inspect-containers", "learns how containers are set up: mounts, networks, names of variables (no values)"),
    ("docker.container-processes", "sees the processes in containers with their command lines"),
    ("docker.inspect-execs", "sees which commands were started in containers with docker exec"),
    ("docker.list-images", "learns which images there are"),
    ("docker.inspect-images", "learns how images are set up: users, entry points, names of variables (no values)"),
    ("docker.image-history", "reads the build steps of images; secrets written into them are masked only where known"),
    ("docker.list-networks", "learns which networks there are, and their addresses"),
    (
        "docker.list-volumes",
        "learns which volumes there are, and which of the host's directories and shares they stand for",
    ),
    ("docker.swarm", "learns how the swarm is set up; its tokens and keys never cross"),
    ("docker.list-nodes", "learns the names, addresses and roles of the swarm's nodes"),
    ("docker.list-services", "learns which services the swarm runs, and how"),
    ("docker.list-secrets", "learns the names of the swarm's secrets; their values never cross"),
    ("host.facts", "learns the host's name, operating system and kernel"),
    ("host.now", "learns the time"),
    ("host.setting", "reads these settings of keelmark.toml"),
    ("report.emit", "reports verdicts"),
    ("report.progress", "says how far it is"),
    ("report.log", "writes log lines, which you see"),
];

/// What granting a capability means.
pub fn risk(capability: &Capability) -> &'static str {
    let op = capability.op();
    RISKS
        .iter()
        .find(|(known, _)| *known == op)
        .map_or("does something that keelmark has no words for", |(_, risk)| risk)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_has_its_sentence() {
        let written: BTreeSet<&str> = RISKS.iter().map(|(op, _)| *op).collect();
        assert_eq!(written.len(), RISKS.len());
        assert_eq!(written, super::super::capability::all_ops().into_iter().collect());
    }
}
