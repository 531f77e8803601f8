//! Audit rules for files that only old packages of Docker install.

use super::audit_rule::audit_check;
use crate::files::place::Place;

audit_check! {
    UNAUDITED_ETC_SYSCONFIG_DOCKER_NETWORK "unaudited-etc-sysconfig-docker-network"
        decides "host-audit-etc-sysconfig-docker-network",
    what: "/etc/sysconfig/docker-network",
    params: [],
    place: |_params| Place::Paths(&["/etc/sysconfig/docker-network"]),
    located: "The rule is for /etc/sysconfig/docker-network; where there is none, the recommendation does not \
              apply.",
    harm: "Its DOCKER_NETWORK_OPTIONS become options of the engine.",
    path: "/etc/sysconfig/docker-network",
    impact: "Next to none: the file changes when somebody configures the engine.",
}

audit_check! {
    UNAUDITED_ETC_SYSCONFIG_DOCKER_REGISTRY "unaudited-etc-sysconfig-docker-registry"
        decides "host-audit-etc-sysconfig-docker-registry",
    what: "/etc/sysconfig/docker-registry",
    params: [],
    place: |_params| Place::Paths(&["/etc/sysconfig/docker-registry"]),
    located: "The rule is for /etc/sysconfig/docker-registry; where there is none, the recommendation does not \
              apply.",
    harm: "Its variables say where the host's registry listens and where it keeps its images.",
    path: "/etc/sysconfig/docker-registry",
    impact: "Next to none: the file changes when somebody configures the engine.",
}

audit_check! {
    UNAUDITED_ETC_SYSCONFIG_DOCKER_STORAGE "unaudited-etc-sysconfig-docker-storage"
        decides "host-audit-etc-sysconfig-docker-storage",
    what: "/etc/sysconfig/docker-storage",
    params: [],
    place: |_params| Place::Paths(&["/etc/sysconfig/docker-storage"]),
    located: "The rule is for /etc/sysconfig/docker-storage; where there is none, the recommendation does not \
              apply.",
    harm: "Its DOCKER_STORAGE_OPTIONS become options of the engine, and say on which disk it keeps everything.",
    path: "/etc/sysconfig/docker-storage",
    impact: "Next to none: the file changes when somebody configures the engine.",
}

audit_check! {
    UNAUDITED_REGISTRY_SERVICE "unaudited-registry-service" decides "host-audit-docker-registry-service",
    what: "docker-registry.service",
    params: [],
    place: |_params| Place::Unit("docker-registry.service"),
    located: "docker-registry.service is the file that systemd loaded (FragmentPath); where systemd cannot be \
              asked, the first in its unit directories. Where there is none, the recommendation does not apply.",
    harm: "The unit says how the host's registry is started: an edit makes it serve other images.",
    path: "/usr/lib/systemd/system/docker-registry.service",
    impact: "Next to none: the file changes when somebody configures the engine.",
}
