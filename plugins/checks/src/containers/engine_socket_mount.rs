use keelmark_sdk::serde_json::Value;
use keelmark_sdk::{Check, Facts, HostError, Object, Params, Verdict};

use super::mounts::{self, Danger, HostMount, is_within, normalised};
use super::real_path::{self, RealPath};
use super::volumes;
use crate::daemon::effective::{self, DaemonConfig};
use crate::daemon::engine;
use crate::needs::{self, joined};

pub static CHECK: Check = Check {
    slug: "engine-socket-mount",
    control: "runtime-no-docker-socket-mount",
    title: "Container can reach the engine's socket",
    means: "No container sees the socket of Docker, or of another container engine of the host.",
    why: "Who may talk to the socket may start a privileged container with the host's / mounted, so a break-in into this \
          one container is root on the host. A read-only mount changes nothing: it protects the file, not the \
          conversation through it.",
    audited: "The source on the host of every bind mount in Mounts, of every container, running or not, and the directory \
              that a volume of the driver local binds by its options (o=bind, device=/var/run), must not be a socket of \
              an engine, and not a directory above the place of one (/, /run, /var/run, /run/containerd …). Known are the \
              usual places, those where this engine was told to listen (hosts, containerd and exec-root of dockerd, \
              Containerd.Address of docker info), and sockets of any place, in source or destination, that are named \
              docker.sock, containerd.sock, podman.sock, crio.sock, cri-dockerd.sock, dockershim.sock or buildkitd.sock, \
              or that Docker Desktop's labels call the engine's. Symbolic links are followed. Left to a person are a \
              source whose links cannot be followed, because the engine is on another host or it is gone; /var, which \
              holds the socket only where /var/run is no link to /run; a user's directory below /run/user, which holds it \
              only where that user runs a rootless engine; and a volume that mounts a disk or an overlay, or that the \
              engine does not list.",
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
    deviates: "The benchmark's command looks for the word docker.sock among the mounts. A directory that holds the socket, \
               a link to it, or the socket of another engine gives the same power, and keelmark fails them too.",
    references: &[
        "https://docs.docker.com/engine/security/#docker-daemon-attack-surface",
        "https://docs.docker.com/engine/security/protect-access/",
    ],
    needs: joined![
        effective::NEEDS,
        &[
            needs::LIST_CONTAINERS,
            needs::inspect_containers(mounts::FIELDS),
            needs::inspect_containers(&["Config.Labels"]),
            volumes::LIST,
            real_path::STAT,
            needs::info(&["Containerd.Address", "BuildahVersion"]),
        ]
    ],
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

const WANTED: &str = "no socket of an engine";

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let proxied = proxied_by_desktop(container)?;
        mounts::judge(facts, container, WANTED, &|mount| {
            let is_proxied = proxied.iter().any(|target| normalised(target) == normalised(&mount.destination));
            if is_proxied { Ok(Danger::Certain) } else { danger(facts, mount) }
        })
    })
}

/// Where Docker Desktop mounts the engine's socket by a name of its own making. It says so in labels:
/// `desktop.docker.io/binds/0/SourceKind` and `…/Target`.
fn proxied_by_desktop(container: &Object) -> Result<Vec<&str>, HostError> {
    let labels = container.map("Config.Labels")?;
    let is_socket = |(key, kind): (_, &Value)| {
        let bind = str::strip_suffix(key, "/SourceKind")?;
        let is_desktops = bind.starts_with("desktop.docker.io/binds/");
        (is_desktops && kind.as_str() == Some("dockerSocketProxied")).then_some(bind)
    };
    let binds = labels.iter().filter_map(|(key, kind)| is_socket((key.as_str(), kind)));
    Ok(binds.filter_map(|bind| labels.get(&format!("{bind}/Target"))?.as_str()).collect())
}

fn danger(facts: &Facts, mount: &HostMount) -> Result<Danger, HostError> {
    let Some(path) = mount.path.as_deref() else { return Ok(Danger::Unclear("what is in it cannot be told")) };
    let is_named = |path: &str| SOCKETS.iter().any(|socket| base_name(socket) == base_name(path));
    if SOCKETS.iter().any(|socket| is_within(socket, path)) || is_named(path) || is_named(&mount.destination) {
        return Ok(Danger::Certain);
    }
    let own = facts.derive(of_this_engine)?;
    if own.paths.iter().any(|socket| is_within(socket, path)) {
        return Ok(Danger::Certain);
    }
    let by_name =
        if may_reach_a_socket(path) { Danger::Unclear("an engine's socket may be below it") } else { Danger::None };
    let unknown = own.unknown.map_or(Danger::None, Danger::Unclear);
    Ok(by_name.max(if mount.is_socket { unknown } else { own.doubt.map_or(Danger::None, Danger::Unclear) }))
}

/// Where the engine that answers listens, and its containerd.
struct Own {
    paths: Vec<String>,
    /// Why a socket of another name may be the engine's.
    unknown: Option<&'static str>,
    /// Why any mount may hold one.
    doubt: Option<&'static str>,
}

fn of_this_engine(facts: &Facts) -> Result<Own, HostError> {
    let info = facts.info()?;
    let mut paths: Vec<String> = Vec::new();
    paths.extend(info.optional("Containerd?.Address", Object::str)?.map(str::to_owned));
    let (mut unknown, mut doubt) = (None, None);
    // What another host's daemon was told cannot be read; its mounts are left to a person anyway.
    if facts.host()?.engine_is_local && !engine::is_podman(&info) {
        let config = DaemonConfig::running(facts)?;
        let hosts = config.list("hosts")?;
        paths.extend(hosts.iter().filter_map(|host| host.value.strip_prefix("unix://")).map(str::to_owned));
        paths.extend(config.text("containerd")?.map(|setting| setting.value));
        if let Some(root) = config.text("exec-root")? {
            paths.push(format!("{}/containerd/containerd.sock", root.value));
        }
        // systemd listens where a unit says, which is the usual place unless nothing is there.
        if hosts.iter().any(|host| host.value.starts_with("fd://")) {
            let is_usual = matches!(real_path::of(facts, SYSTEMD)?, RealPath::At { is_socket: true, .. });
            unknown = (!is_usual).then_some("systemd opens the engine's socket in another place than the usual one");
        }
        let changed = "the daemon's configuration file was changed since it started: where it listens is not certain";
        doubt = config.doubt(&["hosts"]).map(|_| changed);
    }
    paths.retain(|path| path.starts_with('/'));
    let paths = paths.iter().map(|path| normalised(path)).collect();
    Ok(Own { paths: real_path::with_real(facts, paths)?, unknown: unknown.or(doubt), doubt })
}

/// Where docker.socket of Docker's packages listens.
const SYSTEMD: &str = "/run/docker.sock";

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
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
