//! Files with variables for the engine's start, as init scripts and old distribution packages use them.

use super::judge::file_checks;
use super::place::Place;

file_checks! {
    what: "/etc/default/docker",
    place: Place::Paths(&["/etc/default/docker"]),
    located: "The file is /etc/default/docker.",
    harm: "Where the engine is started by an init script or by a unit that names this file, its variables become \
           options and environment of dockerd: a line in it can open the API to the network at the next start.",
    path: "/etc/default/docker",
    default: "Debian's and Ubuntu's packages of that time installed the file as root:root with mode 0644.",
    references: ["https://docs.docker.com/engine/daemon/", "https://man7.org/linux/man-pages/man5/systemd.exec.5.html"],
    owner: ETC_DEFAULT_DOCKER_FOREIGN_OWNER "etc-default-docker-foreign-owner"
        decides "file-etc-default-docker-ownership":
        "None: init scripts and systemd read the file as root.";
    mode: ETC_DEFAULT_DOCKER_WIDE_MODE "etc-default-docker-wide-mode" decides "file-etc-default-docker-permissions":
        0o644 "644", "None: init scripts and systemd read the file as root.";
}

file_checks! {
    what: "/etc/sysconfig/docker",
    place: Place::Paths(&["/etc/sysconfig/docker"]),
    located: "The file is /etc/sysconfig/docker.",
    harm: "Where the unit names this file (EnvironmentFile=), its variables become options and environment of \
           dockerd: a line in it can open the API to the network at the next start.",
    path: "/etc/sysconfig/docker",
    default: "Fedora's and Red Hat's packages install the file as root:root with mode 0644; Docker's own have none.",
    references: ["https://docs.docker.com/engine/daemon/", "https://man7.org/linux/man-pages/man5/systemd.exec.5.html"],
    owner: ETC_SYSCONFIG_DOCKER_FOREIGN_OWNER "etc-sysconfig-docker-foreign-owner"
        decides "file-etc-sysconfig-docker-ownership":
        "None: init scripts and systemd read the file as root.";
    mode: ETC_SYSCONFIG_DOCKER_WIDE_MODE "etc-sysconfig-docker-wide-mode"
        decides "file-etc-sysconfig-docker-permissions":
        0o644 "644", "None: init scripts and systemd read the file as root.";
}

file_checks! {
    what: "the Docker environment file",
    place: Place::Paths(&["/etc/sysconfig/docker", "/etc/default/docker"]),
    located: "The files are /etc/sysconfig/docker (Red Hat) and /etc/default/docker (Debian); each that exists is \
              judged.",
    harm: "Its variables become options and environment of the engine: a line in it can open the API to the network \
           at the next start.",
    path: "/etc/sysconfig/docker /etc/default/docker    (whichever exists)",
    default: "Distribution packages install the file as root:root with mode 0644.",
    references: ["https://docs.docker.com/engine/daemon/", "https://man7.org/linux/man-pages/man5/systemd.exec.5.html"],
    owner: DOCKER_ENVIRONMENT_FOREIGN_OWNER "docker-environment-foreign-owner"
        decides "file-docker-environment-ownership":
        "None: init scripts and systemd read the file as root.";
    mode: DOCKER_ENVIRONMENT_WIDE_MODE "docker-environment-wide-mode" decides "file-docker-environment-permissions":
        0o644 "644", "None: init scripts and systemd read the file as root.";
}

file_checks! {
    what: "the docker-network environment file",
    place: Place::Paths(&["/etc/sysconfig/docker-network"]),
    located: "The file is /etc/sysconfig/docker-network.",
    harm: "Its DOCKER_NETWORK_OPTIONS become options of the engine: a line in it can put containers on another \
           bridge or open the API to the network at the next start.",
    path: "/etc/sysconfig/docker-network",
    default: "Red Hat's packages of that time installed the file as root:root with mode 0644.",
    references: ["https://docs.docker.com/engine/daemon/", "https://man7.org/linux/man-pages/man5/systemd.exec.5.html"],
    owner: DOCKER_NETWORK_ENVIRONMENT_FOREIGN_OWNER "docker-network-environment-foreign-owner"
        decides "file-docker-network-environment-ownership":
        "None: init scripts and systemd read the file as root.";
    mode: DOCKER_NETWORK_ENVIRONMENT_WIDE_MODE "docker-network-environment-wide-mode"
        decides "file-docker-network-environment-permissions":
        0o644 "644", "None: init scripts and systemd read the file as root.";
}

file_checks! {
    what: "the docker-registry environment file",
    place: Place::Paths(&["/etc/sysconfig/docker-registry"]),
    located: "The file is /etc/sysconfig/docker-registry.",
    harm: "Its variables say where the host's registry listens and keeps its images: a line in it can make it serve \
           others.",
    path: "/etc/sysconfig/docker-registry",
    default: "The docker-registry packages of that time installed the file as root:root with mode 0644.",
    references: ["https://docs.docker.com/engine/daemon/", "https://man7.org/linux/man-pages/man5/systemd.exec.5.html"],
    owner: DOCKER_REGISTRY_ENVIRONMENT_FOREIGN_OWNER "docker-registry-environment-foreign-owner"
        decides "file-docker-registry-environment-ownership":
        "None: init scripts and systemd read the file as root.";
    mode: DOCKER_REGISTRY_ENVIRONMENT_WIDE_MODE "docker-registry-environment-wide-mode"
        decides "file-docker-registry-environment-permissions":
        0o644 "644", "None: init scripts and systemd read the file as root.";
}

file_checks! {
    what: "the docker-storage environment file",
    place: Place::Paths(&["/etc/sysconfig/docker-storage"]),
    located: "The file is /etc/sysconfig/docker-storage.",
    harm: "Its DOCKER_STORAGE_OPTIONS become options of the engine: a line in it can move images and containers to a \
           disk of the writer's choice, or add any other option, at the next start.",
    path: "/etc/sysconfig/docker-storage",
    default: "Red Hat's packages of that time installed the file as root:root with mode 0644.",
    references: ["https://docs.docker.com/engine/daemon/", "https://man7.org/linux/man-pages/man5/systemd.exec.5.html"],
    owner: DOCKER_STORAGE_ENVIRONMENT_FOREIGN_OWNER "docker-storage-environment-foreign-owner"
        decides "file-docker-storage-environment-ownership":
        "None: init scripts and systemd read the file as root.";
    mode: DOCKER_STORAGE_ENVIRONMENT_WIDE_MODE "docker-storage-environment-wide-mode"
        decides "file-docker-storage-environment-permissions":
        0o644 "644", "None: init scripts and systemd read the file as root.";
}
