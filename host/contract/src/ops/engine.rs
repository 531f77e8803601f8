//! What the engine is asked: the functions of `wit/docker.wit`.

use super::{About, Key, Question, Shape, operations};

operations! {
    /// The questions to the engine.
    ENGINE:

    VERSION = {
        interface: "docker",
        function: "version",
        name: "docker.version",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/version",
            shape: Shape::Object,
            about: About::One("daemon"),
        }),
        risk: "learns the engine's version",
        example: &["Version"],
        why: "2.x knows what this version can do",
    }
    INFO = {
        interface: "docker",
        function: "info",
        name: "docker.info",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/info",
            shape: Shape::Object,
            about: About::One("daemon"),
        }),
        risk: "learns how the engine is set up, names of its host and proxies included",
        example: &["LiveRestoreEnabled", "SecurityOptions"],
        why: "2.x reads the engine's own account",
    }
    LIST_CONTAINERS = {
        interface: "docker",
        function: "list-containers",
        name: "docker.list-containers",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/containers/json?all=true",
            shape: Shape::List,
            about: About::All { noun: "container", id: Some("Id"), name: "Names" },
        }),
        risk: "learns which containers there are, from which images, and their labels",
        example: &["Id", "Names"],
        why: "5.x looks at every container",
    }
    INSPECT_CONTAINERS = {
        interface: "docker",
        function: "inspect-containers",
        name: "docker.inspect-containers",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/containers/{id}/json",
            shape: Shape::Object,
            about: About::Each { noun: "container", listed_by: Some("list-containers"), list: None },
        }),
        risk: "learns how containers are set up: mounts, networks, names of variables (no values)",
        example: &["HostConfig", "Config.User"],
        why: "5.x reads runtime settings",
    }
    CONTAINER_PROCESSES = {
        interface: "docker",
        function: "container-processes",
        name: "docker.container-processes",
        key: None,
        question: Some(Question {
            path: "/containers/{id}/top?ps_args=-eo+pid,comm",
            shape: Shape::Object,
            about: About::Each { noun: "container", listed_by: Some("list-containers"), list: Some("Processes") },
        }),
        risk: "sees the names, numbers and users of the processes in containers, not their command lines",
        example: &[],
        why: "5.x looks for sshd in containers",
    }
    INSPECT_EXECS = {
        interface: "docker",
        function: "inspect-execs",
        name: "docker.inspect-execs",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/exec/{id}/json",
            shape: Shape::Object,
            about: About::Each { noun: "exec", listed_by: None, list: None },
        }),
        risk: "sees which commands were started in containers with docker exec",
        example: &["ProcessConfig.privileged"],
        why: "5.x looks for privileged commands",
    }
    LIST_IMAGES = {
        interface: "docker",
        function: "list-images",
        name: "docker.list-images",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/images/json",
            shape: Shape::List,
            about: About::All { noun: "image", id: Some("Id"), name: "RepoTags" },
        }),
        risk: "learns which images there are",
        example: &["Id", "RepoTags"],
        why: "4.x looks at every image",
    }
    INSPECT_IMAGES = {
        interface: "docker",
        function: "inspect-images",
        name: "docker.inspect-images",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/images/{id}/json",
            shape: Shape::Object,
            about: About::Each { noun: "image", listed_by: Some("list-images"), list: None },
        }),
        risk: "learns how images are set up: users, entry points, names of variables (no values)",
        example: &["Config.User", "Config.Labels"],
        why: "4.x reads the images' users",
    }
    INSPECT_IMAGE_MANIFESTS = {
        interface: "docker",
        function: "inspect-image-manifests",
        name: "docker.inspect-image-manifests",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/images/{id}/json?manifests=1",
            shape: Shape::Object,
            about: About::Each { noun: "image", listed_by: Some("list-images"), list: None },
        }),
        risk: "learns how images are set up, and for which platforms they are there",
        example: &["Manifests.Kind", "Manifests.Available", "Manifests.ImageData.Platform"],
        why: "4.x looks for images that this host cannot run",
    }
    IMAGE_HISTORY = {
        interface: "docker",
        function: "image-history",
        name: "docker.image-history",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/images/{id}/history",
            shape: Shape::List,
            about: About::Each { noun: "image", listed_by: Some("list-images"), list: Some("Layers") },
        }),
        risk: "reads the build steps of images; secrets written into them are masked only where known",
        example: &["CreatedBy"],
        why: "4.x reads the build steps",
    }
    LIST_NETWORKS = {
        interface: "docker",
        function: "list-networks",
        name: "docker.list-networks",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/networks",
            shape: Shape::List,
            about: About::All { noun: "network", id: Some("Id"), name: "Name" },
        }),
        risk: "learns which networks there are, and their addresses",
        example: &["Id", "Name", "Options"],
        why: "2.x reads the default bridge's options",
    }
    LIST_VOLUMES = {
        interface: "docker",
        function: "list-volumes",
        name: "docker.list-volumes",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/volumes",
            shape: Shape::ListIn("Volumes"),
            about: About::All { noun: "volume", id: None, name: "Name" },
        }),
        risk: "learns which volumes there are, and which of the host's directories and shares they stand for",
        example: &["Name", "Driver", "Options"],
        why: "5.x finds the directories behind volumes",
    }
    DISK_USAGE = {
        interface: "docker",
        function: "disk-usage",
        name: "docker.disk-usage",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/system/df",
            shape: Shape::ObjectOfLists,
            about: About::One("daemon"),
        }),
        risk: "learns what images, containers, volumes and build steps there are, and how much disk each takes",
        example: &["LayersSize", "BuildCache.Size", "BuildCache.InUse"],
        why: "1.x finds what fills the disk",
    }
    SWARM = {
        interface: "docker",
        function: "swarm",
        name: "docker.swarm",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/swarm",
            shape: Shape::Object,
            about: About::One("swarm"),
        }),
        risk: "learns how the swarm is set up; its tokens and keys never cross",
        example: &["Spec.EncryptionConfig"],
        why: "7.x reads the swarm's settings",
    }
    LIST_NODES = {
        interface: "docker",
        function: "list-nodes",
        name: "docker.list-nodes",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/nodes",
            shape: Shape::List,
            about: About::All { noun: "node", id: Some("ID"), name: "Description.Hostname" },
        }),
        risk: "learns the names, addresses and roles of the swarm's nodes",
        example: &["ID", "Description.Hostname", "Spec.Role"],
        why: "7.x counts the managers",
    }
    LIST_SERVICES = {
        interface: "docker",
        function: "list-services",
        name: "docker.list-services",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/services",
            shape: Shape::List,
            about: About::All { noun: "service", id: Some("ID"), name: "Spec.Name" },
        }),
        risk: "learns which services the swarm runs, and how",
        example: &["ID", "Spec.Name"],
        why: "7.x looks at every service",
    }
    LIST_SECRETS = {
        interface: "docker",
        function: "list-secrets",
        name: "docker.list-secrets",
        key: Some(Key::Fields),
        question: Some(Question {
            path: "/secrets",
            shape: Shape::List,
            about: About::All { noun: "secret", id: Some("ID"), name: "Spec.Name" },
        }),
        risk: "learns the names of the swarm's secrets; their values never cross",
        example: &["ID", "Spec.Name"],
        why: "7.x looks whether secrets are used",
    }
}
