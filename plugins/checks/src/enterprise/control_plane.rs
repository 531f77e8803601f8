//! Settings of UCP and DTR. They are kept behind those products' own APIs, with accounts of their own, and the engine
//! knows nothing of them: on Docker Enterprise each is for a person to look up, anywhere else none applies.

use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Object, Params, Verdict};

use crate::needs;

const EDITION: Need =
    Need::new("docker.version", &["Version", "Platform.Name"], "tells whether this is Docker Enterprise");
const WHAT_RUNS: Need = Need::new("docker.list-containers", &["Image"], "shows whether UCP and DTR run on this node");
const NEEDS: &[Need] = &[EDITION, needs::LIST_CONTAINERS, WHAT_RUNS];

/// One setting of UCP or DTR: what a row's check says of it, and where a person looks it up.
macro_rules! setting {
    (
        $name:ident, $slug:literal, $control:literal, $title:literal,
        means: $means:literal, why: $why:literal, look: $look:literal, fix: $fix:literal,
        impact: $impact:literal, default: $default:literal, references: $references:expr,
    ) => {
        pub static $name: Check = Check {
            slug: $slug,
            control: $control,
            title: $title,
            means: $means,
            why: $why,
            audited: concat!(
                "Judged by a person on Docker Enterprise, and not applicable elsewhere: GET /version tells which it is, \
                 and the setting itself can only be read through the product's own API with an account there. To go by: \
                 the containers of UCP and DTR on this node. Look at: ",
                $look
            ),
            fix: $fix,
            impact: $impact,
            default: $default,
            deviates: "",
            references: $references,
            needs: NEEDS,
            params: &[],
            audit: |facts: &Facts, _: &Params| -> Result<Verdict, HostError> { look_up(facts, $look) },
        };
    };
}

const UCP_CONFIG: &str =
    "https://docs.mirantis.com/mke/3.8/ops/administer-cluster/configure-an-mke-cluster/configuration-options.html";

setting! {
    UCP_LOCAL_AUTHENTICATION, "ucp-local-authentication", "enterprise-ucp-ldap-authentication",
    "UCP may keep its own passwords",
    means: "UCP authenticates people against your directory (LDAP, Active Directory) instead of passwords of its own.",
    why: "Accounts that only UCP knows outlive the people they belong to and escape the directory's rules for passwords \
          and lockout. A leaver's account on the control plane is control of every node.",
    look: "Admin Settings, Authentication & Authorization: whether LDAP is enabled, and for which organisations.",
    fix: "Admin Settings > Authentication & Authorization > LDAP Enabled: Yes; then give server, bind account and search:\n\
          \n\
          LDAP Server URL:   ldaps://directory.example\n\
          Reader DN:         cn=ucp,ou=services,dc=example,dc=com\n\
          Base DN:           ou=people,dc=example,dc=com\n\
          Username Attribute: uid\n\
          \n\
          Keep one local administrator for the day the directory is down.",
    impact: "People cannot log in while the directory is down; the accounts that UCP kept must be matched or removed.",
    default: "UCP keeps its own accounts.",
    references: &["https://docs.mirantis.com/mke/3.8/ops/authorize-rolebased-access.html", UCP_CONFIG],
}

setting! {
    UCP_SELF_SIGNED_CERTIFICATE, "ucp-self-signed-certificate", "enterprise-ucp-external-certificates",
    "UCP may show a certificate that nobody can verify",
    means: "UCP's web interface and API use a certificate of an authority that your browsers and clients trust.",
    why: "People who click a warning away every day click it away on the day when someone sits in between, and hand over \
          an administrator's session.",
    look: "Admin Settings, Certificates; or `openssl s_client -connect UCP:443 -showcerts` for who issued it.",
    fix: "Admin Settings > Certificates: upload the authority's chain, the server's certificate and its key, or on the \
          command line, before UCP is installed:\n\
          \n\
          docker volume create ucp-controller-server-certs\n\
          cp ca.pem cert.pem key.pem /var/lib/docker/volumes/ucp-controller-server-certs/_data/\n\
          docker container run --rm --interactive --tty --name ucp \\\n    \
          --volume /var/run/docker.sock:/var/run/docker.sock docker/ucp:VERSION install --external-server-cert",
    impact: "Client bundles made before hold the old authority and must be downloaded again.",
    default: "UCP makes an authority of its own, which no client trusts.",
    references: &[UCP_CONFIG],
}

