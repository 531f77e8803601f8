//! The files behind the daemon's TLS options.

use super::judge::file_checks;
use super::place::Place;

file_checks! {
    what: "the daemon's CA certificate",
    place: Place::Tls("tlscacert"),
    located: "The file is the one that tlscacert names, on the command line of dockerd or in its configuration file.",
    harm: "Clients whose certificates this CA signed command the engine: with another CA in the file, its owner signs \
           certificates of their own and is root on the host over the network.",
    path: "/etc/docker/tls/ca.pem    (the file that tlscacert names)",
    default: "There is no such file until TLS is configured; openssl writes one with mode 0644.",
    references: ["https://docs.docker.com/engine/security/protect-access/"],
    owner: TLS_CA_CERTIFICATE_FOREIGN_OWNER "tls-ca-certificate-foreign-owner" decides "file-tls-ca-cert-ownership":
        "None for dockerd, which runs as root. Tools that renew the certificate need root.";
    mode: TLS_CA_CERTIFICATE_WIDE_MODE "tls-ca-certificate-wide-mode" decides "file-tls-ca-cert-permissions":
        0o444 "444",
        "A tool that overwrites the certificate in place fails without root; one that replaces the file works.";
}

file_checks! {
    what: "the daemon's server certificate",
    place: Place::Tls("tlscert"),
    located: "The file is the one that tlscert names, on the command line of dockerd or in its configuration file.",
    harm: "By this certificate clients know the engine: replaced, it locks them out, or presents them another server.",
    path: "/etc/docker/tls/server-cert.pem    (the file that tlscert names)",
    default: "There is no such file until TLS is configured; openssl writes one with mode 0644.",
    references: ["https://docs.docker.com/engine/security/protect-access/"],
    owner: SERVER_CERTIFICATE_FOREIGN_OWNER "server-certificate-foreign-owner" decides "file-server-cert-ownership":
        "None for dockerd, which runs as root. Tools that renew the certificate need root.";
    mode: SERVER_CERTIFICATE_WIDE_MODE "server-certificate-wide-mode" decides "file-server-cert-permissions":
        0o444 "444",
        "A tool that overwrites the certificate in place fails without root; one that replaces the file works.";
}

file_checks! {
    what: "the daemon's TLS key",
    place: Place::Tls("tlskey"),
    located: "The file is the one that tlskey names, on the command line of dockerd or in its configuration file.",
    harm: "With this key anybody passes for the engine: clients hand over their commands, build contexts and registry \
           passwords to whoever answers in its name.",
    path: "/etc/docker/tls/server-key.pem    (the file that tlskey names)",
    default: "There is no such file until TLS is configured; openssl writes keys with mode 0600.",
    references: ["https://docs.docker.com/engine/security/protect-access/"],
    owner: SERVER_KEY_FOREIGN_OWNER "server-key-foreign-owner" decides "file-server-key-ownership":
        "None for dockerd, which runs as root. Tools that renew the key need root.";
    mode: SERVER_KEY_WIDE_MODE "server-key-wide-mode" decides "file-server-key-permissions":
        0o400 "400", "None for dockerd, which runs as root. Tools that renewed the key as another account need root.";
}
