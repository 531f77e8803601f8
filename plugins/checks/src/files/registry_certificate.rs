//! The certificates by which the engine knows registries.

use keelmark_sdk::Need;

use super::judge::{mode_check, owner_check};
use super::place::Place;

const LIST: Need = Need::new(
    "fs.list-dir",
    &[
        "/etc/docker/certs.d",
        "/etc/docker/certs.d/*",
        "/etc/containers/certs.d",
        "/etc/containers/certs.d/*",
        "/**/.config/containers/certs.d",
        "/**/.config/containers/certs.d/*",
        "/**/docker/certs.d",
        "/**/docker/certs.d/*",
    ],
    "finds the certificates of registries",
);

owner_check! {
    REGISTRY_CERTIFICATE_FOREIGN_OWNER "registry-certificate-foreign-owner" decides "file-registry-cert-ownership":
        Root "root:root" "",
    what: "a registry certificate",
    place: Place::RegistryCerts { with_directories: true },
    located: "The files are every *.crt (CA), *.cert (client certificate) and *.key (its key) in a registry's \
              directory below /etc/docker/certs.d, and that directory itself, whose owner puts in what they like; a \
              link that leads nowhere is passed over. A rootless daemon reads ~/.config/docker/certs.d instead, and \
              Podman /etc/containers/certs.d as well.",
    needs: &[LIST],
    harm: "A CA file says whom the engine believes to be a registry: with another CA in it, somebody on the way \
           delivers images of their own. A client key is the host's identity towards the registry.",
    path: "/etc/docker/certs.d/* /etc/docker/certs.d/*/*.{crt,cert,key}",
    default: "There are no registry certificates until somebody installs them.",
    references: ["https://docs.docker.com/engine/security/certificates/"],
    impact: "None for dockerd, which runs as root. Tools that renew the certificates need root.",
}

// A private key is no certificate: the limit of 444 would let everybody read it, and blame a mode of 600.
mode_check! {
    REGISTRY_CERTIFICATE_WIDE_MODE "registry-certificate-wide-mode" decides "file-registry-cert-permissions":
        0o444 "444",
    what: "a registry certificate",
    place: Place::RegistryCerts { with_directories: false },
    located: "The files are every *.crt (CA) and *.cert (client certificate) in a registry's directory below \
              /etc/docker/certs.d; a link that leads nowhere is passed over. A *.key file is no certificate: nobody \
              else may read it, so its limit is 600, and that of the directory 755. A rootless daemon reads \
              ~/.config/docker/certs.d instead, and Podman /etc/containers/certs.d as well.",
    needs: &[LIST],
    harm: "A CA file says whom the engine believes to be a registry: with another CA in it, somebody on the way \
           delivers images of their own. With a client key, somebody else passes for this host.",
    path: "/etc/docker/certs.d/*/*.{crt,cert}\n\
           chmod 600 /etc/docker/certs.d/*/*.key",
    default: "There are no registry certificates until somebody installs them, usually with mode 0644.",
    references: ["https://docs.docker.com/engine/security/certificates/"],
    impact: "A tool that overwrites a certificate in place fails without root; one that replaces the file works.",
}
