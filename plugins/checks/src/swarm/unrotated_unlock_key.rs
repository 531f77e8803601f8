use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use super::state;

pub static CHECK: Check = Check {
    slug: "unrotated-unlock-key",
    control: "swarm-auto-lock-key-rotation",
    title: "Unlock key of the swarm may never have been changed",
    means: "The key that unlocks restarted managers is changed on a schedule, and whenever someone who knew it leaves.",
    why: "The key is typed by people, copied into tickets and remembered by those who left. With it, an old backup of a \
          manager opens as if there were no lock.",
    audited: "Always judged by a person: the engine does not record when the key was last changed, and asking for it with \
              --rotate would change it. To go by: when the swarm was made, and when its settings were last changed in \
              any way, before which the key may also have been. A swarm without auto-lock has no key to change.",
    fix: "docker swarm unlock-key --rotate          and keep the key that it prints in a password manager\n\
          \n\
          Keep the old key for some minutes: managers that were down must still be unlocked with it.",
    impact: "A manager that is down during the change may need the old key.",
    default: "The key is never changed.",
    deviates: "",
    references: &["https://docs.docker.com/engine/swarm/swarm_manager_locking/#rotate-the-unlock-key"],
    needs: &[
        state::STATE,
        Need::new(
            "docker.swarm",
            &["CreatedAt", "UpdatedAt", "Spec.EncryptionConfig.AutoLockManagers"],
            "tells whether there is an unlock key, and how old the swarm is",
        ),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    state::on_manager(facts, || {
        let swarm = facts.swarm()?;
        if !swarm.bool("Spec.EncryptionConfig.AutoLockManagers")? {
            return Ok(Verdict::not_applicable("auto-lock is off: there is no unlock key"));
        }
        let told = |field: &str| Ok(Evidence::new("swarm", field, swarm.str(field)?));
        let evidence: Result<Vec<_>, HostError> = ["CreatedAt", "UpdatedAt"].into_iter().map(told).collect();
        Ok(Verdict::manual("look up when the unlock key was last changed", evidence?))
    })
}
