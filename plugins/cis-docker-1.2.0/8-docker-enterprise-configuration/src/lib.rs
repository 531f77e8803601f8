//! CIS Docker Benchmark v1.2.0, section 8: Docker Enterprise Configuration.

use keelmark_checks::enterprise;
use keelmark_sdk::{row, section};

section! {
    benchmark: "cis-docker-1.2.0",
    number: "8",
    title: "Docker Enterprise Configuration",
    rows: [
        row("8.1.1", "Configure the LDAP authentication service", &enterprise::UCP_LOCAL_AUTHENTICATION).level(1).profile("Docker Engine - Enterprise").scored().subsection("8.1"),
        row("8.1.2", "Use external certificates", &enterprise::UCP_SELF_SIGNED_CERTIFICATE).level(1).profile("Docker Engine - Enterprise").scored().subsection("8.1"),
        row("8.1.3", "Enforce the use of client certificate bundles for unprivileged users", &enterprise::UCP_UNENFORCED_CLIENT_BUNDLE).level(1).profile("Docker - Linux").not_scored().subsection("8.1"),
        row("8.1.4", "Configure applicable cluster role-based access control policies", &enterprise::UCP_UNCONFIGURED_ROLE).level(1).profile("Docker - Linux; Docker Engine - Enterprise").not_scored().subsection("8.1"),
        row("8.1.5", "Enable signed image enforcement", &enterprise::UCP_UNSIGNED_IMAGE_ALLOWED).level(1).profile("Docker - Linux; Docker Engine - Enterprise").scored().subsection("8.1"),
        row("8.1.6", "Set the Per-User Session Limit to a value of '3' or lower", &enterprise::UCP_EXCESSIVE_SESSION_LIMIT).level(1).profile("Docker - Linux").scored().subsection("8.1"),
        row("8.1.7", "Set the \"Lifetime Minutes\" and \"Renewal Threshold Minutes\" values to '15' or lower and '0' respectively", &enterprise::UCP_LONG_SESSION_LIFETIME).level(1).profile("Docker - Linux").scored().subsection("8.1"),
        row("8.2.1", "Enable image vulnerability scanning", &enterprise::DTR_DISABLED_IMAGE_SCANNING).level(1).profile("Docker - Linux").scored().subsection("8.2"),
    ]
}
