use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use super::state::{self, Role};

pub static CHECK: Check = Check {
    slug: "disabled-manager-autolock",
    control: "swarm-manager-auto-lock",
    title: "Swarm managers start without a key",
    means: "Auto-lock is on: a manager that restarts stays locked until someone gives it the unlock key.",
    why: "A manager keeps its TLS key and the key of the swarm's database on disk. Without auto-lock both lie there in \
          the clear, so that a stolen disk, snapshot or backup gives away every secret of the swarm and a manager's \
          identity.",
    audited: "Spec.EncryptionConfig.AutoLockManagers of the swarm. A manager that is locked right now proves that \
              auto-lock is on. The unlock key is not asked for.",
    fix: "docker swarm update --autolock=true          and keep the key that it prints in a password manager\n\
          docker swarm init --autolock                 for a new swarm\n\
          docker swarm unlock                          on a manager that was restarted",
    impact: "A manager that restarts takes no part until someone unlocks it; without the key it must leave and join again.",
    default: "Auto-lock is off.",
    deviates: "",
    references: &["https://docs.docker.com/engine/swarm/swarm_manager_locking/"],
    needs: &[
        state::STATE,
        Need::new(
            "docker.swarm",
            &["Spec.EncryptionConfig.AutoLockManagers"],
            "tells whether managers lock themselves",
        ),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    if state::role(facts)? == Role::Locked {
        return Ok(Verdict::pass([Evidence::new("daemon", "Swarm.LocalNodeState", "locked")]));
    }
    state::on_manager(facts, || {
        let property = "Spec.EncryptionConfig.AutoLockManagers";
        let locks = facts.swarm()?.bool(property)?;
        let evidence = [Evidence::new("swarm", property, locks).expected(true)];
        Ok(if locks { Verdict::pass(evidence) } else { Verdict::fail("managers start without a key", evidence) })
    })
}
