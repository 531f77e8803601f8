use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use super::state;

const HOUR: i64 = 3_600_000_000_000;
/// What a swarm does by itself. Nobody needs certificates that live longer: nodes renew theirs on their own.
const DEFAULT: i64 = 90 * 24 * HOUR;

pub static CHECK: Check = Check {
    slug: "long-lived-node-certificate",
    control: "swarm-node-cert-rotation",
    title: "Certificates of swarm nodes live too long",
    means: "The certificates with which nodes prove who they are expire, and are replaced, after 90 days at most, or sooner \
            where your policy says so.",
    why: "Whoever copies a node's key and certificate is that node until the certificate expires, even after the machine \
          has left. The longer they live, the longer a theft pays.",
    audited: "Spec.CAConfig.NodeCertExpiry of the swarm. Up to 90 days, the engine's own default, passes; more than that \
              weakens the default and fails. Nodes renew by themselves well before the end, so that a short life \
              costs nothing.",
    fix: "docker swarm update --cert-expiry 720h",
    impact: "Nodes that are off for longer than the certificates live must join again.",
    default: "90 days (2160h).",
    deviates: "",
    references: &["https://docs.docker.com/engine/swarm/how-swarm-mode-works/pki/"],
    needs: &[
        state::STATE,
        Need::new("docker.swarm", &["Spec.CAConfig.NodeCertExpiry"], "tells how long nodes' certificates live"),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    state::on_manager(facts, || {
        let property = "Spec.CAConfig.NodeCertExpiry";
        let lifetime = facts.swarm()?.i64(property)?;
        if lifetime <= 0 {
            return Err(HostError::failed(format!("swarm: {property} is {lifetime}, which is no lifetime")));
        }
        let evidence = [Evidence::new("swarm", property, hours(lifetime)).expected("at most 2160h (90 days)")];
        Ok(match lifetime <= DEFAULT {
            true => Verdict::pass(evidence),
            false => Verdict::fail("certificates of nodes live longer than the engine would let them", evidence),
        })
    })
}

fn hours(nanoseconds: i64) -> String {
    let hours = nanoseconds / HOUR;
    match hours % 24 {
        0 => format!("{hours}h ({} days)", hours / 24),
        _ => format!("{hours}h"),
    }
}
