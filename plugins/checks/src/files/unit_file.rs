//! The systemd units of the engine.

use super::judge::file_checks;
use super::place::Place;

file_checks! {
    what: "docker.service",
    place: Place::Unit("docker.service"),
    located: "The file is the one that systemd loaded (FragmentPath); where systemd cannot be asked, the first in \
              its unit directories.",
    harm: "This one says which program systemd starts as root, and with which options: one line turns the next restart \
           into a root shell, or opens the API to the network.",
    path: "\"$(systemctl show --property=FragmentPath --value docker.service)\"",
    default: "Docker's packages install the unit as root:root with mode 0644.",
    references: [
        "https://docs.docker.com/engine/daemon/proxy/#systemd-unit-file",
        "https://man7.org/linux/man-pages/man5/systemd.unit.5.html",
    ],
    owner: DOCKER_SERVICE_FOREIGN_OWNER "docker-service-foreign-owner" decides "file-docker-service-ownership":
        "None: systemd reads units as root. Whoever edited the unit as another account has to use sudo.";
    mode: DOCKER_SERVICE_WIDE_MODE "docker-service-wide-mode" decides "file-docker-service-permissions":
        0o644 "644", "None: systemd reads units as root and does not execute them.";
}

file_checks! {
    what: "docker.socket",
    place: Place::Unit("docker.socket"),
    located: "The file is the one that systemd loaded (FragmentPath); where systemd cannot be asked, the first in \
              its unit directories.",
    harm: "This one says where the engine's API listens, and with which group and mode systemd creates its socket: an \
           edit can let every account on the host command the engine, which is as good as root.",
    path: "\"$(systemctl show --property=FragmentPath --value docker.socket)\"",
    default: "Docker's packages install the unit as root:root with mode 0644. Hosts without socket activation have \
              none.",
    references: [
        "https://docs.docker.com/reference/cli/dockerd/#daemon-socket-option",
        "https://man7.org/linux/man-pages/man5/systemd.socket.5.html",
    ],
    owner: DOCKER_SOCKET_UNIT_FOREIGN_OWNER "docker-socket-unit-foreign-owner"
        decides "file-docker-socket-unit-ownership":
        "None: systemd reads units as root. Whoever edited the unit as another account has to use sudo.";
    mode: DOCKER_SOCKET_UNIT_WIDE_MODE "docker-socket-unit-wide-mode" decides "file-docker-socket-unit-permissions":
        0o644 "644", "None: systemd reads units as root and does not execute them.";
}

file_checks! {
    what: "docker-registry.service",
    place: Place::Unit("docker-registry.service"),
    located: "The file is the one that systemd loaded (FragmentPath); where systemd cannot be asked, the first in \
              its unit directories.",
    harm: "This one says how the host's registry is started: an edit can make it serve other images, or run a \
           program as the registry's user at the next restart.",
    path: "\"$(systemctl show --property=FragmentPath --value docker-registry.service)\"",
    default: "Hosts have no such unit; the docker-registry packages of that time installed it as root:root with mode \
              0644.",
    references: ["https://man7.org/linux/man-pages/man5/systemd.unit.5.html"],
    owner: REGISTRY_SERVICE_FOREIGN_OWNER "registry-service-foreign-owner"
        decides "file-docker-registry-service-ownership":
        "None: systemd reads units as root. Whoever edited the unit as another account has to use sudo.";
    mode: REGISTRY_SERVICE_WIDE_MODE "registry-service-wide-mode" decides "file-docker-registry-service-permissions":
        0o644 "644", "None: systemd reads units as root and does not execute them.";
}
