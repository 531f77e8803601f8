use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::mounts::{self, Danger, HostMount, is_within, normalised};
use super::{real_path, volumes};
use crate::daemon::effective;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "sensitive-host-mount",
    control: "runtime-no-sensitive-host-mounts",
    title: "Container mounts a system directory of the host",
    means: "No container sees the directories that the host itself runs from: its root, boot files, devices, \
            configuration, programs, libraries, kernel interfaces, root's home and the engine's data.",
    why: "A writable /etc is a new root password, a writable /usr or /lib a replaced program, a writable /boot the next \
          kernel, and /proc or /sys a way to change the running one. Read-only is not harmless either: /etc holds \
          password hashes and private keys, and / holds everything.",
    audited: "The source on the host of every bind mount in Mounts, of every container, running or not, and what a volume \
              of the driver local stands for by its options (o=bind, device=/etc): a directory, or the kernel's /proc, \
              /sys or /dev. Where it appears in the container does not matter, and other volumes are the engine's own or \
              come from elsewhere. Symbolic links are followed, in the source and in the names of the host's directories; \
              where that cannot be done, because the engine is on another host or the source is gone, a person must \
              judge. It fails where the source is / or /run, one of /bin, /boot, /dev, /etc, /lib*, /proc, \
              /root, /sbin, /sys, /usr, /var/lib/docker, /var/lib/containerd and the engine's data root, or above one, \
              writable or not; and where it is below one and writable. Below one and read-only is left to a person, except secret-bearing \
              places such as /etc/ssh, which fail, and files that anyone may read, such as /etc/localtime, which pass. \
              Left to a person is also a volume that mounts a disk or an overlay, or that the engine does not list, \
              because what it holds cannot be told. What other volume drivers do with the host's files does not show.",
    fix: "Recreate the container with only the data that it needs, from a directory of its own, read-only if possible:\n\
          \n\
          docker run -v /srv/web/nginx.conf:/etc/nginx/nginx.conf:ro …      instead of -v /etc:/etc\n\
          docker run --mount type=volume,src=web-data,dst=/data …\n\
          compose:  volumes: [\"/srv/web/nginx.conf:/etc/nginx/nginx.conf:ro\"]\n\
          \n\
          A single device is `--device`, a setting `docker config`, a key `docker secret`.",
    impact: "Monitoring and backup agents that read the host's tree from a container stop working; run them on the host, \
             or keep them as an accepted exception.",
    default: "Nothing of the host's file tree is mounted. A bind mount is writable unless it says `:ro`.",
    deviates: "The benchmark names /, /boot, /dev, /etc, /lib, /proc, /sys and /usr, and asks whether they are mounted \
               writable. keelmark adds what gives the host away as surely (/run, /root, /bin, /sbin, the engine's own \
               data), and fails a few that are mounted read-only, since reading /etc/shadow or a private key is enough.",
    references: &[
        "https://docs.docker.com/engine/storage/bind-mounts/",
        "https://docs.docker.com/engine/security/#docker-daemon-attack-surface",
        "https://man7.org/linux/man-pages/man7/hier.7.html",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(mounts::FIELDS),
        volumes::LIST,
        real_path::STAT,
        effective::HOST,
        needs::info(&["DockerRootDir"]),
    ],
    params: &[],
    audit,
};

/// What the host runs from.
const SYSTEM: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/proc",
    "/sbin",
    "/sys",
    "/usr",
    "/var/lib/containerd",
    "/var/lib/docker",
];

/// Where reading alone gives the host away.
const SECRET: &[&str] = &[
    "/etc/docker",
    "/etc/gshadow",
    "/etc/kubernetes",
    "/etc/shadow",
    "/etc/ssh",
    "/etc/ssl/private",
    "/etc/sudoers",
    "/etc/sudoers.d",
    "/root",
];

/// What any user of any host may read, and what container images are commonly given.
const PUBLIC: &[&str] = &[
    "/etc/ca-certificates",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/localtime",
    "/etc/pki/ca-trust",
    "/etc/resolv.conf",
    "/etc/ssl/certs",
    "/etc/timezone",
    "/usr/share/ca-certificates",
    "/usr/share/zoneinfo",
];

const WANTED: &str = "no system directory of the host";

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| mounts::judge(facts, container, WANTED, &|mount| danger(facts, mount)))
}

fn danger(facts: &Facts, mount: &HostMount) -> Result<Danger, HostError> {
    let Some(path) = mount.path.as_deref() else {
        return Ok(Danger::Unclear("what is in it cannot be told"));
    };
    let fixed = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
    let by_name = Trees { system: fixed(SYSTEM), secret: fixed(SECRET) }.danger(path, mount.writable);
    if by_name == Danger::Certain {
        return Ok(by_name);
    }
    Ok(by_name.max(facts.derive(real_trees)?.danger(path, mount.writable)))
}

/// The same directories as they are on this host: where their names lead, and where the engine keeps its data.
fn real_trees(facts: &Facts) -> Result<Trees, HostError> {
    let info = facts.info()?;
    let data_root = normalised(info.str("DockerRootDir")?);
    let system = SYSTEM.iter().map(|path| (*path).to_owned()).chain([data_root]).collect();
    let secret = SECRET.iter().map(|path| (*path).to_owned()).collect();
    Ok(Trees { system: real_path::with_real(facts, system)?, secret: real_path::with_real(facts, secret)? })
}

struct Trees {
    system: Vec<String>,
    secret: Vec<String>,
}

impl Trees {
    fn danger(&self, path: &str, writable: bool) -> Danger {
        let holds_or_is = |trees: &[String]| trees.iter().any(|tree| is_within(tree, path));
        let is_below = |trees: &[String]| trees.iter().any(|tree| is_within(path, tree));
        let is_public = PUBLIC.iter().any(|tree| is_within(path, tree));
        if path == "/run" || holds_or_is(&self.system) || holds_or_is(&self.secret) || is_below(&self.secret) {
            Danger::Certain
        } else if !is_below(&self.system) || (!writable && is_public) {
            Danger::None
        } else if writable {
            Danger::Certain
        } else {
            Danger::Unclear("")
        }
    }
}
