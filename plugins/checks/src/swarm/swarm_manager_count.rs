use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use super::state;

pub static CHECK: Check = Check {
    slug: "swarm-manager-count",
    control: "swarm-minimum-manager-nodes",
    title: "Swarm has a wrong number of managers",
    means: "A swarm has as few managers as it can do with: one where an outage of the management is acceptable, else the \
            smallest odd number that survives the failures to be survived.",
    why: "Every manager holds the whole swarm: its secrets, its certificate authority, and the power to run anything on \
          any node, so that each one more is another way in. An even number adds a manager and no tolerance: four, like \
          three, survive the loss of one.",
    audited: "The nodes whose role is manager (Spec.Role). One passes, as the fewest there can be, and so do three, the \
              fewest that survive a loss. An even number fails, and so do more than seven, which only slow agreement \
              down. Whether five or seven are needed is for a person to judge. That a manager counts only while \
              it is reachable is in the evidence.",
    fix: "Demote what is too many, or promote one for the next odd number:\n\
          \n\
          docker node ls\n\
          docker node demote NODE\n\
          docker node promote NODE",
    impact: "With one manager, nothing can be changed or rescheduled while it is down, and its loss loses the swarm unless \
             there is a backup. A demotion must leave a majority of reachable managers.",
    default: "A new swarm has one manager; nodes that join with the worker token are workers.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/swarm/admin_guide/#add-manager-nodes-for-fault-tolerance",
        "https://docs.docker.com/engine/swarm/raft/",
    ],
    needs: &[
        state::STATE,
        Need::new(
            "docker.list-nodes",
            &["ID", "Description.Hostname", "Spec.Role", "ManagerStatus.Reachability"],
            "counts the swarm's managers",
        ),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    state::on_manager(facts, || {
        let mut evidence = Vec::new();
        for node in facts.nodes()?.iter() {
            if node.str("Spec.Role")? == "manager" {
                // Absent for a moment after a promotion.
                let reachability = node.optional("ManagerStatus?.Reachability", |node, path| node.str(path))?;
                let found = format!("manager ({})", reachability.unwrap_or("not yet known"));
                evidence.push(Evidence::new(&node.subject, "Spec.Role", found));
            }
        }
        let expected = "1, 3, or an odd number up to 7 that is needed";
        let managers = evidence.len();
        evidence.insert(0, Evidence::new("swarm", "managers", managers).expected(expected));
        Ok(match managers {
            0 => return Err(HostError::failed("the list of nodes holds no manager, not even this one")),
            1 | 3 => Verdict::pass(evidence),
            5 | 7 => Verdict::manual(format!("decide whether the swarm needs {managers} managers"), evidence),
            even if even % 2 == 0 => Verdict::fail("an even number of managers adds no tolerance", evidence),
            _ => Verdict::fail("more managers than a swarm can use", evidence),
        })
    })
}
