// Written by `cargo xtask bindings` from the table of operations (host/contract/src/ops) and wit/; not to be edited.

//! The questions to the engine, by the names of this SDK.

/// The engine questions with one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DockerList {
    /// `GET /version`.
    Version,
    /// `GET /info`.
    Info,
    /// `GET /containers/json?all=true`: a list, stopped ones included. Only `--running` narrows it, to the editions' sections 4 and 5.
    Containers,
    /// `GET /images/json`: a list, intermediate images left out.
    Images,
    /// `GET /networks`.
    Networks,
    /// `GET /volumes`: its list. Of the driver `local`, `Options` tells the type, the device and those mount options that
    /// are known to hold no credentials; the options of other drivers are masked. On Docker before 1.9: `unavailable`.
    Volumes,
    /// `GET /system/df`: what images, containers, volumes and the build cache take of the disk. The engine adds up what lies
    /// there, which on a large host may take longer than it is given: `timeout`. Volumes are masked as in `list-volumes`,
    /// the build steps of the cache as in `image-history`.
    DiskUsage,
    /// `GET /swarm`. On an engine that is not a swarm manager: `unavailable`.
    Swarm,
    /// `GET /nodes`. On an engine that is not a swarm manager: `unavailable`.
    Nodes,
    /// `GET /services`. On an engine that is not a swarm manager: `unavailable`.
    Services,
    /// `GET /secrets`: names and labels; the engine never tells a secret's content.
    Secrets,
}

impl DockerList {
    /// Every one of them.
    pub const ALL: &[Self] = &[
        DockerList::Version,
        DockerList::Info,
        DockerList::Containers,
        DockerList::Images,
        DockerList::Networks,
        DockerList::Volumes,
        DockerList::DiskUsage,
        DockerList::Swarm,
        DockerList::Nodes,
        DockerList::Services,
        DockerList::Secrets,
    ];

    /// The function's name in the WIT, and in recordings: `list-secrets`.
    pub fn function(self) -> &'static str {
        match self {
            DockerList::Version => "version",
            DockerList::Info => "info",
            DockerList::Containers => "list-containers",
            DockerList::Images => "list-images",
            DockerList::Networks => "list-networks",
            DockerList::Volumes => "list-volumes",
            DockerList::DiskUsage => "disk-usage",
            DockerList::Swarm => "swarm",
            DockerList::Nodes => "list-nodes",
            DockerList::Services => "list-services",
            DockerList::Secrets => "list-secrets",
        }
    }

    /// The operation's name in manifests: `docker.list-secrets`.
    pub fn op(self) -> &'static str {
        match self {
            DockerList::Version => "docker.version",
            DockerList::Info => "docker.info",
            DockerList::Containers => "docker.list-containers",
            DockerList::Images => "docker.list-images",
            DockerList::Networks => "docker.list-networks",
            DockerList::Volumes => "docker.list-volumes",
            DockerList::DiskUsage => "docker.disk-usage",
            DockerList::Swarm => "docker.swarm",
            DockerList::Nodes => "docker.list-nodes",
            DockerList::Services => "docker.list-services",
            DockerList::Secrets => "docker.list-secrets",
        }
    }
}

/// The engine questions with an answer per object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DockerEach {
    /// `GET /containers/{id}/json` for each id, concurrently.
    Containers,
    /// What `GET /containers/{id}/top` tells, for each id: a list of {"pid", "comm"}. No arguments, they can hold secrets.
    /// Of an engine on the audited host itself it is read from /proc, by the containers' control groups, and each has its
    /// effective user beside that: "uid" as the host numbers it, and "uid-inside" as the container does.
    /// The list is empty only where the container does not run, or stopped since it was listed.
    Processes,
    /// `GET /exec/{id}/json` for each id, concurrently: a running `docker exec`, without its arguments.
    Execs,
    /// `GET /images/{id}/json` for each id, concurrently.
    Images,
    /// `GET /images/{id}/json?manifests=1` for each id, concurrently: the image with its `Manifests`, one for each platform
    /// that its index has. An engine that keeps several of an image (Docker 28 and later, with containerd's image store)
    /// answers it for an image without the host's own platform too, which `inspect-images` does not find. Any other engine
    /// ignores the wish: its answer is that of `inspect-images`, without `Manifests`.
    ImageManifests,
    /// `GET /images/{id}/history` for each id, concurrently: a list, newest layer first.
    History,
}

impl DockerEach {
    /// Every one of them.
    pub const ALL: &[Self] = &[
        DockerEach::Containers,
        DockerEach::Processes,
        DockerEach::Execs,
        DockerEach::Images,
        DockerEach::ImageManifests,
        DockerEach::History,
    ];

    /// The function's name in the WIT, and in recordings: `image-history`.
    pub fn function(self) -> &'static str {
        match self {
            DockerEach::Containers => "inspect-containers",
            DockerEach::Processes => "container-processes",
            DockerEach::Execs => "inspect-execs",
            DockerEach::Images => "inspect-images",
            DockerEach::ImageManifests => "inspect-image-manifests",
            DockerEach::History => "image-history",
        }
    }

    /// The operation's name in manifests: `docker.image-history`.
    pub fn op(self) -> &'static str {
        match self {
            DockerEach::Containers => "docker.inspect-containers",
            DockerEach::Processes => "docker.container-processes",
            DockerEach::Execs => "docker.inspect-execs",
            DockerEach::Images => "docker.inspect-images",
            DockerEach::ImageManifests => "docker.inspect-image-manifests",
            DockerEach::History => "docker.image-history",
        }
    }

    /// Whether its answers depend on which fields are asked for.
    pub fn has_fields(self) -> bool {
        !matches!(self, DockerEach::Processes)
    }
}

/// The words that recordings of format 1 had for some functions.
#[cfg(feature = "testing")]
pub(crate) const FORMAT_1: &[(&str, &str)] = &[
    ("containers", "list-containers"),
    ("container", "inspect-containers"),
    ("processes", "container-processes"),
    ("exec", "inspect-execs"),
    ("images", "list-images"),
    ("image", "inspect-images"),
    ("history", "image-history"),
    ("networks", "list-networks"),
    ("volumes", "list-volumes"),
    ("nodes", "list-nodes"),
    ("services", "list-services"),
    ("secrets", "list-secrets"),
];
