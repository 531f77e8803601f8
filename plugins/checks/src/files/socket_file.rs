//! The sockets of the engine and of containerd.

use super::judge::{file_checks, mode_check, owner_check};
use super::place::Place;
use crate::daemon::listeners;
use crate::needs;

owner_check! {
    DOCKER_SOCK_FOREIGN_OWNER "docker-sock-foreign-owner" decides "file-docker-sock-ownership":
        Docker "root:docker" " (root:root passes too: it lets nobody but root in)",
    what: "docker.sock",
    place: Place::DockerSockets,
    located: "The sockets are the unix:// ones among the daemon's hosts; fd:// means those of the socket units that \
              start docker.service, and no hosts at all /var/run/docker.sock.",
    needs: listeners::NEEDS,
    harm: "Whoever may connect to this socket may start a container that mounts the host's disk: access to it is root.",
    path: "/var/run/docker.sock\n\
           \n\
           and so that it stays, in docker.socket:\n\
           [Socket]\n\
           SocketUser=root\n\
           SocketGroup=docker",
    default: "dockerd and docker.socket create it as root:docker; as root:root where there is no group docker.",
    references: [
        "https://docs.docker.com/engine/security/#docker-daemon-attack-surface",
        "https://docs.docker.com/engine/install/linux-postinstall/"
    ],
    impact: "Accounts that used the engine through another group have to join docker, and should be trusted like root.",
}

mode_check! {
    DOCKER_SOCK_WIDE_MODE "docker-sock-wide-mode" decides "file-docker-sock-permissions": 0o660 "660",
    what: "docker.sock",
    place: Place::DockerSockets,
    located: "The sockets are the unix:// ones among the daemon's hosts; fd:// means those of the socket units that \
              start docker.service, and no hosts at all /var/run/docker.sock.",
    needs: listeners::NEEDS,
    harm: "A socket that others may write to makes every account and every hijacked service on the host root: it takes \
           one container that mounts the host's disk.",
    path: "/var/run/docker.sock\n\
           \n\
           and so that it stays, in docker.socket:\n\
           [Socket]\n\
           SocketMode=0660",
    default: "dockerd and docker.socket create it with mode 0660.",
    references: ["https://docs.docker.com/engine/security/#docker-daemon-attack-surface"],
    impact: "Accounts outside the socket's group can no longer use the engine.",
}

file_checks! {
    what: "containerd.sock",
    place: Place::ContainerdSocket,
    located: "The socket is the one that the daemon's option containerd names, else /run/containerd/containerd.sock \
              and the one that dockerd makes for a containerd of its own, /run/docker/containerd/containerd.sock.",
    needs: &[needs::info(&["Containerd.Address"])],
    harm: "containerd starts containers with whatever rights it is asked for and knows none of the engine's \
           authorization plugins: whoever may connect to its socket is root.",
    path: "/run/containerd/containerd.sock\n\
           \n\
           and so that it stays, in /etc/containerd/config.toml:\n\
           [grpc]\n\
           uid = 0\n\
           gid = 0",
    default: "containerd creates the socket as root:root with mode 0660.",
    references: ["https://github.com/containerd/containerd/blob/main/docs/ops.md"],
    owner: CONTAINERD_SOCK_FOREIGN_OWNER "containerd-sock-foreign-owner" decides "file-containerd-sock-ownership":
        "Programs that talk to containerd through another group have to run as root.";
    mode: CONTAINERD_SOCK_WIDE_MODE "containerd-sock-wide-mode" decides "file-containerd-sock-permissions":
        0o660 "660", "Programs of other accounts can no longer talk to containerd.";
}
