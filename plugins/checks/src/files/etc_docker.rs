//! The directory /etc/docker, and what it holds.

use super::judge::file_checks;
use super::place::Place;

file_checks! {
    what: "/etc/docker",
    place: Place::Paths(&["/etc/docker"]),
    located: "The directory is /etc/docker.",
    harm: "Who can write into this directory replaces daemon.json, the engine's identity key and the certificates by \
           which registries are trusted, whoever owns those files.",
    path: "/etc/docker",
    default: "dockerd or its package creates the directory as root:root with mode 0755, newer ones with fewer bits.",
    references: ["https://docs.docker.com/engine/daemon/"],
    owner: ETC_DOCKER_FOREIGN_OWNER "etc-docker-foreign-owner" decides "file-etc-docker-ownership":
        "None for dockerd, which runs as root. Deployment tools that write there need root.";
    mode: ETC_DOCKER_WIDE_MODE "etc-docker-wide-mode" decides "file-etc-docker-permissions":
        0o755 "755",
        "None for dockerd, which runs as root. Deployment tools that wrote there through the group need root.";
}

file_checks! {
    what: "daemon.json",
    place: Place::DaemonJson,
    located: "The file is the one that the running dockerd was given with --config-file, else /etc/docker/daemon.json.",
    harm: "daemon.json can open the API to the network, trust any registry or run containers with a program of the \
           writer's choice as runtime: the engine obeys at its next start, as root.",
    path: "/etc/docker/daemon.json",
    default: "The file does not exist until somebody writes it; then it has the writer's umask, usually root:root \
              and 0644.",
    references: ["https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file"],
    owner: DAEMON_JSON_FOREIGN_OWNER "daemon-json-foreign-owner" decides "file-daemon-json-ownership":
        "None for dockerd, which runs as root. Tools that edit the file need root.";
    mode: DAEMON_JSON_WIDE_MODE "daemon-json-wide-mode" decides "file-daemon-json-permissions":
        0o644 "644", "None for dockerd, which runs as root. Tools that edited the file through its group need root.";
}
