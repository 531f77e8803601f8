use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Object, Params, Verdict};

use super::state;

pub static CHECK: Check = Check {
    slug: "unrotated-swarm-ca",
    control: "swarm-ca-cert-rotation",
    title: "Certificate authority of the swarm may never have been replaced",
    means: "The swarm's root certificate is replaced as your policy says, and at once when a manager may have been \
            compromised.",
    why: "Every manager holds the authority's key. Whoever took it from one makes certificates for any node and any \
          manager, and nothing but a new root takes them back: it lives for 20 years.",
    audited: "Always judged by a person: how often a root must be replaced is a policy, and the engine does not tell when \
              it was. To go by: when the swarm, and with it its first root, was made; how often a new one was asked \
              for without giving a certificate (Spec.CAConfig.ForceRotate); and whether a replacement is under way.",
    fix: "docker swarm ca --rotate                 and wait until every node has its new certificate\n\
          docker swarm ca | openssl x509 -noout -dates -subject",
    impact: "Every node gets a new certificate; nodes that are down during the replacement must join again, and join \
             tokens change.",
    default: "The root lives for 20 years and is never replaced by itself.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/swarm/how-swarm-mode-works/pki/#rotating-the-ca-certificate",
        "https://docs.docker.com/reference/cli/docker/swarm/ca/",
    ],
    needs: &[
        state::STATE,
        Need::new(
            "docker.swarm",
            &["CreatedAt", "RootRotationInProgress", "Spec.CAConfig.ForceRotate"],
            "tells how old the swarm's authority is at most, and whether it is being replaced",
        ),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    state::on_manager(facts, || {
        let swarm = facts.swarm()?;
        // Left out while it is zero; engines before 17.06 know neither field.
        let rotations = swarm.optional("Spec.CAConfig?.ForceRotate", Object::i64)?.unwrap_or(0);
        let in_progress = swarm.optional("RootRotationInProgress", Object::bool)?;
        let in_progress = in_progress.map_or_else(|| "not told".to_owned(), |in_progress| in_progress.to_string());
        let evidence = [
            Evidence::new("swarm", "CreatedAt", swarm.str("CreatedAt")?),
            Evidence::new("swarm", "Spec.CAConfig.ForceRotate", rotations),
            Evidence::new("swarm", "RootRotationInProgress", in_progress),
        ];
        Ok(Verdict::manual(
            "look up when the swarm's root certificate was last replaced, and whether that was in time",
            evidence,
        ))
    })
}
