//! CIS Docker Benchmark v1.3.1, section 3: Docker daemon configuration files.

use keelmark_checks::files;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-1.3.1",
    number: "3",
    title: "Docker daemon configuration files",
    rows: [
        row("3.1", "Ensure that the docker.service file ownership is set to root:root", &files::DOCKER_SERVICE_FOREIGN_OWNER).automated(),
        row("3.2", "Ensure that docker.service file permissions are appropriately set", &files::DOCKER_SERVICE_WIDE_MODE).automated(),
        row("3.3", "Ensure that docker.socket file ownership is set to root:root", &files::DOCKER_SOCKET_UNIT_FOREIGN_OWNER).automated(),
        row("3.4", "Ensure that docker.socket file permissions are set to 644 or more restrictive", &files::DOCKER_SOCKET_UNIT_WIDE_MODE).automated(),
        row("3.5", "Ensure that the /etc/docker directory ownership is set to root:root", &files::ETC_DOCKER_FOREIGN_OWNER).automated(),
        row("3.6", "Ensure that /etc/docker directory permissions are set to 755 or more restrictively", &files::ETC_DOCKER_WIDE_MODE).automated(),
        row("3.7", "Ensure that registry certificate file ownership is set to root:root", &files::REGISTRY_CERTIFICATE_FOREIGN_OWNER).automated(),
        row("3.8", "Ensure that registry certificate file permissions are set to 444 or more restrictively", &files::REGISTRY_CERTIFICATE_WIDE_MODE).automated(),
        row("3.9", "Ensure that TLS CA certificate file ownership is set to root:root", &files::TLS_CA_CERTIFICATE_FOREIGN_OWNER).automated(),
        row("3.10", "Ensure that TLS CA certificate file permissions are set to 444 or more restrictively", &files::TLS_CA_CERTIFICATE_WIDE_MODE).automated(),
        row("3.11", "Ensure that Docker server certificate file ownership is set to root:root", &files::SERVER_CERTIFICATE_FOREIGN_OWNER).automated(),
        row("3.12", "Ensure that the Docker server certificate file permissions are set to 444 or more restrictively", &files::SERVER_CERTIFICATE_WIDE_MODE).automated(),
        row("3.13", "Ensure that the Docker server certificate key file ownership is set to root:root", &files::SERVER_KEY_FOREIGN_OWNER).automated(),
        row("3.14", "Ensure that the Docker server certificate key file permissions are set to 400", &files::SERVER_KEY_WIDE_MODE).automated(),
        row("3.15", "Ensure that the Docker socket file ownership is set to root:docker", &files::DOCKER_SOCK_FOREIGN_OWNER).automated(),
        row("3.16", "Ensure that the Docker socket file permissions are set to 660 or more restrictively", &files::DOCKER_SOCK_WIDE_MODE).automated(),
        row("3.17", "Ensure that the daemon.json file ownership is set to root:root", &files::DAEMON_JSON_FOREIGN_OWNER).automated(),
        row("3.18", "Ensure that daemon.json file permissions are set to 644 or more restrictive", &files::DAEMON_JSON_WIDE_MODE).automated(),
        row("3.19", "Ensure that the /etc/default/docker file ownership is set to root:root", &files::ETC_DEFAULT_DOCKER_FOREIGN_OWNER).automated(),
        row("3.20", "Ensure that the /etc/sysconfig/docker file permissions are set to 644 or more restrictively", &files::ETC_SYSCONFIG_DOCKER_WIDE_MODE).automated(),
        row("3.21", "Ensure that the /etc/sysconfig/docker file ownership is set to root:root", &files::ETC_SYSCONFIG_DOCKER_FOREIGN_OWNER).automated(),
        row("3.22", "Ensure that the /etc/default/docker file permissions are set to 644 or more restrictively", &files::ETC_DEFAULT_DOCKER_WIDE_MODE).automated(),
        row("3.23", "Ensure that the Containerd socket file ownership is set to root:root", &files::CONTAINERD_SOCK_FOREIGN_OWNER).automated(),
        row("3.24", "Ensure that the Containerd socket file permissions are set to 660 or more restrictively", &files::CONTAINERD_SOCK_WIDE_MODE).automated(),
    ]
}