setting! {
    UCP_UNENFORCED_CLIENT_BUNDLE, "ucp-unenforced-client-bundle", "enterprise-ucp-client-certificate-bundles",
    "People may reach engines around UCP's access control",
    means: "People who are no administrators use docker through UCP with their client certificate bundle, and have no \
            access to engines' sockets.",
    why: "UCP's roles hold only for what goes through UCP. A login on a node with access to docker.sock is root on that \
          node, whatever the role says.",
    look: "whether anyone beside administrators is in the docker group or may log in to nodes (getent group docker), and \
           whether people have bundles (My Profile, Client Bundles).",
    fix: "Remove people from the group on every node, and let them use their bundle:\n\
          \n\
          gpasswd --delete USER docker\n\
          UCP > My Profile > Client Bundles > New Client Bundle\n\
          unzip ucp-bundle-USER.zip && eval \"$(<env.sh)\" && docker version",
    impact: "Scripts that log in to nodes to run docker must be given a bundle.",
    default: "Nothing keeps a member of the docker group from using the engine directly.",
    references: &["https://docs.mirantis.com/mke/3.8/ops/authorize-rolebased-access.html"],
}

setting! {
    UCP_UNCONFIGURED_ROLE, "ucp-unconfigured-role", "enterprise-ucp-rbac-policies",
    "UCP may give people more than they need",
    means: "Roles, collections and grants in UCP give every team what it works with, and no more.",
    why: "With one role for all, a stolen developer's bundle deploys to production, reads every secret and starts \
          privileged containers.",
    look: "Access Control: roles, teams and grants; who has Full Control over / and over /Shared.",
    fix: "Access Control > Organizations & Teams, then Roles, then Grants, for example:\n\
          \n\
          subject: team ops/web      role: Restricted Control      resource set: /Shared/web\n\
          subject: team ops/audit    role: View Only               resource set: /\n\
          \n\
          and remove the grants that are wider.",
    impact: "People lose access that they had without need, and ask for what was forgotten.",
    default: "Everyone has a private collection; administrators have everything.",
    references: &["https://docs.mirantis.com/mke/3.8/ops/authorize-rolebased-access.html"],
}

setting! {
    UCP_UNSIGNED_IMAGE_ALLOWED, "ucp-unsigned-image-allowed", "enterprise-ucp-signed-image-enforcement",
    "UCP may run images that nobody signed",
    means: "UCP runs only images that your own teams have signed.",
    why: "Whoever can push to a registry then does not decide what runs in the cluster: a replaced tag without a signature \
          is refused.",
    look: "Admin Settings, Docker Content Trust: whether \"Run only signed images\" is on, and which teams must sign.",
    fix: "Admin Settings > Docker Content Trust > Run Only Signed Images: on; name the teams that must sign. Sign with:\n\
          \n\
          docker trust key load --name USER key.pem\n\
          docker trust signer add --key cert.pem USER dtr.example/team/app\n\
          docker trust sign dtr.example/team/app:1.4",
    impact: "Unsigned images, those of others included, no longer start.",
    default: "UCP runs any image.",
    references: &["https://docs.docker.com/engine/security/trust/", UCP_CONFIG],
}

