//! Audit rules for the engine's files, directories and sockets.

use super::audit_rule::audit_check;
use crate::daemon::{image_store, listeners};
use crate::files::place::Place;
use crate::needs;

audit_check! {
    UNAUDITED_RUN_CONTAINERD "unaudited-run-containerd" decides "host-audit-run-containerd",
    what: "/run/containerd",
    params: [],
    place: |_params| Place::Paths(&["/run/containerd"]),
    located: "The rule is for /run/containerd; where there is none, the recommendation does not apply.",
    harm: "Below it stand containerd's sockets and the state of every running container: whoever plants a socket \
           or edits a bundle there runs programs as root.",
    path: "/run/containerd",
    impact: "Some lines in the audit log for each container that starts or stops.",
}

audit_check! {
    UNAUDITED_DATA_ROOT "unaudited-data-root" decides "host-audit-var-lib-docker",
    what: "/var/lib/docker",
    params: [],
    place: |_params| Place::DataRoot,
    located: "The directory is the engine's data root (DockerRootDir of GET /info, without the part that user \
              namespaces add), /var/lib/docker unless it was moved; where there is none, the recommendation does \
              not apply. Where the engine keeps its images in containerd (driver-type in DriverStatus of GET \
              /info, the default of new installations since Engine 29), containerd's root needs a rule as well: \
              the root that its command line or its configuration names, else /var/lib/containerd.",
    needs: &[image_store::STORE, image_store::CONTAINERD, image_store::CONFIG, image_store::IMPORTS],
    harm: "It holds every image, volume and container: whoever writes there changes what runs, without the \
           engine.",
    path: "/var/lib/docker",
    impact: "Much in the audit log: the engine writes below it all the time. Watch with -p wa, and size the log's \
             rotation for it.",
}

audit_check! {
    UNAUDITED_ETC_DOCKER "unaudited-etc-docker" decides "host-audit-etc-docker",
    what: "/etc/docker",
    params: [],
    place: |_params| Place::Paths(&["/etc/docker"]),
    located: "The rule is for /etc/docker; where there is none, the recommendation does not apply.",
    harm: "It holds the daemon's configuration, its identity key and the certificates by which it trusts \
           registries.",
    path: "/etc/docker",
    impact: "Next to none: the file changes when somebody configures the engine.",
}

audit_check! {
    UNAUDITED_DOCKER_SERVICE "unaudited-docker-service" decides "host-audit-docker-service",
    what: "docker.service",
    params: [],
    place: |_params| Place::Unit("docker.service"),
    located: "docker.service is the file that systemd loaded (FragmentPath); where systemd cannot be asked, the \
              first in its unit directories. Where there is none, the recommendation does not apply.",
    harm: "The unit says which program runs as root and with which options: one line in it opens the API to the \
           network.",
    path: "/usr/lib/systemd/system/docker.service",
    impact: "Next to none: the file changes when somebody configures the engine.",
}

audit_check! {
    UNAUDITED_CONTAINERD_SOCK "unaudited-containerd-sock" decides "host-audit-containerd-sock",
    what: "containerd.sock",
    params: [],
    place: |_params| Place::ContainerdSocket,
    located: "The socket is the one that the daemon's option containerd names, else \
              /run/containerd/containerd.sock and /run/docker/containerd/containerd.sock; where there is none, \
              the recommendation does not apply.",
    needs: &[needs::info(&["Containerd.Address"])],
    harm: "Whoever may connect to this socket starts containers as root, past the engine and its authorization \
           plugins; widening its mode is all it takes.",
    path: "/run/containerd/containerd.sock",
    impact: "Next to none: connecting is not recorded, changing the socket's owner or mode is.",
}

audit_check! {
    UNAUDITED_DOCKER_SOCKET "unaudited-docker-socket" decides "host-audit-docker-socket",
    what: "docker.sock",
    params: [("file", "docker.sock")],
    place: |params| match params.get("file") {
        "docker.socket" => Place::Unit("docker.socket"),
        _ => Place::DockerSockets,
    },
    located: "The sockets are the unix:// ones among the daemon's hosts; fd:// means those of the \
              socket units that start docker.service, and no hosts at all /var/run/docker.sock. Editions that ask for the unit docker.socket bind it; it is looked at where \
              systemd loaded it. Where there is none, the recommendation does not apply.",
    needs: listeners::NEEDS,
    harm: "Whoever may connect to the engine's socket is root; a changed owner or mode lets others connect.",
    path: "/var/run/docker.sock",
    impact: "Next to none: connecting is not recorded, changing the socket's owner or mode is.",
}

audit_check! {
    UNAUDITED_VAR_RUN_DOCKER_SOCK "unaudited-var-run-docker-sock" decides "host-audit-var-run-docker-sock",
    what: "/var/run/docker.sock",
    params: [],
    place: |_params| Place::DockerSockets,
    located: "The sockets are the unix:// ones among the daemon's hosts; no hosts at all mean \
              /var/run/docker.sock. Where there is none, the recommendation does not apply.",
    needs: listeners::NEEDS,
    harm: "Whoever may connect to the engine's socket is root; a changed owner or mode lets others connect.",
    path: "/var/run/docker.sock",
    impact: "Next to none: connecting is not recorded, changing the socket's owner or mode is.",
}

audit_check! {
    UNAUDITED_DAEMON_JSON "unaudited-daemon-json" decides "host-audit-daemon-json",
    what: "daemon.json",
    params: [],
    place: |_params| Place::DaemonJson,
    located: "The file is the one that the running dockerd was given with --config-file, else \
              /etc/docker/daemon.json; where there is none, the recommendation does not apply.",
    harm: "daemon.json can open the API to the network, trust any registry or name a program to run as root.",
    path: "/etc/docker/daemon.json",
    impact: "Next to none: the file changes when somebody configures the engine.",
}

audit_check! {
    UNAUDITED_ETC_DEFAULT_DOCKER "unaudited-etc-default-docker" decides "host-audit-etc-default-docker",
    what: "/etc/default/docker",
    params: [],
    place: |_params| Place::Paths(&["/etc/default/docker"]),
    located: "The rule is for /etc/default/docker; where there is none, the recommendation does not apply.",
    harm: "Where the engine's start reads this file, a variable in it becomes an option of dockerd.",
    path: "/etc/default/docker",
    impact: "Next to none: the file changes when somebody configures the engine.",
}

audit_check! {
    UNAUDITED_CONTAINERD_CONFIG "unaudited-containerd-config" decides "host-audit-containerd-config-toml",
    what: "/etc/containerd/config.toml",
    params: [],
    place: |_params| Place::Paths(&["/etc/containerd/config.toml"]),
    located: "The rule is for /etc/containerd/config.toml; where there is none, the recommendation does not \
              apply.",
    harm: "It names the runtimes and plugins that containerd runs as root, and who may use its socket.",
    path: "/etc/containerd/config.toml",
    impact: "Next to none: the file changes when somebody configures the engine.",
}

audit_check! {
    UNAUDITED_ETC_SYSCONFIG_DOCKER "unaudited-etc-sysconfig-docker" decides "host-audit-etc-sysconfig-docker",
    what: "/etc/sysconfig/docker",
    params: [],
    place: |_params| Place::Paths(&["/etc/sysconfig/docker"]),
    located: "The rule is for /etc/sysconfig/docker; where there is none, the recommendation does not apply.",
    harm: "Where the engine's start reads this file, a variable in it becomes an option of dockerd.",
    path: "/etc/sysconfig/docker",
    impact: "Next to none: the file changes when somebody configures the engine.",
}
