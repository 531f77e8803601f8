//! Checks over Docker Enterprise: Universal Control Plane and Docker Trusted Registry.

use crate::checks;

checks! {
    control_plane => [
        UCP_LOCAL_AUTHENTICATION,
        UCP_SELF_SIGNED_CERTIFICATE,
        UCP_UNENFORCED_CLIENT_BUNDLE,
        UCP_UNCONFIGURED_ROLE,
        UCP_UNSIGNED_IMAGE_ALLOWED,
        UCP_EXCESSIVE_SESSION_LIMIT,
        UCP_LONG_SESSION_LIFETIME,
        DTR_DISABLED_IMAGE_SCANNING,
    ],
}
