use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::mounts::{self, Danger, HostMount, is_within};
use super::volumes;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "engine-socket-mount",
    control: "runtime-no-docker-socket-mount",
    title: "Container can reach the engine's socket",
    means: "No container sees the socket of Docker, or of another container engine of the host.",
    why: "Who may talk to the socket may start a privileged container with the host's / mounted, so a break-in into this \
          one container is root on the host. A read-only mount changes nothing: it protects the file, not the \
          conversation through it.",
    audited: "The source on the host of every bind mount in Mounts, of every container, running or not, and the directory \
              that a volume of the driver local binds by its options (o=bind, device=/var/run), must not be a socket \
              named docker.sock, containerd.sock, podman.sock, crio.sock, cri-dockerd.sock, dockershim.sock or \
              buildkitd.sock, and not a directory above the place of one (/, /run, /var/run, /run/containerd …). Left \
              to a person are two directories, /var, which holds the socket only where /var/run is no link to /run, and \
              a user's directory below /run/user, which holds it only where that user runs a rootless engine, and a \
              volume that mounts a disk or an overlay, or that the engine does not list. Sockets in unusual places are \
              recognised by their file's name alone.",
    fix: "Recreate the container without the mount:\n\
          \n\
          docker run …      without -v /var/run/docker.sock:/var/run/docker.sock\n\
          compose:  remove `/var/run/docker.sock:/var/run/docker.sock` from `volumes`\n\
          \n\
          What needs facts about containers (a proxy, a monitor) gets them through a filtering proxy that lets only \
          the needed GET requests pass; what builds images uses a rootless builder such as buildkitd.",
    impact: "Programs that manage containers from inside one (CI runners, reverse proxies, dashboards, updaters) stop \
             until they have another way.",
    default: "No socket is mounted.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/security/#docker-daemon-attack-surface",
        "https://docs.docker.com/engine/security/protect-access/",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(mounts::FIELDS), volumes::LIST],
    params: &[],
    audit,
};

/// Where engines listen, and by which names their sockets are recognised elsewhere.
const SOCKETS: &[&str] = &[
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
    "/run/dockershim.sock",
    "/run/buildkit/buildkitd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/k0s/containerd.sock",
];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| mounts::judge(facts, container, &danger))
}

fn danger(mount: &HostMount) -> Danger {
    match mount.path.as_deref() {
        Some(path) if reaches_a_socket(path) => Danger::Certain("no socket of an engine"),
        Some(path) if !may_reach_a_socket(path) => Danger::None,
        _ => Danger::Unclear("no socket of an engine below it"),
    }
}

fn reaches_a_socket(path: &str) -> bool {
    let name = path.rsplit('/').next();
    SOCKETS.iter().any(|socket| is_within(socket, path) || socket.rsplit('/').next() == name)
}

/// Directories that hold a socket on some hosts and not on others.
fn may_reach_a_socket(path: &str) -> bool {
    let mut parts = path.split('/').skip(1);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("var"), None, ..) => true,
        (Some("run"), Some("user"), _, below) => matches!(below, None | Some("podman")) && parts.next().is_none(),
        _ => false,
    }
}
