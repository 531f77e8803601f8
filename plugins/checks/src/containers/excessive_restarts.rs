use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Object, Params, Verdict};

use super::service::{self, Service};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "excessive-restarts",
    control: "runtime-on-failure-restart-policy-5",
    title: "Container is restarted without end",
    means: "A container that fails is restarted at most five times, or not at all.",
    why: "A container that dies again and again is broken or under attack. Restarting it for ever burns CPU and fills \
          logs, gives an attacker as many tries as an unreliable exploit needs, and keeps anyone from asking why it \
          died.",
    audited: "HostConfig.RestartPolicy of every container, running or not: `no`, or `on-failure` with \
              MaximumRetryCount from 1 to 5 (0 is without end); `always` and `unless-stopped` are without end. The \
              tasks of a Swarm service are not restarted by the engine but replaced by the swarm, so for them \
              Spec.TaskTemplate.RestartPolicy of the service decides: condition `none`, or `on-failure` with \
              MaxAttempts from 1 to 5. Only a manager knows services; on a worker a person has to look there. What is left \
              of a removed service is not replaced any more, and counts by its own policy, as does any container \
              of an engine that is in no swarm, whatever its labels say.",
    fix: "Limit the attempts:\n\
          \n\
          docker run --restart on-failure:5 …\n\
          docker update --restart on-failure:5 web\n\
          compose:  restart: \"on-failure:5\"\n\
          swarm:    docker service update --restart-condition on-failure --restart-max-attempts 5 web",
    impact: "A container that failed five times stays down until somebody starts it, and with on-failure it does not \
             come back after a reboot of the host or after it ended with success; watch for stopped containers.",
    default: "`no` for containers; `any` without a limit for services.",
    deviates: "The benchmark's command prints the restart policy of each container. For the tasks of a service that is \
               empty whatever happens to them: keelmark takes the service's own policy, by which the swarm replaces them.",
    references: &[
        "https://docs.docker.com/engine/containers/start-containers-automatically/",
        "https://docs.docker.com/reference/cli/docker/service/create/",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["HostConfig.RestartPolicy", "Config.Labels"]),
        service::SWARM,
        Need::new(
            "docker.list-services",
            &["ID", "Spec.Name", "Spec.TaskTemplate.RestartPolicy"],
            "reads how the swarm restarts the tasks of its services",
        ),
    ],
    params: &[],
    audit,
};

const EXPECTED: &str = "no, or on-failure with 1 to 5 attempts";

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let policy = container.str("HostConfig.RestartPolicy.Name")?;
        let evidence = Evidence::new(&container.subject, "HostConfig.RestartPolicy.Name", policy).expected(EXPECTED);
        Ok(match policy {
            // Swarm gives its tasks no policy of their own. Anyone can set the label, which makes nothing better.
            "" | "no" => match service::of(facts, container)? {
                Service::None => Judgement::good(evidence),
                Service::Gone(name) => {
                    Judgement::good(evidence.note(format!("service {name} is gone, and its tasks with it")))
                }
                Service::Listed(service) => of_service(container, &service)?,
                Service::Unknown(evidence) => {
                    Judgement::ask(evidence.note(format!("its restarts are known to the managers; right: {EXPECTED}")))
                }
            },
            "on-failure" => {
                let count = container.i64("HostConfig.RestartPolicy.MaximumRetryCount")?;
                let property = "HostConfig.RestartPolicy.MaximumRetryCount";
                let evidence = without_end(Evidence::new(&container.subject, property, count), count);
                Judgement::bad_if(!is_limited(count), evidence.expected("1 to 5"))
            }
            _ => Judgement::bad(evidence),
        })
    })
}

/// A task of a service, by what the swarm does when it ends.
fn of_service(container: &Object, service: &Object) -> Result<Judgement, HostError> {
    // The API's defaults: any condition, and 0 attempts.
    let path = "Spec.TaskTemplate.RestartPolicy";
    let condition = service.optional(&format!("{path}?.Condition"), Object::str)?.unwrap_or("any");
    let attempts = service.optional(&format!("{path}?.MaxAttempts"), Object::i64)?.unwrap_or(0);
    let evidence = |field: &str, found: &dyn std::fmt::Display, expected: &str| {
        let evidence = Evidence::new(&container.subject, format!("{path}.{field}"), found).expected(expected);
        evidence.source(&service.subject)
    };
    let named = evidence("Condition", &condition, "none or on-failure");
    let counted = || without_end(evidence("MaxAttempts", &attempts, "1 to 5"), attempts);
    Ok(match condition {
        "none" => Judgement::good(named),
        "on-failure" if is_limited(attempts) => Judgement::Good(vec![named, counted()]),
        "on-failure" => Judgement::bad(counted()),
        _ if is_limited(attempts) => Judgement::bad(named),
        _ => Judgement::Bad(vec![named, counted()]),
    })
}

fn is_limited(attempts: i64) -> bool {
    (1..=5).contains(&attempts)
}

/// 0 reads as never, and means for ever.
fn without_end(evidence: Evidence, attempts: i64) -> Evidence {
    if attempts == 0 { evidence.note("0 is without end") } else { evidence }
}