setting! {
    UCP_EXCESSIVE_SESSION_LIMIT, "ucp-excessive-session-limit", "enterprise-ucp-per-user-session-limit",
    "UCP may allow a user many sessions at once",
    means: "A user has at most three sessions with UCP at a time.",
    why: "Where sessions are few, a stolen password shows: the thief's session ends the owner's. Where they are unlimited, \
          nobody notices one more.",
    look: "Admin Settings, Authentication & Authorization: Per User Limit; 3 or less is asked for, and 0 means no limit.",
    fix: "Admin Settings > Authentication & Authorization > Login Sessions > Per User Limit: 3, or in UCP's configuration \
          file:\n\
          \n\
          [auth.sessions]\n  per_user_limit = 3",
    impact: "People who log in from many places are logged out of the oldest.",
    default: "10 sessions; 0 would be without limit.",
    references: &[UCP_CONFIG],
}

setting! {
    UCP_LONG_SESSION_LIFETIME, "ucp-long-session-lifetime", "enterprise-ucp-session-lifetime",
    "UCP's sessions may live too long",
    means: "A session with UCP ends after 15 minutes at most, and is not renewed by being used.",
    why: "An unlocked screen, or a session's cookie out of a log, is good for as long as the session lives, and a session \
          that renews itself lives for ever.",
    look: "Admin Settings, Authentication & Authorization: Lifetime Minutes is 15 or less, Renewal Threshold Minutes is 0.",
    fix: "Admin Settings > Authentication & Authorization > Login Sessions, or in UCP's configuration file:\n\
          \n\
          [auth.sessions]\n  lifetime_minutes = 15\n  renewal_threshold_minutes = 0",
    impact: "People must log in every quarter of an hour while they work.",
    default: "60 minutes, renewed when used in the last 20.",
    references: &[UCP_CONFIG],
}

setting! {
    DTR_DISABLED_IMAGE_SCANNING, "dtr-disabled-image-scanning", "enterprise-dtr-image-vulnerability-scanning",
    "The registry may not scan images",
    means: "Docker Trusted Registry scans images for known vulnerabilities when they are pushed, and when its database \
            learns of new ones.",
    why: "Without a scan, nobody knows which of the images in the registry hold the library of this week's advisory, and \
          they go on being deployed.",
    look: "DTR, System, Security: whether scanning is enabled and the database is recent; and in each repository, \
           Settings, Image Scanning: on push.",
    fix: "DTR > System > Security > Enable Scanning: on; Mode: Online, or upload the database. Then in each repository:\n\
          \n\
          Settings > Image Scanning > Scan on push: on\n\
          Promotions > criteria: Critical Vulnerabilities equals 0",
    impact: "Scans use a processor for minutes per image, and the database must be kept up to date.",
    default: "Scanning is off, and needs a licence that includes it.",
    references: &["https://docs.mirantis.com/msr/2.9/ops/manage-images.html"],
}

fn look_up(facts: &Facts, question: &str) -> Result<Verdict, HostError> {
    let version = facts.version()?;
    let number = version.str("Version")?;
    // Engines before 18.06 name no platform; theirs is in the version.
    let platform = version.optional("Platform?.Name", |version, path| version.str(path))?.unwrap_or_default();
    let engine = if platform.is_empty() { format!("Docker {number}") } else { platform.to_owned() };
    if !is_enterprise(platform, number) {
        return Ok(Verdict::not_applicable(format!("this engine is {engine}, not Docker Enterprise")));
    }
    let mut evidence = vec![Evidence::new("daemon", "Platform.Name", engine)];
    for container in facts.container_list()?.iter() {
        let image = container.str("Image")?;
        if belongs_to_platform(container, image) {
            evidence.push(Evidence::new(&container.subject, "Image", image));
        }
    }
    Ok(Verdict::manual(format!("look at {question}"), evidence))
}

fn is_enterprise(platform: &str, version: &str) -> bool {
    ["Enterprise", "Mirantis"].iter().any(|word| platform.contains(word)) || version.contains("-ee")
}

/// UCP and DTR run as containers that are called ucp-… and dtr-…
fn belongs_to_platform(container: &Object, image: &str) -> bool {
    let name = container.name();
    let repository = image.rsplit('/').next().unwrap_or(image);
    [name, repository].iter().any(|text| {
        ["ucp", "dtr", "mke", "msr"].iter().any(|product| {
            text.strip_prefix(product).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', ':', '@']))
        })
    })
}
