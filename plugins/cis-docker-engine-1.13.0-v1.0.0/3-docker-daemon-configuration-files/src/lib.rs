//! CIS Docker 1.13.0 Benchmark v1.0.0, section 3: Docker daemon configuration files.

use keelmark_checks::files;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-engine-1.13.0-v1.0.0",
    number: "3",
    title: "Docker daemon configuration files",
    rows: [
        row("3.1", "Verify that docker.service file ownership is set to root:root", &files::DOCKER_SERVICE_FOREIGN_OWNER).level(1).profile("Docker").scored(),
        row("3.2", "Verify that docker.service file permissions are set to 644 or more restrictive", &files::DOCKER_SERVICE_WIDE_MODE).level(1).profile("Docker").scored(),
        row("3.3", "Verify that docker.socket file ownership is set to root:root", &files::DOCKER_SOCKET_UNIT_FOREIGN_OWNER).level(1).profile("Docker").scored(),
        row("3.4", "Verify that docker.socket file permissions are set to 644 or more restrictive", &files::DOCKER_SOCKET_UNIT_WIDE_MODE).level(1).profile("Docker").scored(),
        row("3.5", "Verify that /etc/docker directory ownership is set to root:root", &files::ETC_DOCKER_FOREIGN_OWNER).level(1).profile("Docker").scored(),
        row("3.6", "Verify that /etc/docker directory permissions are set to 755 or more restrictive", &files::ETC_DOCKER_WIDE_MODE).level(1).profile("Docker").scored(),
        row("3.7", "Verify that registry certificate file ownership is set to root:root", &files::REGISTRY_CERTIFICATE_FOREIGN_OWNER).level(1).profile("Docker").scored(),
        row("3.8", "Verify that registry certificate file permissions are set to 444 or more restrictive", &files::REGISTRY_CERTIFICATE_WIDE_MODE).level(1).profile("Docker").scored(),
        row("3.9", "Verify that TLS CA certificate file ownership is set to root:root", &files::TLS_CA_CERTIFICATE_FOREIGN_OWNER).level(1).profile("Docker").scored(),
        row("3.10", "Verify that TLS CA certificate file permissions are set to 444 or more restrictive", &files::TLS_CA_CERTIFICATE_WIDE_MODE).level(1).profile("Docker").scored(),
        row("3.11", "Verify that Docker server certificate file ownership is set to root:root", &files::SERVER_CERTIFICATE_FOREIGN_OWNER).level(1).profile("Docker").scored(),
        row("3.12", "Verify that Docker server certificate file permissions are set to 444 or more restrictive", &files::SERVER_CERTIFICATE_WIDE_MODE).level(1).profile("Docker").scored(),
        row("3.13", "Verify that Docker server certificate key file ownership is set to root:root", &files::SERVER_KEY_FOREIGN_OWNER).level(1).profile("Docker").scored(),
        row("3.14", "Verify that Docker server certificate key file permissions are set to 400", &files::SERVER_KEY_WIDE_MODE).level(1).profile("Docker").scored(),
        row("3.15", "Verify that Docker socket file ownership is set to root:docker", &files::DOCKER_SOCK_FOREIGN_OWNER).level(1).profile("Docker").scored(),
        row("3.16", "Verify that Docker socket file permissions are set to 660 or more restrictive", &files::DOCKER_SOCK_WIDE_MODE).level(1).profile("Docker").scored(),
        row("3.17", "Verify that daemon.json file ownership is set to root:root", &files::DAEMON_JSON_FOREIGN_OWNER).level(1).profile("Docker").scored(),
        row("3.18", "Verify that daemon.json file permissions are set to 644 or more restrictive", &files::DAEMON_JSON_WIDE_MODE).level(1).profile("Docker").scored(),
        row("3.19", "Verify that /etc/default/docker file ownership is set to root:root", &files::ETC_DEFAULT_DOCKER_FOREIGN_OWNER).level(1).profile("Docker").scored(),
        row("3.20", "Verify that /etc/default/docker file permissions are set to 644 or more restrictive", &files::ETC_DEFAULT_DOCKER_WIDE_MODE).level(1).profile("Docker").scored(),
    ]
}
