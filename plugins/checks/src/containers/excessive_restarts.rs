use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Object, Params, Verdict};

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
              MaxAttempts from 1 to 5. Only a manager knows services; on a worker a person has to look there.",
    fix: "Limit the attempts:\n\
          \n\
          docker run --restart on-failure:5 …\n\
          docker update --restart on-failure:5 web\n\
          compose:  restart: \"on-failure:5\"\n\
          swarm:    docker service update --restart-condition on-failure --restart-max-attempts 5 web",
    impact: "A container that failed five times stays down until somebody starts it, and with on-failure it does not \
             come back after a reboot of the host or after it ended with success; watch for stopped containers.",
    default: "`no` for containers; `any` without a limit for services.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/containers/start-containers-automatically/",
        "https://docs.docker.com/reference/cli/docker/service/create/",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["HostConfig.RestartPolicy", "Config.Labels"]),
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
        let labels = container.map("Config.Labels")?;
        let policy = container.str("HostConfig.RestartPolicy.Name")?;
        // Anyone can set the label; but swarm gives its tasks no policy of their own.
        if labels.contains_key("com.docker.swarm.task.id") && matches!(policy, "" | "no") {
            let label = |key: &str| labels.get(key).and_then(|value| value.as_str()).unwrap_or_default();
            return task(
                facts,
                container,
                label("com.docker.swarm.service.id"),
                label("com.docker.swarm.service.name"),
            );
        }
        Ok(match policy {
            "" | "no" => Judgement::Good,
            "on-failure" => {
                let count = container.i64("HostConfig.RestartPolicy.MaximumRetryCount")?;
                Judgement::bad_if(!is_limited(count), || {
                    let property = "HostConfig.RestartPolicy.MaximumRetryCount";
                    Evidence::new(&container.subject, property, count).expected("1 to 5")
                })
            }
            other => {
                let evidence = Evidence::new(&container.subject, "HostConfig.RestartPolicy.Name", other);
                Judgement::bad(evidence.expected(EXPECTED))
            }
        })
    })
}

/// A task of a service, by what the swarm does when it ends.
fn task(facts: &Facts, container: &Object, id: &str, name: &str) -> Result<Judgement, HostError> {
    let services = match facts.services() {
        Ok(services) => services,
        Err(error) if error.is_unavailable() => {
            let evidence = Evidence::new(&container.subject, "com.docker.swarm.service.name", name);
            return Ok(Judgement::ask(evidence.expected(format!("on a manager: {EXPECTED}"))));
        }
        Err(error) => return Err(error),
    };
    let service = services
        .iter()
        .find(|service| service.id == id)
        .ok_or_else(|| HostError::failed(format!("{}: the swarm lists no service {name} ({id})", container.subject)))?;
    service.require("Spec.TaskTemplate")?;
    // The API's defaults: any condition, and 0 attempts, which is without end.
    let condition = service.optional("Spec.TaskTemplate.RestartPolicy.Condition", Object::str)?.unwrap_or("any");
    let attempts = service.optional("Spec.TaskTemplate.RestartPolicy.MaxAttempts", Object::i64)?.unwrap_or(0);
    let limited = condition == "none" || (condition == "on-failure" && is_limited(attempts));
    Ok(Judgement::bad_if(!limited, || {
        let found = format!("{condition} with {attempts} attempts (service {name})");
        Evidence::new(&container.subject, "Spec.TaskTemplate.RestartPolicy", found)
            .expected("none, or on-failure with 1 to 5 attempts")
    }))
}

fn is_limited(attempts: i64) -> bool {
    (1..=5).contains(&attempts)
}
